"""Hounsfield units of slices that come as ordinary grey pictures, whose scale nobody wrote down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

AIR_HU = -1000.0
SOFT_TISSUE_HU = 40.0
"""Of muscle and organs without contrast agent."""

_LEAST_SHARE = 0.4
"""A peak of the histogram counts from this share of the highest one."""


def hounsfield_from_grey(grey_hw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Estimate Hounsfield units from two landmarks: air, and the most frequent grey of soft tissue.

    Air is black, or, in a picture that is black outside a round field of view, the grey outside the patient.
    A picture that was cut to a narrow window keeps too little to be right between air and fat.

    Parameters
    ----------
    grey_hw : (H, W) uint8
        Brighter is denser.

    Returns
    -------
    (H, W) float32
        Estimated Hounsfield units; what lies outside a round field of view is below air.
        All air if the picture has no two different greys.
    """
    inside = grey_hw[grey_hw > 0]
    if inside.size == 0 or inside.min() == inside.max():
        return np.full(grey_hw.shape, AIR_HU, np.float32)
    middle = _between_modes(inside)
    air = float(np.percentile(inside[inside < middle], 5)) if _is_round_field(grey_hw) else 0.0
    soft = _soft_tissue(inside, middle)
    gain = (SOFT_TISSUE_HU - AIR_HU) / max(soft - air, 1.0)
    return (AIR_HU + (grey_hw.astype(np.float32) - np.float32(air)) * np.float32(gain)).astype(np.float32)


def _between_modes(values: NDArray[np.uint8]) -> int:
    """The grey that parts dark from bright best (Otsu 1979); no value of the upper part is below it."""
    counts = np.bincount(values, minlength=256).astype(np.float64)
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sums = np.cumsum(counts * np.arange(256))
    apart = sums[:-1] / np.maximum(below, 1) - (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    return int(np.argmax(below * above * apart**2)) + 1


def _soft_tissue(values: NDArray[np.uint8], middle: int) -> float:
    """The brightest considerable peak above `middle`: fat may be more frequent, but is darker."""
    counts = np.bincount(values, minlength=256).astype(np.float64)
    smooth = np.convolve(np.pad(counts, 2), np.array((1, 2, 3, 2, 1)) / 9, "valid")
    smooth[:middle] = 0
    smooth[250:] = 0
    near = np.lib.stride_tricks.sliding_window_view(np.pad(smooth, 4), 9).max(axis=1)
    peaks = np.flatnonzero((smooth == near) & (smooth >= _LEAST_SHARE * smooth.max()) & (smooth > 0))
    return float(peaks[-1]) if len(peaks) else float(middle)


def _is_round_field(grey_hw: NDArray[np.uint8]) -> bool:
    """Whether black is exactly what lies outside a disc."""
    rows, columns = np.flatnonzero(grey_hw.any(axis=1)), np.flatnonzero(grey_hw.any(axis=0))
    height, width = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    if not 0.97 < height / width < 1.03:
        return False
    y = (np.arange(height) + 0.5) / height * 2 - 1
    x = (np.arange(width) + 0.5) / width * 2 - 1
    radius_hw = np.hypot(y[:, None], x[None])
    field = grey_hw[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] > 0
    return bool(field[radius_hw < 0.96].mean() > 0.98 and field[radius_hw > 1.04].mean() < 0.02)
