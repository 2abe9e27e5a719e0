"""One organ in one axial slice: from the network's answer to found or not, a score, a box and a mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..objects.runs import find_largest, labels_of_runs, runs_of_labels
from ..pack_types import SectionSettings

HALF = 127.5
"""A probability of one half, times 255."""


@dataclass(frozen=True)
class Section:
    """What is known of the organ in one slice.

    Attributes
    ----------
    found : bool
    score : float
        Probability that the organ is in the slice, 0 to 1; 0 where its mask is too small to give a box.
    box_xyxy : (x0, y0, x1, y1) or None
        In shares of the slice's width and height, edges half-open, finer than the mask's pixels; None if not found.
    area : float
        Share of the slice that the mask covers, 0 to 1.
    mask_hw : (h, w) bool
        The largest part of the mask, whether or not the organ counts as found: a volume may know better.
    """

    found: bool
    score: float
    box_xyxy: tuple[float, float, float, float] | None
    area: float
    mask_hw: NDArray[np.bool_]

    def box_px(self, width: int, height: int) -> tuple[float, float, float, float] | None:
        """The box in pixels of a slice of this size."""
        if self.box_xyxy is None:
            return None
        x0, y0, x1, y1 = self.box_xyxy
        return x0 * width, y0 * height, x1 * width, y1 * height


def logistic(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities; logits beyond 60 either way are 0 and 1."""
    return np.asarray(np.float32(1) / (np.float32(1) + np.exp(-np.clip(logits, -60, 60))), np.float32)


def to_chances(logits: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Probabilities times 255, rounded."""
    return np.asarray(np.floor(255 * logistic(logits) + np.float32(0.5)), np.uint8)


def find_section(chances_hw: NDArray[np.uint8], presence: float, settings: SectionSettings) -> Section:
    """Judge one slice.

    Parameters
    ----------
    chances_hw : (h, w) uint8
        Per place, the probability that it belongs to the organ, times 255.
    presence
        The probability that the organ is in the slice at all.
    """
    above = chances_hw > HALF
    mask_hw = largest_part(above)
    area = float(mask_hw.mean())
    score = presence if area >= settings.least_share else 0.0
    found = score >= settings.threshold
    box_xyxy = _box(np.where(mask_hw | ~above, chances_hw, 0)) if found else None
    return Section(found, score, box_xyxy, area, mask_hw)


def largest_part(mask_hw: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest 4-connected part of a mask; all False where the mask is empty."""
    runs = runs_of_labels(mask_hw.astype(np.int8))
    return labels_of_runs(runs.take(find_largest(runs, 1))) > 0


def _box(chances_hw: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Where the highest probability of a column, and of a row, passes one half; in shares of the slice."""
    height, width = chances_hw.shape
    (x0, x1), (y0, y1) = find_extent(chances_hw.max(axis=0)), find_extent(chances_hw.max(axis=1))
    return x0 / width, y0 / height, x1 / width, y1 / height


def find_extent(profile: NDArray[np.floating] | NDArray[np.uint8]) -> tuple[float, float]:
    """First and last place at which a profile of probabilities times 255 passes one half, between centres of pixels.

    Where the profile begins or ends above one half, it is the edge.
    """
    inside = np.flatnonzero(profile > HALF)
    values = profile.astype(np.float64)
    size = len(values)
    return _crossing(values, int(inside[0])), size - _crossing(values[::-1], size - 1 - int(inside[-1]))


def _crossing(profile: NDArray[np.float64], first: int) -> float:
    """Where a profile that is below one half before `first` rises through it; the edge where nothing is before."""
    if first == 0:
        return 0.0
    before, here = profile[first - 1], profile[first]
    return float(first + 0.5 - (here - HALF) / (here - before))
