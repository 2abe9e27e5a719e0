"""Means of blocks of pixels, in whole numbers: every runtime gives the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..lanes import LANE_BITS, in_lanes

_MOST_BLOCK = 128
"""Sums over the pixels of a block of this size, of 16 bits each, still fit into 32 bits."""


def block_means(
    values_hw: NDArray[np.integer[Any]], block: int, slope: int = 1, intercept: int = 0
) -> NDArray[np.int16]:
    """Means over whole blocks of `block` x `block` pixels, of `slope` times the values plus `intercept`.

    Returns
    -------
    (H // block, W // block) int16
        Rounded; a half goes up, and what int16 does not hold becomes its nearest number. Pixels beyond the last whole
        block are left out.
    """
    height, width = values_hw.shape
    rows, columns = height // block * block, width // block * block
    lines, bias = _sum_rows(values_hw[:rows], block)
    total: NDArray[Any] = lines[:, 0:columns:block].astype(_wide_enough(values_hw, block))
    for x in range(1, block):
        total += lines[:, x:columns:block]
    return _divide(total, block * block, slope, intercept - slope * bias)


def _divide(total: NDArray[Any], size: int, slope: int, intercept: int) -> NDArray[np.int16]:
    """Means from sums of `size` values."""
    gain, offset = 2 * slope, (2 * intercept + 1) * size
    if total.dtype.itemsize < 8 and abs(gain) * (size << 16) + abs(offset) >= 1 << 31:
        total = total.astype(np.int64)
    total *= gain
    total += offset
    # Dividing by a power of two is a shift, which is many times faster in a browser and gives the same.
    means = total >> size.bit_length() if size & (size - 1) == 0 else total // (2 * size)
    # What np.clip gives, without its questions about types, which take as long as the work.
    np.maximum(means, -32768, out=means)
    np.minimum(means, 32767, out=means)
    return np.asarray(means, dtype=np.int16)


def _wide_enough(values_hw: NDArray[Any], block: int) -> type[np.int32 | np.int64]:
    return np.int32 if values_hw.dtype.itemsize <= 2 and block <= _MOST_BLOCK else np.int64


def _sum_rows(values_hw: NDArray[Any], block: int) -> tuple[NDArray[Any], int]:
    """(H // block, W) sums of `block` rows each, of the values plus a bias; and the bias."""
    headroom = (block - 1).bit_length()
    lanes = in_lanes(values_hw, LANE_BITS - headroom) if 1 <= headroom < LANE_BITS else None
    if lanes is not None:
        words, bias = lanes  # sums of `block` values do not leave their lanes
        lines = words[0::block].copy()
        for y in range(1, block):
            lines += words[y::block]
        return lines.view(np.uint16), bias
    lines = values_hw[0::block].astype(_wide_enough(values_hw, block))
    for y in range(1, block):
        lines += values_hw[y::block]
    return lines, 0
