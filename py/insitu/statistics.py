"""Figures over all values of an image, the same in every runtime."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_COUNTED = (np.dtype(np.uint8), np.dtype(np.uint16))


def percentiles(values: NDArray[Any], ranks: tuple[float, ...]) -> tuple[float, ...]:
    """As ``numpy.percentile`` with ``method="linear"``; values of 8 and 16 bits are counted instead of sorted.

    Parameters
    ----------
    values : of any shape and any integer or float dtype
    ranks
        0 ... 100.
    """
    if values.dtype not in _COUNTED:
        found = np.percentile(values.astype(np.float64), ranks, method="linear")
        return tuple(float(value) for value in found)
    counts = _count(values)
    before = np.cumsum(counts)
    return tuple(_interpolate(before, rank, values.size) for rank in ranks)


def _count(values: NDArray[Any]) -> NDArray[np.int64]:
    bins = np.iinfo(values.dtype).max + 1
    total = np.zeros(bins, np.int64)
    for row in np.array_split(values, max(1, values.size // 2**22)):
        total += np.bincount(row.ravel(), minlength=bins)
    return total


def _interpolate(before: NDArray[np.int64], rank: float, size: int) -> float:
    """`before[v]` values are at most v."""
    position = (size - 1) * rank / 100
    low = int(position)
    first, second = np.searchsorted(before, (low, min(low + 1, size - 1)), side="right")
    return float(first + (second - first) * (position - low))
