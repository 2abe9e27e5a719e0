from __future__ import annotations

import numpy as np
import pytest
from helpers.arrays import float32
from numpy.typing import NDArray

from insitu.objects.runs import labels_of_runs
from insitu.pack_types import SplitSettings
from insitu.postprocess.votes import Fields, quantise_logits, quantise_offsets, split_objects
from insitu.resample import rescale_by

SETTINGS = SplitSettings(threshold=0.0, smoothing=2, least_area=5.0, least_score=0.6)


def fields_of(labels_hw: NDArray[np.int32], logit: float = 4.0) -> Fields:
    """What a perfect network would say of labelled objects."""
    y, x = np.mgrid[: labels_hw.shape[0], : labels_hw.shape[1]]
    offsets = np.zeros((2, *labels_hw.shape), np.float32)
    for label in range(1, int(labels_hw.max(initial=0)) + 1):
        inside = labels_hw == label
        if inside.any():
            offsets[0][inside] = y[inside].mean() - y[inside]
            offsets[1][inside] = x[inside].mean() - x[inside]
    logits = np.where(labels_hw > 0, logit, -logit).astype(np.float32)
    return Fields(quantise_logits(logits), quantise_offsets(offsets))


def split(fields: Fields, settings: SplitSettings = SETTINGS, band_rows: int = 1024) -> NDArray[np.int32]:
    runs, _ = split_objects(fields, rescale_by(1.0, *fields.logits_hw.shape), settings, band_rows)
    return labels_of_runs(runs)


def grid_of_squares(count: int, side: int) -> NDArray[np.int32]:
    """Squares that touch each other on all sides, numbered in reading order."""
    numbers = np.arange(1, count * count + 1, dtype=np.int32).reshape(count, count)
    return np.kron(numbers, np.ones((side, side), np.int32))


def renumbered(labels_hw: NDArray[np.int32]) -> NDArray[np.int32]:
    values, first = np.unique(labels_hw, return_index=True)
    values, first = values[values > 0], first[values > 0]
    table = np.zeros(int(labels_hw.max(initial=0)) + 1, np.int32)
    table[values[np.argsort(first)]] = np.arange(1, len(values) + 1)
    return table[labels_hw]


def test_touching_objects_come_apart() -> None:
    labels = grid_of_squares(5, 11)
    np.testing.assert_array_equal(renumbered(split(fields_of(labels))), renumbered(labels))


def test_nothing_is_found_where_nothing_is_foreground() -> None:
    fields = Fields(np.full((20, 30), -8, np.int8), np.zeros((2, 20, 30), np.int8))
    runs, scores = split_objects(fields, rescale_by(1.0, 20, 30), SETTINGS)
    assert len(runs.rows) == len(scores) == 0


def test_small_objects_are_left_out() -> None:
    labels = np.zeros((30, 30), np.int32)
    labels[3:5, 3:5] = 1
    labels[15:20, 15:20] = 2
    assert split(fields_of(labels)).max() == 1


def test_uncertain_objects_are_left_out_and_scores_are_mean_probabilities() -> None:
    labels = np.zeros((40, 40), np.int32)
    labels[3:10, 3:10], labels[20:30, 20:30] = 1, 2
    fields = fields_of(labels)
    fields.logits_hw[3:10, 3:10] = 2  # a logit of 0.25, a probability of 0.562
    runs, scores = split_objects(fields, rescale_by(1.0, 40, 40), SETTINGS)
    assert runs.count == 1
    assert scores.tolist() == pytest.approx([1 / (1 + np.exp(-4))], abs=1e-4)


def test_an_object_of_two_parts_keeps_the_larger() -> None:
    labels = np.zeros((30, 30), np.int32)
    labels[10:14, 5:10], labels[10:20, 14:22] = 1, 1
    found = split(fields_of(labels))
    assert found.max() == 1
    assert not found[:, :12].any()


@pytest.mark.parametrize("band_rows", [7, 16, 64, 100])
@pytest.mark.parametrize("scale", [0.45, 1.0, 1.6])
def test_bands_give_what_the_whole_gives(band_rows: int, scale: float) -> None:
    rng = np.random.default_rng(5)
    shape = (230, 90)
    rescale = rescale_by(scale, *(round(side / scale) for side in shape))
    shape = (rescale.scaled_height, rescale.scaled_width)
    noise = Fields(
        rng.integers(-30, 60, shape).astype(np.int8),
        rng.integers(-127, 128, (2, *shape)).astype(np.int8),
    )
    settings = SplitSettings(threshold=0.2, smoothing=3, least_area=1.0, least_score=0.0)
    whole, whole_scores = split_objects(noise, rescale, settings, 10_000)
    parts, part_scores = split_objects(noise, rescale, settings, band_rows)
    assert whole.count > 20
    np.testing.assert_array_equal(labels_of_runs(parts), labels_of_runs(whole))
    np.testing.assert_array_equal(part_scores, whole_scores)


def test_objects_are_found_in_the_pixels_of_the_image_when_it_was_enlarged() -> None:
    labels = grid_of_squares(3, 20)
    runs, _ = split_objects(fields_of(labels), rescale_by(2.0, 30, 30), SETTINGS)
    np.testing.assert_array_equal(renumbered(labels_of_runs(runs)), renumbered(grid_of_squares(3, 10)))


def test_objects_are_found_in_the_pixels_of_the_image_when_it_was_shrunk() -> None:
    labels = grid_of_squares(3, 15)
    runs, _ = split_objects(fields_of(labels), rescale_by(0.5, 90, 90), SETTINGS)
    found, expected = labels_of_runs(runs), grid_of_squares(3, 30)
    assert (renumbered(found) == renumbered(expected)).mean() > 0.97


def test_offsets_and_logits_saturate() -> None:
    assert quantise_logits(float32([-99, 0.07, 99])).tolist() == [-127, 1, 127]
    assert quantise_offsets(float32([-99, 0.3, 99])).tolist() == [-127, 1, 127]
