from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from helpers.objects import segmenter

from insitu.analysis import Segmentation
from insitu.encode.objects_table import ImageRow, encode_images, encode_objects, format_figure, join_columns
from insitu.objects.measure import measure
from insitu.objects.runs import runs_of_labels
from insitu.types import Selection, Spacing

LABELS = np.array([[1, 1, 0, 0], [1, 1, 0, 2], [0, 0, 0, 0]], np.int32)


def found(spacing: Spacing | None = None, channels: tuple[str, ...] = ("grey",)) -> Segmentation:
    runs = runs_of_labels(LABELS)
    pixels = np.full((*LABELS.shape, len(channels)), 7, np.uint8)
    measured = measure(runs, pixels, channels, spacing)
    return Segmentation(runs, np.array([0.9, np.nan], np.float32), measured, 1.5, 2.0)


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_each_object_has_a_row_and_a_person_s_has_no_score() -> None:
    rows = [ImageRow("a.png", "done", 4, 3, found())]
    table = read(b"".join(encode_objects(rows, join_columns(rows))))
    assert [(row["file"], row["object"], row["score"], row["area_px"]) for row in table] == [
        ("a.png", "1", "0.9000", "4"),
        ("a.png", "2", "", "1"),
    ]
    assert table[0]["centroid_x_px"] == "0.5000"


def test_columns_of_all_images_are_there_and_empty_where_an_image_lacks_them() -> None:
    rows = [
        ImageRow("plain.png", "done", 4, 3, found()),
        ImageRow("dapi.tif", "done", 4, 3, found(Spacing(0.5, 0.5, "um"), ("DAPI", "GFP"))),
    ]
    table = read(b"".join(encode_objects(rows, join_columns(rows))))
    assert (table[0]["area_um2"], table[2]["area_um2"]) == ("", "1.0000")
    assert (table[0]["mean_intensity_GFP"], table[2]["mean_intensity_GFP"]) == ("", "7.0000")
    assert (table[0]["mean_intensity_grey"], table[2]["mean_intensity_grey"]) == ("7.0000", "")


def test_images_without_objects_add_no_row_and_failed_ones_say_why() -> None:
    none = runs_of_labels(np.zeros((3, 4), np.int32))
    empty = Segmentation(none, np.zeros(0, np.float32), measure(none, None, (), None), 1.0, None)
    rows = [
        ImageRow("empty.png", "done", 4, 3, empty, unlikeness=2.345),
        ImageRow("=bad.png", "failed", error="image/corrupt"),
        ImageRow("two.tif", "done", 4, 3, found(), plane=Selection(1, 0, None, 0)),
    ]
    assert len(read(b"".join(encode_objects(rows, join_columns(rows))))) == 2
    images = read(encode_images(rows, segmenter(), "9.9"))
    assert [(row["file"], row["objects"], row["error"]) for row in images] == [
        ("empty.png", "0", ""),
        ("'=bad.png", "", "image/corrupt"),
        ("two.tif", "2", ""),
    ]
    assert [row["unlikeness"] for row in images] == ["2.35", "", ""]
    assert (images[0]["coverage"], images[0]["mean_area_px"], images[0]["diameter_px"]) == ("0.0000", "", "")
    assert (images[2]["coverage"], images[2]["mean_area_px"], images[2]["touching_edge"]) == (
        "0.4167",
        "2.5000",
        "2",
    )
    assert (images[2]["frame"], images[2]["channel"], images[2]["insitu_version"]) == ("2", "all", "9.9")


@pytest.mark.parametrize(
    ("value", "whole", "text"),
    [
        (3.0, True, "3"),
        (3.0, False, "3.0000"),
        (0.012345, False, "0.01235"),
        (0.0, False, "0.0000"),
        (-2.5, False, "-2.5000"),
        (math.nan, False, ""),
        (math.inf, True, ""),
    ],
)
def test_figures_are_written_with_what_a_reader_needs(value: float, whole: bool, text: str) -> None:
    assert format_figure(value, whole) == text


def test_a_long_table_comes_in_parts() -> None:
    labels = np.arange(1, 25_001, dtype=np.int32).reshape(100, 250)
    runs = runs_of_labels(labels)
    many = Segmentation(runs, np.ones(25_000, np.float32), measure(runs, None, (), None), 1.0, 1.0)
    rows = [ImageRow("many.png", "done", 250, 100, many)]
    parts = list(encode_objects(rows, join_columns(rows)))
    assert len(parts) == 4
    assert len(read(b"".join(parts))) == 25_000
