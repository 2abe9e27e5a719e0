"""What a box, a mask or their absence says of each pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXTENT_POWER, CORE_POWER = 3.0, 2.5
"""Of superellipses: hearts fill a box to its sides, but not to its corners."""

CORE_SHARE = 0.8
"""Of the box; inside a superellipse of this size tissue is heart."""

TISSUE_HU = -50
SIDE_PX = 256


@dataclass(frozen=True)
class Target:
    """What is known of the heart in a slice.

    Attributes
    ----------
    heart_hw : (256, 256) bool
        Where heart is known to be.
    heed_hw : (256, 256) bool
        Where it is known whether it is there.
    extent_hw : (256, 256) bool
        A shape that reaches as far as the heart does along both axes, and no farther.
    presence, certainty : float
        Whether there is a heart, and how much that counts.
    """

    heart_hw: NDArray[np.bool_]
    heed_hw: NDArray[np.bool_]
    extent_hw: NDArray[np.bool_]
    presence: float
    certainty: float


def of_mask(mask_hw: NDArray[np.bool_], certainty: float = 1.0) -> Target:
    """All is known."""
    return Target(mask_hw, np.ones_like(mask_hw), mask_hw, float(mask_hw.any()), certainty)


def of_nothing(certainty: float) -> Target:
    """There is no heart."""
    return of_mask(np.zeros((SIDE_PX, SIDE_PX), np.bool_), certainty)


def of_box(hu_hw: NDArray[np.int16], box_xyxy: tuple[float, float, float, float], certainty: float) -> Target:
    """Tissue in the middle of the box is heart, what is outside is not, and the rim is left open."""
    core_hw = superellipse(box_xyxy, CORE_POWER, CORE_SHARE) & (_smooth(hu_hw) > TISSUE_HU)
    extent_hw = superellipse(box_xyxy, EXTENT_POWER, 1.0)
    x0, y0, x1, y1 = (round(edge) for edge in box_xyxy)
    outside_hw = np.ones_like(core_hw)
    outside_hw[y0:y1, x0:x1] = False
    return Target(core_hw, core_hw | outside_hw, extent_hw, 1.0, certainty)


def superellipse(
    box_xyxy: tuple[float, float, float, float], power: float, share: float
) -> NDArray[np.bool_]:
    """Pixels inside a superellipse that fills this share of the box along each axis."""
    x0, y0, x1, y1 = box_xyxy
    places = np.arange(SIDE_PX) + 0.5
    along_x = np.abs((places - (x0 + x1) / 2) / (share * (x1 - x0) / 2)) ** power
    along_y = np.abs((places - (y0 + y1) / 2) / (share * (y1 - y0) / 2)) ** power
    return np.asarray(along_y[:, None] + along_x[None] <= 1)


def _smooth(hu_hw: NDArray[np.int16]) -> NDArray[np.float32]:
    """Means of 3 x 3 pixels."""
    padded = np.pad(hu_hw.astype(np.float32), 1, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).mean(axis=(2, 3)))
