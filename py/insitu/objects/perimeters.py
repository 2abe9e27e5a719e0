"""Perimeters of objects, from how the pixels of a border follow each other."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .runs import Runs, labels_of_runs

_PIXELS_AT_ONCE = 2**20

_NONE, _STRAIGHT, _DIAGONAL, _BENT = range(4)
_STEPS = np.zeros(50, np.intp)
_STEPS[[5, 7, 15, 17, 25, 27]] = _STRAIGHT
_STEPS[[21, 33]] = _DIAGONAL
_STEPS[[13, 23]] = _BENT
"""The kind of step by a pixel's neighbours on the border: 1 + 2 for each beside it + 10 for each across a corner."""


def perimeters(runs: Runs) -> NDArray[np.float64]:
    """Perimeters in pixels, of each object as if it were alone; borders of holes count.

    As ``skimage.measure.perimeter`` with a neighbourhood of 4, after K. Benkrid, D. Crookes: Design and FPGA
    Implementation of a Perimeter Estimator, The Queen's University of Belfast: the border is the pixels with one
    of their four neighbours outside the object, and each counts 1, √2, the mean of both, or nothing.

    Parameters
    ----------
    runs
        Ids 1 ... n without gaps.

    Returns
    -------
    (n,) float64
        Object 1 first.
    """
    stride = runs.count + 1
    counts = np.zeros(4 * stride, np.int64)
    height = max(1, _PIXELS_AT_ONCE // max(1, runs.width))
    for first in range(0, runs.height, height):
        objects, codes = _code_border(runs, first, min(first + height, runs.height))
        np.add.at(counts, _STEPS[codes] * stride + objects, 1)
    _, straight, diagonal, bent = counts.reshape(4, stride)[:, 1:]
    return np.asarray(straight + diagonal * math.sqrt(2) + bent * ((1 + math.sqrt(2)) / 2))


def _code_border(runs: Runs, first: int, stop: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Objects of the border pixels in some rows, and the codes of their neighbours."""
    pitch = runs.width + 1  # a column of background, which is also the one before the next row
    border = _find_border(runs, first - 1, stop + 1)
    positions = np.flatnonzero(border[pitch:-pitch]) + pitch
    objects = border[positions]
    codes = np.ones(len(positions), np.uint8)
    for offset in (-pitch, -1, 1, pitch):
        codes += (border[positions + offset] == objects) * np.uint8(2)
    for offset in (-pitch - 1, -pitch + 1, pitch - 1, pitch + 1):
        codes += (border[positions + offset] == objects) * np.uint8(10)
    return objects, codes


def _find_border(runs: Runs, first: int, stop: int) -> NDArray[np.int32]:
    """Ids of the border pixels in some rows, which may lie outside the image; 0 elsewhere.

    Returns
    -------
    ((stop - first) * (W + 1),) int32
        The last column is background.
    """
    pitch = runs.width + 1
    above, below = max(first - 1, 0), min(stop + 1, runs.height)
    padded = np.zeros((stop - first + 2, pitch), np.int32)
    padded[above - first + 1 : below - first + 1, :-1] = labels_of_runs(runs, above, below)
    labels = padded.ravel()
    middle = labels[pitch:-pitch]
    inside = middle == labels[: -2 * pitch]
    inside &= middle == labels[2 * pitch :]
    inside &= middle == labels[pitch - 1 : -pitch - 1]
    inside &= middle == labels[pitch + 1 : -pitch + 1]
    border = middle.copy()
    border[inside] = 0
    return border
