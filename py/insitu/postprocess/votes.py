"""From fields to objects: each pixel votes for the centre of its nucleus, and goes with the votes it joins.

Votes are counted per pixel and smoothed; from each place one climbs to the highest count nearby, and the pixels whose
votes climb to one summit are one object. The idea of offsets that vote for centres is that of Panoptic-DeepLab
(Cheng et al. 2020) and of Neven et al. (2019). No step looks farther than a fixed number of pixels, so that a band of
rows gives the same objects whether the rest of the image is at hand or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..objects.runs import Runs, find_largest, find_runs, number_in_order
from ..pack_types import SplitSettings
from ..resample import Rescale, sample_window

LOGIT_STEP = 0.125
OFFSET_STEP_PX = 0.5
REACH_PX = 64
"""Farthest that a vote falls: 127 steps."""
_DOUBLINGS = 5
_CLIMB_PX = 2**_DOUBLINGS
_BAND_ROWS = 1024
_PROBABILITY_UNIT = 10_000
_PROBABILITIES = np.rint(_PROBABILITY_UNIT / (1 + np.exp(-LOGIT_STEP * np.arange(-127, 128)))).astype(
    np.int64
)
"""Of each step of the logit, in whole parts, so that sums are exact."""


@dataclass(frozen=True)
class Fields:
    """What the network says of each pixel of the scaled image, stitched and in coarse steps.

    Attributes
    ----------
    logits_hw : (h, w) int8
        Foreground, in steps of `LOGIT_STEP`.
    offsets_2hw : (2, h, w) int8
        To the centre, y then x, in steps of `OFFSET_STEP_PX` scaled pixels.
    """

    logits_hw: NDArray[np.int8]
    offsets_2hw: NDArray[np.int8]


def quantise_logits(logits: NDArray[np.float32]) -> NDArray[np.int8]:
    """Steps of `LOGIT_STEP`, within -127 ... 127."""
    return np.asarray(np.rint(np.clip(logits / np.float32(LOGIT_STEP), -127, 127)), np.int8)


def quantise_offsets(offsets: NDArray[np.float32]) -> NDArray[np.int8]:
    """Steps of `OFFSET_STEP_PX`, within -127 ... 127."""
    return np.asarray(np.rint(np.clip(offsets / np.float32(OFFSET_STEP_PX), -127, 127)), np.int8)


def split_objects(
    fields: Fields, rescale: Rescale, settings: SplitSettings, band_rows: int = _BAND_ROWS
) -> tuple[Runs, NDArray[np.float32]]:
    """Objects in pixels of the image.

    Returns
    -------
    runs : Runs
        Each object is 4-connected.
    scores : (n,) float32
        Mean probability of each object's pixels, object 1 first.
    """
    bands = []
    for first in range(0, rescale.height, band_rows):
        band = (first, min(first + band_rows, rescale.height))
        bands.append(_find_band(fields, rescale, settings, band))
    rows, starts, stops, summits, sums = (np.concatenate(parts) for parts in zip(*bands, strict=True))
    _, ids = np.unique(summits, return_inverse=True)
    columns = (part.astype(np.int32) for part in (rows, starts, stops, ids + 1))
    return _keep_certain(Runs(rescale.height, rescale.width, *columns), sums, settings, rescale.scale)


def _keep_certain(
    found: Runs, sums: NDArray[np.int64], settings: SplitSettings, scale: float
) -> tuple[Runs, NDArray[np.float32]]:
    """Objects that are large and certain enough, numbered as they appear; `sums` are of probabilities, per run."""
    large = find_largest(found, max(1, round(settings.least_area / scale**2)))
    objects, sums = found.take(large), sums[large]
    scores = _scores(objects, sums)
    certain = scores[objects.ids - 1] >= settings.least_score
    kept = number_in_order(objects.take(certain))
    return kept, _scores(kept, sums[certain])


def _scores(runs: Runs, sums: NDArray[np.int64]) -> NDArray[np.float32]:
    areas = np.bincount(runs.ids, runs.lengths, runs.count + 1)[1:]
    totals = np.bincount(runs.ids, sums, runs.count + 1)[1:]
    return (totals / np.maximum(areas, 1) / _PROBABILITY_UNIT).astype(np.float32)


def _find_band(
    fields: Fields, rescale: Rescale, settings: SplitSettings, band: tuple[int, int]
) -> tuple[NDArray[np.int64], ...]:
    """Rows, starts, stops, summits and summed probabilities of the runs in some rows of the image."""
    first = band[0]
    logits_hw = _sample_logits(fields, rescale, band)
    inside = np.flatnonzero(logits_hw >= np.float32(settings.threshold / LOGIT_STEP))
    summits_hw = np.zeros(logits_hw.shape, np.int64)
    if len(inside):
        y, x = np.divmod(inside, rescale.width)
        y, x = _nearest_foreground(fields, rescale, settings, y + first, x)
        summits_hw.ravel()[inside] = _summits_of(fields, settings, y, x)
    rows, starts, stops, summits = find_runs(summits_hw, first)
    chances = _PROBABILITIES[np.rint(logits_hw).astype(np.int64) + 127]
    before = np.concatenate([[0], np.cumsum(chances.ravel())])
    begins = (rows - first) * rescale.width
    return rows, starts, stops, summits, before[begins + stops] - before[begins + starts]


def _sample_logits(fields: Fields, rescale: Rescale, band: tuple[int, int]) -> NDArray[np.float32]:
    """The foreground at the pixels of some rows of the image, in steps of `LOGIT_STEP`."""
    window = sample_window(fields.logits_hw[..., None], rescale.inverse, band, (0, rescale.width))
    return window[..., 0]


def _nearest_foreground(
    fields: Fields,
    rescale: Rescale,
    settings: SplitSettings,
    y: NDArray[np.int64],
    x: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of the four scaled pixels around a pixel of the image the nearest that is foreground, else the nearest.

    Offsets of neighbours are not averaged: between two objects they point apart.
    """
    if rescale.scale == 1:
        return y, x
    height, width = fields.logits_hw.shape
    place_y, place_x = ((axis + 0.5) * rescale.scale - 0.5 for axis in (y, x))
    low_y, low_x = np.floor(place_y).astype(np.int64), np.floor(place_x).astype(np.int64)
    best = np.full(y.shape, np.inf)
    chosen_y, chosen_x = np.zeros_like(y), np.zeros_like(x)
    for step_y, step_x in ((0, 0), (0, 1), (1, 0), (1, 1)):
        near_y, near_x = np.clip(low_y + step_y, 0, height - 1), np.clip(low_x + step_x, 0, width - 1)
        outside = fields.logits_hw[near_y, near_x] < settings.threshold / LOGIT_STEP
        distance = (near_y - place_y) ** 2 + (near_x - place_x) ** 2 + 1e6 * outside
        nearer = distance < best
        best = np.where(nearer, distance, best)
        chosen_y, chosen_x = np.where(nearer, near_y, chosen_y), np.where(nearer, near_x, chosen_x)
    return chosen_y, chosen_x


