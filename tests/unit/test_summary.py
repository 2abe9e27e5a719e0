from __future__ import annotations

import csv
import io
from dataclasses import replace

from helpers.arrays import float32
from helpers.packs import small_pack

from insitu.encode.summary import encode_summary
from insitu.encode.table import Row

DISC = Row("a/1.jpg", "done", 4, 4, "disc", float32([0.9, 0.05, 0.05]))
STAR = replace(DISC, label="star", probabilities=float32([0.1, 0.3, 0.6]))


def read(*rows: Row, threshold: float | None = None) -> dict[tuple[str, str, str], tuple[str, str]]:
    lines = csv.DictReader(io.StringIO(encode_summary(rows, small_pack(), threshold), newline=""))
    return {(line["folder"], line["class"], line["kind"]): (line["images"], line["share"]) for line in lines}


def test_each_top_level_folder_has_a_line_for_each_class() -> None:
    found = read(DISC, replace(STAR, file="a/deep/2.jpg"), replace(DISC, file="b/1.jpg"), DISC)
    assert found["a", "disc", "class"] == ("2", "0.6667")
    assert found["a", "square", "class"] == ("0", "0.0000")
    assert found["a", "star", "class"] == ("1", "0.3333")
    assert found["b", "disc", "class"] == ("1", "1.0000")
    assert list(dict.fromkeys(folder for folder, _, _ in found)) == ["a", "b"]


def test_files_outside_folders_belong_to_the_folder_without_a_name() -> None:
    assert read(replace(DISC, file="1.jpg"))["", "disc", "class"] == ("1", "1.0000")


def test_what_has_no_class_is_counted_and_has_no_share() -> None:
    found = read(
        DISC,
        STAR,
        replace(DISC, unlikeness=2.0),
        replace(DISC, excluded=True),
        Row("a/bad.jpg", "failed", error="image/corrupt"),
        Row("a/waits.jpg", "queued"),
        threshold=0.7,
    )
    assert found["a", "disc", "class"] == ("1", "1.0000")
    assert found["a", "uncertain", "none"] == ("1", "")
    assert found["a", "unlike", "none"] == ("1", "")
    assert found["a", "excluded", "none"] == ("1", "")
    assert found["a", "failed", "none"] == ("2", "")


def test_a_person_decides_before_the_network() -> None:
    found = read(
        replace(STAR, reviewed_label="square"),
        replace(DISC, unlikeness=2.0, reviewed_label="disc"),
        replace(DISC, reviewed_label="disc", excluded=True),
        Row("a/bad.jpg", "failed", error="image/corrupt", reviewed_label="star"),
    )
    assert [found["a", name, "class"][0] for name in ("disc", "square", "star")] == ["1", "1", "1"]
    assert found["a", "excluded", "none"] == ("1", "")


def test_a_folder_where_nothing_has_a_class_has_no_shares() -> None:
    assert read(replace(DISC, unlikeness=2.0))["a", "disc", "class"] == ("0", "")


def test_a_folder_that_a_spreadsheet_would_run_is_made_inert() -> None:
    assert ("'=cmd()", "disc", "class") in read(replace(DISC, file="=cmd()/1.jpg"))
