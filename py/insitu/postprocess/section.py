"""One organ in one axial slice: from the network's answer to found or not, a score, a box and a mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..objects.runs import find_largest, labels_of_runs, runs_of_labels


@dataclass(frozen=True)
class SectionSettings:
    """When an organ counts as found: its least score, and its least area as a share of the slice."""

    threshold: float = 0.5
    least_share: float = 0.004


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


def find_section(
    mask_logits_hw: NDArray[np.float32], presence_logit: float, settings: SectionSettings
) -> Section:
    """Judge one slice.

    Parameters
    ----------
    mask_logits_hw : (h, w) float32
        Per place, whether it belongs to the organ; at 0 both are alike.
    presence_logit
        Whether the organ is in the slice at all.
    """
    mask_hw = largest_part(mask_logits_hw >= 0)
    area = float(mask_hw.mean())
    score = _chance(presence_logit) if area >= settings.least_share else 0.0
    found = score >= settings.threshold
    box_xyxy = _box(_soft_mask(mask_logits_hw, mask_hw)) if found else None
    return Section(found, score, box_xyxy, area, mask_hw)


def largest_part(mask_hw: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest 4-connected part of a mask; all False where the mask is empty."""
    runs = runs_of_labels(mask_hw.astype(np.int8))
    return labels_of_runs(runs.take(find_largest(runs, 1))) > 0


def _chance(logit: float) -> float:
    return float(1 / (1 + np.exp(-np.float64(np.clip(logit, -60, 60)))))


def _soft_mask(mask_logits_hw: NDArray[np.float32], mask_hw: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Probabilities, 0 in the other parts of the mask."""
    chances_hw = 1 / (1 + np.exp(-np.clip(mask_logits_hw.astype(np.float64), -60, 60)))
    return np.where(mask_hw | (mask_logits_hw < 0), chances_hw, 0.0)


def _box(chances_hw: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Where the highest probability of a column, and of a row, passes one half; in shares of the slice."""
    height, width = chances_hw.shape
    (x0, x1), (y0, y1) = _extent(chances_hw.max(axis=0)), _extent(chances_hw.max(axis=1))
    return x0 / width, y0 / height, x1 / width, y1 / height


def _extent(profile: NDArray[np.float64]) -> tuple[float, float]:
    """First and last place at which a profile passes one half, between the centres of pixels."""
    inside = np.flatnonzero(profile >= 0.5)
    return _crossing(profile, int(inside[0])), len(profile) - _crossing(
        profile[::-1], len(profile) - 1 - int(inside[-1])
    )


def _crossing(profile: NDArray[np.float64], first: int) -> float:
    """Where a profile that is below one half before `first` rises through it; the edge where nothing is before."""
    if first == 0:
        return 0.0
    before, here = float(profile[first - 1]), float(profile[first])
    return first + 0.5 - (here - 0.5) / (here - before)
