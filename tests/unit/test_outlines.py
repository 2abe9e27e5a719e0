from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from insitu.objects.outlines import Outlines, group_rings, trace_in_parts, trace_outlines
from insitu.objects.runs import Runs, runs_of_labels


def traced(labels_hw: Any) -> Outlines:
    return trace_outlines(runs_of_labels(np.array(labels_hw)))


def rings(outlines: Outlines) -> list[list[list[int]]]:
    """Each from its uppermost, leftmost corner, as the tracer begins."""
    return [part.tolist() for part in np.split(outlines.points_xy, outlines.starts[1:-1])]


def areas(outlines: Outlines) -> list[int]:
    """By the shoelace formula."""
    found = []
    for ring in rings(outlines):
        x, y = np.array(ring).T
        found.append(int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) // 2)
    return found


def random_labels(seed: int, height: int, width: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(rng.integers(0, 4, (height, width)) * (rng.random((height, width)) < 0.7))


def test_a_pixel_is_a_square_of_side_one() -> None:
    outlines = traced([[0, 0, 0], [0, 0, 5]])
    assert rings(outlines) == [[[2, 1], [3, 1], [3, 2], [2, 2]]]
    assert outlines.starts.tolist() == [0, 4]
    assert outlines.ids.tolist() == [5]
    assert outlines.holes.tolist() == [False]


def test_the_types_are_as_promised() -> None:
    for outlines in (traced([[1, 0, 2]]), traced([[0]])):
        assert outlines.points_xy.dtype == np.int32 and outlines.points_xy.shape[1] == 2
        assert outlines.starts.dtype == np.int64
        assert outlines.ids.dtype == np.int32
        assert outlines.holes.dtype == np.bool_


def test_points_are_only_where_the_direction_changes() -> None:
    assert rings(traced([[1, 0, 0], [1, 1, 1]])) == [[[0, 0], [1, 0], [1, 1], [3, 1], [3, 2], [0, 2]]]


def test_an_object_that_fills_the_image_has_the_corners_of_the_image() -> None:
    assert rings(traced(np.ones((3, 7), int))) == [[[0, 0], [7, 0], [7, 3], [0, 3]]]


def test_a_hole_goes_the_other_way_round() -> None:
    outlines = traced([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    assert outlines.holes.tolist() == [False, True]
    assert areas(outlines) == [9, -1]
    assert rings(outlines)[1] == [[2, 1], [1, 1], [1, 2], [2, 2]]


def test_pixels_that_touch_in_a_corner_are_two_rings() -> None:
    outlines = traced([[1, 0], [0, 1]])
    assert outlines.ids.tolist() == [1, 1]
    assert areas(outlines) == [1, 1]
    mirrored = traced([[0, 1], [1, 0]])
    assert areas(mirrored) == [1, 1]


def test_a_c_whose_ends_touch_in_a_corner_has_a_hole_that_touches_its_exterior() -> None:
    outlines = traced([[1, 1, 1], [1, 0, 1], [1, 1, 0]])
    assert rings(outlines) == [
        [[0, 0], [3, 0], [3, 2], [2, 2], [2, 3], [0, 3]],
        [[2, 1], [1, 1], [1, 2], [2, 2]],
    ]
    assert outlines.holes.tolist() == [False, True]


def test_holes_that_touch_in_a_corner_are_two_rings() -> None:
    outlines = traced([[1, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 1]])
    assert areas(outlines) == [16, -1, -1]


def test_an_object_in_the_hole_of_another_has_a_ring_of_its_own() -> None:
    labels_hw = np.full((5, 5), 2)
    labels_hw[1:4, 1:4] = 0
    labels_hw[2, 2] = 1
    outlines = traced(labels_hw)
    assert outlines.ids.tolist() == [1, 2, 2]
    assert areas(outlines) == [1, 25, -9]


def test_no_objects_have_no_rings() -> None:
    outlines = traced(np.zeros((3, 4), int))
    assert len(outlines.points_xy) == 0
    assert outlines.starts.tolist() == [0]
    grouped = group_rings(outlines)
    assert (grouped.ids.tolist(), grouped.objects.tolist(), grouped.rings.tolist()) == ([], [0], [0])


def test_neighbouring_runs_of_an_object_are_one() -> None:
    columns = ([0, 0, 1], [0, 2, 0], [2, 3, 3], [1, 1, 1])
    split = Runs(2, 3, *(np.array(column, np.int32) for column in columns))
    assert rings(trace_outlines(split)) == [[[0, 0], [3, 0], [3, 2], [0, 2]]]


@pytest.mark.parametrize("seed", range(20))
def test_areas_of_rings_add_up_to_the_pixels_of_the_object(seed: int) -> None:
    labels_hw = random_labels(seed, 9, 13)
    outlines = traced(labels_hw)
    found = np.array(areas(outlines))
    np.testing.assert_array_equal(found < 0, outlines.holes)
    sums = np.bincount(outlines.ids, found, 4)
    np.testing.assert_array_equal(sums[1:], np.bincount(labels_hw.ravel(), minlength=4)[1:])


@pytest.mark.parametrize("seed", range(20))
def test_a_ring_comes_to_no_point_twice_and_turns_at_each(seed: int) -> None:
    for ring in rings(traced(random_labels(seed, 12, 8))):
        assert len({tuple(point) for point in ring}) == len(ring)
        steps = np.diff(np.array([*ring, *ring[:2]]), axis=0) != 0
        assert (steps.sum(axis=1) == 1).all()
        assert (steps[1:] != steps[:-1]).all()


def test_objects_in_parts_are_the_same_as_all_at_once() -> None:
    runs = runs_of_labels(random_labels(3, 20, 30))
    parts = list(trace_in_parts(runs, 1))
    assert [set(part.ids.tolist()) for part in parts] == [{1}, {2}, {3}]
    whole = trace_outlines(runs)
    np.testing.assert_array_equal(np.concatenate([part.points_xy for part in parts]), whole.points_xy)
    np.testing.assert_array_equal(np.concatenate([part.holes for part in parts]), whole.holes)
    np.testing.assert_array_equal(
        np.concatenate([np.diff(part.starts) for part in parts]), np.diff(whole.starts)
    )


def test_a_polygon_is_an_exterior_and_the_holes_in_it() -> None:
    labels_hw = np.zeros((3, 15), int)
    labels_hw[:, 0:3] = labels_hw[:, 4:9] = 7
    labels_hw[1, [1, 5, 7]] = 0
    labels_hw[1, 10] = 3
    outlines = traced(labels_hw)
    grouped = group_rings(outlines)
    assert grouped.ids.tolist() == [3, 7]
    assert grouped.objects.tolist() == [0, 1, 3]
    assert grouped.rings.tolist() == [0, 1, 3, 6]
    assert areas(outlines) == [1, 9, -1, 15, -1, -1]


def test_the_hole_of_the_outer_of_two_nested_parts_is_its_own() -> None:
    labels_hw = np.ones((7, 7), int)
    labels_hw[1:6, 1:6] = 0
    labels_hw[2:5, 2:5] = 1
    labels_hw[3, 3] = 0
    grouped = group_rings(traced(labels_hw))
    assert areas(traced(labels_hw)) == [49, -25, 9, -1]
    assert grouped.rings.tolist() == [0, 2, 4]
