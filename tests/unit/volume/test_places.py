"""Voxels in the patient, against DICOM's own formula."""

from __future__ import annotations

from dataclasses import astuple
from itertools import product
from typing import Any

import numpy as np
import pytest
from helpers.scans import COLUMNS, ROWS, WAYS, centre_mm, placed_facts

from insitu.volume.places import Affine, Box3, find_affine, patient_box, whole_box
from insitu.volume.series import Series, group_series

COUNT = 9
BOX = Box3(3, 5, 2, 17, 12, 8)


def series_of(way: str, numbers: Any = range(COUNT)) -> tuple[list[Any], Series]:
    facts = placed_facts(way, list(numbers))
    (series,) = group_series(facts)
    return facts, series


def at(affine: Affine, column: float, row: float, number: float) -> np.ndarray[Any, Any]:
    return np.asarray(affine.matrix @ [column, row, number, 1])


@pytest.mark.parametrize("way", WAYS)
def test_the_affine_leads_to_where_dicom_says(way: str) -> None:
    affine = find_affine(*series_of(way))
    assert affine is not None and affine.is_even
    for column, row, number in product((0, COLUMNS - 1), (0, ROWS - 1), (0, 4, COUNT - 1)):
        np.testing.assert_allclose(
            at(affine, column, row, number), centre_mm(way, column, row, number), atol=1e-5
        )


@pytest.mark.parametrize("way", WAYS)
def test_the_affine_of_a_box_is_counted_from_its_corner(way: str) -> None:
    affine = find_affine(*series_of(way), BOX)
    assert affine is not None and affine.is_even
    np.testing.assert_allclose(at(affine, 2, 1, 3), centre_mm(way, 5, 6, 5), atol=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_the_box_in_the_patient_has_the_corners_that_the_affine_gives(way: str) -> None:
    facts, series = series_of(way)
    affine, found = find_affine(facts, series), patient_box(BOX, facts, series)
    assert affine is not None and found is not None
    corners = [
        at(affine, *corner)
        for corner in product(
            *((low - 0.5, high - 0.5) for low, high in zip(astuple(BOX)[:3], astuple(BOX)[3:], strict=True))
        )
    ]
    np.testing.assert_allclose(
        astuple(found), [*np.min(corners, axis=0), *np.max(corners, axis=0)], atol=1e-5
    )


def test_one_slice_of_several_is_as_thick_as_their_step() -> None:
    facts, series = series_of("gantry tilted")
    whole, one = (find_affine(facts, series, box) for box in (None, Box3(0, 0, 4, 9, 9, 5)))
    assert whole is not None and one is not None
    np.testing.assert_allclose(one.matrix[:, :3], whole.matrix[:, :3], atol=1e-5)
    (alone,) = group_series(facts[:1])
    affine = find_affine(facts[:1], alone)
    assert affine is not None and np.linalg.norm(affine.matrix[:, 2]) == pytest.approx(2.5)


def test_a_gap_makes_the_series_uneven_but_not_a_box_beside_it() -> None:
    facts, series = series_of("turned", (0, 1, 2, 3, 4, 7, 8, 9))
    whole, before, across = (
        find_affine(facts, series, box)
        for box in (None, Box3(0, 0, 0, COLUMNS, ROWS, 5), Box3(0, 0, 3, COLUMNS, ROWS, 7))
    )
    assert whole is not None and before is not None and across is not None
    assert [whole.is_even, before.is_even, across.is_even] == [False, True, False]
    np.testing.assert_allclose(at(across, 0, 0, 1), centre_mm("turned", 0, 0, 4), atol=1e-5)


def test_slices_that_say_nothing_of_their_place_have_no_affine() -> None:
    facts, _ = series_of("turned")
    bare = [type(one)(**{**vars(one), "place": None}) for one in facts]
    assert find_affine(bare, group_series(bare)[0]) is None


def test_a_box_becomes_whole_and_stays_inside() -> None:
    first = series_of("turned")[0][0]
    assert whole_box(Box3(-3.2, 4.4, 0.6, 99, 4.6, 0.7), first, COUNT) == Box3(0, 4, 1, COLUMNS, 5, 2)
    assert whole_box(Box3(90, 90, 90, 91, 91, 91), first, COUNT) == Box3(
        COLUMNS - 1, ROWS - 1, COUNT - 1, COLUMNS, ROWS, COUNT
    )
