from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.objects.runs import (
    Runs,
    find_components,
    find_largest,
    labels_of_runs,
    number_in_order,
    runs_of_labels,
    scale_runs,
)

LABELS = np.array(
    [
        [0, 1, 1, 0, 2],
        [3, 3, 1, 2, 2],
        [3, 0, 0, 0, 0],
    ],
    np.int32,
)


def random_labels(height: int, width: int, count: int, seed: int) -> NDArray[np.int32]:
    return np.random.default_rng(seed).integers(0, count + 1, (height, width)).astype(np.int32)


def test_runs_are_in_reading_order() -> None:
    runs = runs_of_labels(LABELS)
    assert runs.rows.tolist() == [0, 0, 1, 1, 1, 2]
    assert runs.starts.tolist() == [1, 4, 0, 2, 3, 0]
    assert runs.stops.tolist() == [3, 5, 2, 3, 5, 1]
    assert runs.ids.tolist() == [1, 2, 3, 1, 2, 3]
    assert runs.count == 3


def test_runs_end_with_the_row() -> None:
    runs = runs_of_labels(np.ones((3, 4), np.int32))
    assert runs.starts.tolist() == [0, 0, 0]
    assert runs.stops.tolist() == [4, 4, 4]


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (37, 53)])
def test_labels_come_back_from_runs(shape: tuple[int, int]) -> None:
    labels = random_labels(*shape, 3, seed=1)
    np.testing.assert_array_equal(labels_of_runs(runs_of_labels(labels)), labels)


def test_a_band_of_labels_comes_back() -> None:
    labels = random_labels(20, 9, 3, seed=2)
    np.testing.assert_array_equal(labels_of_runs(runs_of_labels(labels), 7, 12), labels[7:12])


def test_no_object_has_no_runs() -> None:
    runs = runs_of_labels(np.zeros((4, 5), np.int32))
    assert len(runs.rows) == 0
    assert runs.count == 0
    assert len(find_components(runs)) == 0
    np.testing.assert_array_equal(labels_of_runs(runs), 0)


def components_by_flooding(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Numbers from 1, in reading order of the first pixel, by the textbook's stack."""
    found = np.zeros(labels.shape, np.int32)
    for start in zip(*(axis.tolist() for axis in np.nonzero(labels)), strict=True):
        if found[start]:
            continue
        number = int(found.max()) + 1
        stack = [start]
        while stack:
            y, x = stack.pop()
            inside = 0 <= y < labels.shape[0] and 0 <= x < labels.shape[1]
            if inside and not found[y, x] and labels[y, x] == labels[start]:
                found[y, x] = number
                stack += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_components_are_those_of_flooding(seed: int) -> None:
    labels = random_labels(23, 31, 1 + seed % 3, seed)
    runs = runs_of_labels(labels)
    components = find_components(runs)
    painted = labels_of_runs(runs.with_ids(components.astype(np.int32) + 1))
    np.testing.assert_array_equal(painted, components_by_flooding(labels))


def test_a_spiral_is_one_component() -> None:
    size = 41
    labels = np.zeros((size, size), np.int32)
    y = x = size // 2
    step_y, step_x = 0, 1
    for side in range(1, size - 1, 1):
        for _ in range(side):
            if not (0 <= y < size and 0 <= x < size):
                break
            labels[y, x] = 1
            y, x = y + 2 * step_y, x + 2 * step_x
            between = (y - step_y, x - step_x)
            if 0 <= between[0] < size and 0 <= between[1] < size:
                labels[between] = 1
        step_y, step_x = step_x, -step_y
    assert set(find_components(runs_of_labels(labels)).tolist()) == {0}


def test_pixels_that_touch_at_a_corner_are_two_components() -> None:
    runs = runs_of_labels(np.array([[1, 0], [0, 1]], np.int32))
    assert find_components(runs).tolist() == [0, 1]


def test_the_largest_component_of_each_object_is_kept_if_it_is_large_enough() -> None:
    labels = np.array([[1, 0, 1, 1], [0, 2, 0, 0], [3, 3, 3, 0]], np.int32)
    runs = runs_of_labels(labels)
    kept = labels_of_runs(runs.take(find_largest(runs, 2)))
    np.testing.assert_array_equal(kept, [[0, 0, 1, 1], [0, 0, 0, 0], [3, 3, 3, 0]])


def test_objects_are_numbered_as_they_appear() -> None:
    labels = np.array([[0, 9, 0, 4], [7, 7, 4, 4]], np.int32)
    numbered = labels_of_runs(number_in_order(runs_of_labels(labels)))
    np.testing.assert_array_equal(numbered, [[0, 1, 0, 2], [3, 3, 2, 2]])


@pytest.mark.parametrize("size", [(5, 7), (10, 14), (20, 28), (3, 2), (1, 1), (13, 31)])
def test_scaled_runs_take_what_lies_at_the_centre_of_each_pixel(size: tuple[int, int]) -> None:
    labels = random_labels(10, 14, 2, seed=3)
    y = ((2 * np.arange(size[0]) + 1) * 10) // (2 * size[0])
    x = ((2 * np.arange(size[1]) + 1) * 14) // (2 * size[1])
    scaled = scale_runs(runs_of_labels(labels), *size)
    np.testing.assert_array_equal(labels_of_runs(scaled), labels[y][:, x])
    assert np.all(np.diff(scaled.rows) >= 0)


def test_runs_of_some_objects_can_be_taken() -> None:
    runs = runs_of_labels(LABELS)
    only = runs.take(runs.ids == 2)
    assert isinstance(only, Runs)
    np.testing.assert_array_equal(labels_of_runs(only), np.where(LABELS == 2, 2, 0))
