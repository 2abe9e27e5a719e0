from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.errors import EditImpossible
from insitu.objects.edit import draw, merge, remove, split
from insitu.objects.runs import Runs, labels_of_runs, runs_of_labels

LABELS = np.array(
    [
        [1, 1, 1, 0, 2, 2],
        [1, 1, 1, 0, 2, 2],
        [0, 0, 0, 0, 0, 0],
        [3, 3, 3, 3, 3, 3],
        [3, 3, 3, 3, 3, 3],
    ],
    np.int32,
)
RUNS = runs_of_labels(LABELS)


def line(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points, np.float64)


def labels(runs: Runs) -> NDArray[np.int32]:
    return labels_of_runs(runs)


def test_removed_objects_are_gone_and_the_others_are_renumbered() -> None:
    edited = remove(RUNS, {1})
    np.testing.assert_array_equal(labels(edited.runs), np.array([0, 0, 1, 2])[LABELS])
    assert edited.origins.tolist() == [2, 3]


def test_merged_objects_are_one_and_count_as_changed() -> None:
    edited = merge(RUNS, {1, 3})
    np.testing.assert_array_equal(labels(edited.runs), np.array([0, 1, 2, 1])[LABELS])
    assert edited.origins.tolist() == [0, 2]


def test_merged_neighbours_have_no_seam() -> None:
    side_by_side = runs_of_labels(np.array([[1, 1, 2, 2, 0, 3]], np.int32))
    merged = merge(side_by_side, [1, 2]).runs
    assert (merged.starts.tolist(), merged.stops.tolist(), merged.ids.tolist()) == ([0, 5], [4, 6], [1, 2])


def test_a_line_divides_an_object() -> None:
    edited = split(RUNS, 3, line((2.5, 2.2), (2.5, 5.5)))
    found = labels(edited.runs)
    assert edited.runs.count == 4
    np.testing.assert_array_equal(found > 0, LABELS > 0)
    np.testing.assert_array_equal(found[3:], [[3, 3, 3, 4, 4, 4]] * 2)
    assert edited.origins.tolist() == [1, 2, 0, 0]


def test_a_slanted_line_divides_without_losing_a_pixel() -> None:
    runs = runs_of_labels(np.ones((40, 60), np.int32))
    found = labels(split(runs, 1, line((-3, 7.3), (31.7, 22.1), (70, 33))).runs)
    assert set(np.unique(found).tolist()) == {1, 2}
    assert abs(int((found == 1).sum()) - 1200) < 300


def test_a_line_that_ends_inside_divides_nothing() -> None:
    with pytest.raises(EditImpossible, match="divide"):
        split(RUNS, 3, line((2.5, 2.2), (2.5, 3.9)))


def test_an_object_that_is_not_there_cannot_be_divided() -> None:
    with pytest.raises(EditImpossible, match="no such object"):
        split(RUNS, 9, line((0, 0), (1, 1)))


def test_one_object_cannot_be_joined_with_itself() -> None:
    with pytest.raises(EditImpossible, match="two objects"):
        merge(RUNS, [2, 2])


def test_a_drawn_object_has_the_pixels_whose_centres_are_inside_and_free() -> None:
    edited = draw(RUNS, line((2.4, 0.4), (4.6, 0.4), (4.6, 2.6), (2.4, 2.6)))
    expected = np.where((LABELS == 0) & (np.indices(LABELS.shape)[0] < 3), 9, 0)
    expected[:, :2], expected[:, 5:] = 0, 0
    np.testing.assert_array_equal(labels(edited.runs) > 0, (LABELS > 0) | (expected > 0))
    assert edited.origins.tolist() == [1, 0, 2, 3]


def test_a_drawn_circle_has_its_area() -> None:
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    outline = np.stack([50 + 20.3 * np.cos(angle), 40 + 20.3 * np.sin(angle)], axis=1)
    edited = draw(runs_of_labels(np.zeros((90, 100), np.int32)), outline)
    y, x = np.indices((90, 100))
    inside = (x + 0.5 - 50) ** 2 + (y + 0.5 - 40) ** 2 < 20.29**2
    assert int((inside != (labels(edited.runs) > 0)).sum()) <= 4


def test_what_is_drawn_beyond_the_edge_is_cut_off() -> None:
    edited = draw(runs_of_labels(np.zeros((5, 5), np.int32)), line((3, 3), (9, 3), (9, 9), (3, 9)))
    assert int((labels(edited.runs) > 0).sum()) == 4


@pytest.mark.parametrize("outline", [((0, 0), (1, 0), (1, 1), (0, 1)), ((9, 9), (12, 9), (12, 12))])
def test_an_outline_without_a_free_pixel_adds_nothing(outline: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(EditImpossible):
        draw(RUNS, line(*outline))


def test_the_last_object_can_be_removed() -> None:
    edited = remove(remove(RUNS, {1, 2}).runs, {1})
    assert edited.runs.count == 0
    assert edited.origins.tolist() == []
