from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from helpers.arrays import float32
from helpers.packs import small_pack

from insitu.encode.table import Row, encode_table
from insitu.types import Selection

DONE = Row("a.jpg", "done", 360, 363, "square", float32([0.00004, 0.99990, 0.00006]))


def read(*rows: Row) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(encode_table(rows, small_pack(), "9.9.9"), newline="")))


def test_the_header_names_every_class() -> None:
    header = encode_table([], small_pack(), "9.9.9")
    assert header == (
        "file,width,height,state,label,score,p_disc,p_square,p_star,decision,reason,unlikeness"
        ",reviewed_label,excluded,error,pack,pack_version,insitu_version"
        ",frame,z,channel,level\r\n"
    )


def test_a_finished_item_has_its_figures_with_four_decimals() -> None:
    (row,) = read(DONE)
    assert (row["file"], row["width"], row["height"], row["state"]) == ("a.jpg", "360", "363", "done")
    assert (row["label"], row["score"], row["p_disc"], row["p_square"]) == (
        "square",
        "0.9999",
        "0.0000",
        "0.9999",
    )
    assert (row["pack"], row["pack_version"], row["insitu_version"]) == ("shapes", "1.2.0", "9.9.9")
    assert row["error"] == ""


def test_the_chosen_plane_is_counted_from_one() -> None:
    (row,) = read(replace(DONE, plane=Selection(frame=2, z=0, channel=None)))
    assert (row["frame"], row["z"], row["channel"], row["level"]) == ("3", "1", "all", "1")
    (row,) = read(replace(DONE, plane=Selection(channel=1)))
    assert row["channel"] == "2"
    (row,) = read(DONE)
    assert row["frame"] == row["z"] == row["channel"] == ""


def test_a_failed_item_has_a_code_and_no_figures() -> None:
    (row,) = read(Row("b.jpg", "failed", error="image/corrupt"))
    assert row["error"] == "image/corrupt"
    assert row["score"] == row["p_disc"] == row["width"] == row["label"] == ""


def test_rows_keep_their_order_and_duplicates_stay() -> None:
    assert [row["file"] for row in read(Row("b", "queued"), Row("a", "cancelled"), Row("b", "working"))] == [
        *("b", "a", "b")
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_a_spreadsheet_would_run_is_made_inert(start: str) -> None:
    (row,) = read(Row(f"{start}cmd()", "queued"))
    assert row["file"] == f"'{start}cmd()"


def test_commas_quotes_and_line_breaks_survive() -> None:
    name = 'a "quoted", name\nwith a break.png'
    assert read(Row(name, "queued"))[0]["file"] == name


def test_names_in_any_script_survive_as_utf8() -> None:
    name = "клетка-細胞-😀.png"
    assert name in encode_table([Row(name, "queued")], small_pack(), "9.9.9").encode().decode("utf-8")


def test_every_row_has_as_many_cells_as_the_header() -> None:
    lines = encode_table([DONE, Row("b", "failed", error="bug")], small_pack(), "1").split("\r\n")
    assert {line.count(",") for line in lines if line} == {21}


def test_a_finished_item_is_decided_by_the_threshold() -> None:
    close = replace(DONE, probabilities=float32([0.55, 0.05, 0.4]), label="disc", unlikeness=0.614)
    (row,) = read(close)
    assert (row["decision"], row["reason"], row["unlikeness"]) == ("accepted", "", "0.61")
    text = encode_table([close], small_pack(), "1", 0.7)
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["decision"], row["reason"], row["label"]) == ("uncertain", "between disc and star", "disc")


def test_an_image_unlike_the_training_images_says_so() -> None:
    (row,) = read(replace(DONE, unlikeness=1.0001))
    assert (row["decision"], row["reason"], row["unlikeness"]) == (
        "unlike",
        "unlike the training images",
        "1.01",
    )
    (row,) = read(replace(DONE, flaw="blurred"))
    assert (row["decision"], row["reason"], row["unlikeness"]) == ("unlike", "blurred", "")


def test_a_review_leaves_the_prediction_as_it_is() -> None:
    (row,) = read(replace(DONE, reviewed_label="star"))
    assert (row["label"], row["reviewed_label"], row["excluded"]) == ("square", "star", "")
    (row,) = read(replace(DONE, excluded=True))
    assert (row["label"], row["reviewed_label"], row["excluded"]) == ("square", "", "yes")


def test_a_failed_item_has_no_decision() -> None:
    (row,) = read(Row("b.jpg", "failed", error="image/corrupt", excluded=True))
    assert row["decision"] == row["reason"] == row["unlikeness"] == ""
    assert row["excluded"] == "yes"
