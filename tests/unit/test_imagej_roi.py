from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import numpy as np
import pytest

from insitu.encode.imagej_roi import LIMIT_PX, encode_roi_zip, encode_rois, roi_names
from insitu.errors import ImageUnsupported
from insitu.objects.runs import Runs, runs_of_labels


def encoded(labels_hw: Any, **options: Any) -> dict[str, bytes]:
    runs = runs_of_labels(np.array(labels_hw))
    return dict(encode_rois(runs, roi_names(runs.count), **options))


def shorts(data: bytes, place: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f">{count}H", data, place)


def one_run(height: int, width: int, row: int, start: int, stop: int) -> Runs:
    return Runs(height, width, *(np.array([value], np.int32) for value in (row, start, stop, 1)))


def test_an_object_of_one_part_is_a_traced_region_with_corners_from_its_box() -> None:
    data = encoded([[0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0]])["nucleus-00001.roi"]
    assert data[:4] == b"Iout"
    assert shorts(data, 4, 1) == (228,)
    assert data[6] == 8
    assert shorts(data, 8, 5) == (1, 1, 3, 3, 6)
    assert shorts(data, 64, 6) == (0, 1, 1, 2, 2, 0)
    assert shorts(data, 76, 6) == (0, 0, 1, 1, 2, 2)


def test_what_is_not_used_is_zero() -> None:
    data = encoded([[1]])["nucleus-00001.roi"]
    assert data[18:60] == bytes(42)
    second = struct.unpack_from(">i", data, 60)[0]
    assert second == 64 + 16
    assert data[second : second + 16] == bytes(16)
    assert data[second + 24 : second + 64] == bytes(40)


def test_the_name_stands_behind_the_second_header() -> None:
    ((file, data),) = encode_rois(one_run(1, 1, 0, 0, 1), ["Kern \u00b5 \U0001f52c"])
    assert file == "Kern \u00b5 \U0001f52c.roi"
    second = struct.unpack_from(">i", data, 60)[0]
    place, units = struct.unpack_from(">ii", data, second + 16)
    assert place == second + 64
    assert units == 9  # the last character takes two
    assert data[place:].decode("utf-16-be") == "Kern \u00b5 \U0001f52c"


def test_an_object_with_a_hole_is_a_composite_region() -> None:
    data = encoded([[1, 1, 1], [1, 0, 1], [1, 1, 1]])["nucleus-00001.roi"]
    assert data[6] == 1
    assert shorts(data, 8, 5) == (0, 0, 3, 3, 0)
    (size,) = struct.unpack_from(">i", data, 36)
    exterior = [0, 0, 0, 1, 3, 0, 1, 3, 3, 1, 0, 3, 4]
    hole = [0, 2, 1, 1, 1, 1, 1, 1, 2, 1, 2, 2, 4]
    assert list(struct.unpack_from(f">{size}f", data, 64)) == exterior + hole
    assert struct.unpack_from(">i", data, 60)[0] == 64 + 4 * size


def test_an_object_of_two_parts_is_a_composite_region() -> None:
    data = encoded([[0, 1, 0, 1]])["nucleus-00001.roi"]
    assert shorts(data, 8, 5) == (0, 1, 1, 4, 0)
    (size,) = struct.unpack_from(">i", data, 36)
    parts = [0, 1, 0, 1, 2, 0, 1, 2, 1, 1, 1, 1, 4, 0, 3, 0, 1, 4, 0, 1, 4, 1, 1, 3, 1, 4]
    assert list(struct.unpack_from(f">{size}f", data, 64)) == parts


@pytest.mark.parametrize(("teeth", "kind"), [(15_133, 8), (15_134, 1)])
def test_a_comb_of_more_corners_than_a_traced_region_has_is_composite(teeth: int, kind: int) -> None:
    labels_hw = np.ones((2, 2 * teeth - 1), int)
    labels_hw[0, 1::2] = 0
    data = encoded(labels_hw)["nucleus-00001.roi"]
    assert data[6] == kind
    (floats,) = struct.unpack_from(">i", data, 36)
    assert (shorts(data, 16, 1)[0], floats) == ((4 * teeth, 0) if kind == 8 else (0, 12 * teeth + 1))


def test_the_outline_has_the_colour_that_is_asked_for() -> None:
    assert encoded([[1]], colour=(1, 2, 255))["nucleus-00001.roi"][40:44] == bytes([255, 1, 2, 255])


def test_objects_without_pixels_are_passed_over() -> None:
    assert list(encoded([[2, 0, 4]])) == ["nucleus-00002.roi", "nucleus-00004.roi"]
    assert encoded([[0, 0]]) == {}


def test_the_largest_image_has_corners_that_imagej_takes_for_positive() -> None:
    ((_, data),) = encode_rois(
        one_run(LIMIT_PX, LIMIT_PX, LIMIT_PX - 1, LIMIT_PX - 1, LIMIT_PX), roi_names(1)
    )
    assert shorts(data, 8, 4) == (LIMIT_PX - 1, LIMIT_PX - 1, LIMIT_PX, LIMIT_PX)
    assert struct.unpack_from(">h", data, 12)[0] < -5000
    ((_, data),) = encode_rois(one_run(1, LIMIT_PX, 0, 0, LIMIT_PX), roi_names(1))
    assert shorts(data, 64, 4) == (0, LIMIT_PX, LIMIT_PX, 0)


@pytest.mark.parametrize("size", [(LIMIT_PX + 1, 1), (1, LIMIT_PX + 1)])
def test_a_larger_image_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageUnsupported, match="60536"):
        encode_rois(one_run(*size, 0, 0, 1), roi_names(1))


@pytest.mark.parametrize("names", [[], ["a"], ["a", "a"], ["a", "b", "b"]])
def test_each_object_needs_a_name_of_its_own(names: list[str]) -> None:
    with pytest.raises(ValueError, match="each once"):
        encode_rois(runs_of_labels(np.array([[1, 2]])), names)


def test_names_sort_as_their_numbers_do() -> None:
    assert roi_names(2) == ["nucleus-00001", "nucleus-00002"]
    assert roi_names(2, "cell")[1] == "cell-00002"
    many = roi_names(100_000)
    assert many[0] == "nucleus-000001" and many == sorted(many)


def test_the_archive_holds_all_regions_and_is_the_same_each_time() -> None:
    runs = runs_of_labels(np.array([[1, 0, 2], [1, 0, 2]]))
    data = encode_roi_zip(runs, roi_names(2))
    assert data == encode_roi_zip(runs, roi_names(2))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == encoded([[1, 0, 2], [1, 0, 2]])
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_objects_are_an_empty_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(encode_roi_zip(runs_of_labels(np.zeros((2, 2), int)), []))) as archive:
        assert archive.namelist() == []