def _summits_of(
    fields: Fields, settings: SplitSettings, y: NDArray[np.int64], x: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For scaled pixels, 1 + the flat position of the summit that their votes climb to; 0 for none."""
    height, width = fields.logits_hw.shape
    first, stop = max(0, int(y.min()) - REACH_PX), min(height, int(y.max()) + REACH_PX + 1)
    summits_hw = find_summits(fields, settings, (first, stop))
    aims = [
        place + np.rint(field_hw[y, x] * OFFSET_STEP_PX).astype(np.int64)
        for place, field_hw in zip((y, x), fields.offsets_2hw, strict=True)
    ]
    return np.asarray(summits_hw[np.clip(aims[0], 0, height - 1) - first, np.clip(aims[1], 0, width - 1)])


def find_summits(fields: Fields, settings: SplitSettings, rows: tuple[int, int]) -> NDArray[np.int64]:
    """For each place of some scaled rows, 1 + the flat position of the summit that one climbs to; 0 for none."""
    height, width = fields.logits_hw.shape
    climb = 2 * settings.smoothing + _CLIMB_PX + 1
    first, stop = max(0, rows[0] - climb), min(height, rows[1] + climb)
    votes_hw = _smooth(_count_votes(fields, settings, (first, stop)), settings.smoothing)
    goal = _climb(votes_hw)
    flat = votes_hw.ravel()
    reached = (goal[goal] == goal) & (flat > 0)
    goal = np.where(reached, goal, -1)
    summits = np.where(goal >= 0, goal + first * width + 1, 0).reshape(votes_hw.shape)
    return summits[rows[0] - first : rows[1] - first]


def _count_votes(fields: Fields, settings: SplitSettings, rows: tuple[int, int]) -> NDArray[np.int32]:
    """How many pixels name each place of some rows as their centre."""
    height, width = fields.logits_hw.shape
    first, stop = max(0, rows[0] - REACH_PX), min(height, rows[1] + REACH_PX)
    inside = np.flatnonzero(fields.logits_hw[first:stop].ravel() >= settings.threshold / LOGIT_STEP)
    aims = []
    for place, offset_hw in zip(np.divmod(inside, width), fields.offsets_2hw, strict=True):
        steps = offset_hw[first:stop].ravel()[inside].astype(np.int64)
        aims.append(place + np.rint(steps * OFFSET_STEP_PX).astype(np.int64))
    y, x = aims[0] + (first - rows[0]), np.clip(aims[1], 0, width - 1)
    if rows[0] == 0:
        y = np.maximum(y, 0)
    if rows[1] == height:
        y = np.minimum(y, height - 1 - rows[0])
    count = rows[1] - rows[0]
    here = (y >= 0) & (y < count)
    places = (y[here] * width + x[here]).astype(np.intp)
    votes = np.bincount(places, minlength=count * width)
    return votes.astype(np.int32).reshape(count, width)


def _smooth(votes_hw: NDArray[np.int32], radius: int) -> NDArray[np.int32]:
    """Sums over squares of `radius` around each place, taken twice."""
    for axis in (0, 1, 0, 1):
        votes_hw = _sum_along(votes_hw, radius, axis)
    return votes_hw


def _sum_along(votes_hw: NDArray[np.int32], radius: int, axis: int) -> NDArray[np.int32]:
    size = votes_hw.shape[axis]
    margins = [(radius + 1, radius) if each == axis else (0, 0) for each in (0, 1)]
    # Running sums may go round at 2**31; their differences, which stay below, are right.
    sums = np.cumsum(np.pad(votes_hw, margins), axis=axis, dtype=np.int32)
    ahead, behind = (slice(2 * radius + 1, None), slice(0, size))
    return sums[ahead] - sums[behind] if axis == 0 else sums[:, ahead] - sums[:, behind]


def _climb(votes_hw: NDArray[np.int32]) -> NDArray[np.int64]:
    """For each place, in flat positions, where `_CLIMB_PX` steps to the highest neighbour lead.

    Of equal neighbours the first in reading order is taken, so that no path turns in a circle.
    """
    height, width = votes_hw.shape
    padded = np.pad(votes_hw, 1, constant_values=-1)
    best = np.full(votes_hw.shape, -1, np.int32)
    step = np.zeros(votes_hw.shape, np.int32)
    for y in range(3):
        for x in range(3):
            there = padded[y : y + height, x : x + width]
            higher = there > best
            best[higher] = there[higher]
            step[higher] = (y - 1) * width + x - 1
    goal = np.arange(height * width, dtype=np.int64)
    goal += step.ravel()
    for _ in range(_DOUBLINGS):
        goal = goal[goal]
    return goal
