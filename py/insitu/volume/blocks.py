"""Means of blocks of pixels, in whole numbers: every runtime gives the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..lanes import LANE_BITS, in_lanes

_INT16 = np.iinfo(np.int16)
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
    lines, bias, ends = _sum_rows(values_hw[:rows], block)
    total: NDArray[Any] = lines[:, 0:columns:block].astype(_wide_enough(values_hw, block))
    for x in range(1, block):
        total += lines[:, x:columns:block]
    means = _divide(total, block * block, slope, intercept - slope * bias)
    least, most = sorted(slope * end + intercept for end in ends)
    # What np.clip gives, without its questions about types, which take as long as the work.
    if least < _INT16.min:
        np.maximum(means, _INT16.min, out=means)
    if most > _INT16.max:
        np.minimum(means, _INT16.max, out=means)
    return means.astype(np.int16)


def _divide(total: NDArray[Any], size: int, slope: int, intercept: int) -> NDArray[Any]:
    """Means from sums of `size` values, rounded; a half goes up."""
    parts = 2 * size if size % 2 else size  # half of it is a whole number
    gain, offset = slope * parts // size, intercept * parts + parts // 2
    if total.dtype.itemsize < 8 and abs(gain) * (size << 16) + abs(offset) >= 1 << 31:
        total = total.astype(np.int64)
    if gain != 1:
        total *= gain
    total += offset
    # Dividing by a power of two is a shift, which is many times faster in a browser and gives the same.
    return total >> (parts.bit_length() - 1) if parts & (parts - 1) == 0 else total // parts


def _wide_enough(values_hw: NDArray[Any], block: int) -> type[np.int32 | np.int64]:
    return np.int32 if values_hw.dtype.itemsize <= 2 and block <= _MOST_BLOCK else np.int64


def _sum_rows(values_hw: NDArray[Any], block: int) -> tuple[NDArray[Any], int, tuple[int, int]]:
    """(H // block, W) sums of `block` rows each, of values plus a bias; that bias; and ends that hold all values."""
    headroom = (block - 1).bit_length()
    bits = LANE_BITS - headroom
    lanes = in_lanes(values_hw, bits) if 1 <= headroom < LANE_BITS else None
    if lanes is not None:
        words, bias = lanes  # sums of `block` values do not leave their lanes
        lines = words[0::block].copy()
        for y in range(1, block):
            lines += words[y::block]
        return lines.view(np.uint16), bias, (-bias, (1 << bits) - 1 - bias)
    lines = values_hw[0::block].astype(_wide_enough(values_hw, block))
    for y in range(1, block):
        lines += values_hw[y::block]
    held = np.iinfo(values_hw.dtype)
    return lines, 0, (int(held.min), int(held.max))
