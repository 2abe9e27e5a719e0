"""One box from what a network says of each slice of a volume."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..postprocess.section import HALF, find_extent
from .components import label_largest

BIN_MM = 3.0
"""Slices closer together than this are averaged: what one of them shows by chance does not count."""

Reason = Literal["no-slice", "too-small", "not-axial"]
"""No slice shows the organ, what was found is too small for one, or slices do not lie across the patient."""


@dataclass(frozen=True)
class VolumeBox:
    """Edges of the box: x and y in pixels of the maps, z in positions of slices; and how sure it is.

    `confidence` is the mean probability of what lies in the part that was found.
    """

    x0: float
    y0: float
    z0: float
    x1: float
    y1: float
    z1: float
    confidence: float


@dataclass(frozen=True)
class Slices:
    """What a network says of slices that lie in order.

    Attributes
    ----------
    chances : (n, M, M) uint8
        Probability of each pixel, times 255.
    positions : (n,) float64
        Rising.
    step : float
        The usual distance of neighbours.
    pixel_mm2 : float or None
        Area of a pixel of the maps; None where it is not known.
    is_spaced : bool
        Whether positions are millimetres.
    """

    chances: NDArray[np.uint8]
    positions: NDArray[np.float64]
    step: float
    pixel_mm2: float | None
    is_spaced: bool


def find_box(slices: Slices, least_volume_ml: float) -> VolumeBox | Reason:
    """The box of the largest part in which neighbouring slices agree, or why there is none.

    Parameters
    ----------
    least_volume_ml
        Of a part that the volume does not cut off.
    """
    chances, positions = _smooth(*_bin(slices))
    inside = label_largest(chances > HALF)
    if not inside.any():
        return "no-slice"
    if _volume_ml(inside, positions, slices) < least_volume_ml:
        return "too-small"
    kept = np.where(inside | (chances <= HALF), chances, 0)
    first, last = _range(inside)
    part = kept[first : last + 1]
    x0, x1 = find_extent(part.max(axis=(0, 1)))
    y0, y1 = find_extent(part.max(axis=(0, 2)))
    z0, z1 = np.interp(find_extent(kept.max(axis=(1, 2))), *_edges(positions, slices))
    return VolumeBox(x0, y0, float(z0), x1, y1, float(z1), float(chances[inside].mean()) / 255)


def _bin(slices: Slices) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Means (b, M, M) of slices that lie in the same few millimetres, times 255, and their mean positions."""
    count = len(slices.positions)
    starts = np.arange(count, dtype=np.intp)
    if slices.is_spaced and slices.step < BIN_MM:
        number = np.floor((slices.positions - slices.positions[0]) / BIN_MM)
        starts = np.flatnonzero(np.diff(number, prepend=-1.0)).astype(np.intp)
    counts = np.diff(starts, append=count)
    # Bin by bin, which takes a browser a quarter of what np.add.reduceat takes it.
    bins = zip(starts.tolist(), (starts + counts).tolist(), strict=True)
    total = np.stack([slices.chances[first:stop].sum(axis=0, dtype=np.int32) for first, stop in bins])
    means = np.asarray(total / counts[:, None, None], dtype=np.float32)
    centres = np.add.reduceat(slices.positions, starts) / counts
    return means, np.asarray(centres, dtype=np.float64)


def _smooth(
    chances: NDArray[np.float32], positions: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """A quarter of each neighbour, where there is one next to it."""
    if len(positions) < 3:
        return chances, positions
    distances = np.diff(positions)
    near = (distances <= 1.5 * np.median(distances))[:, None, None]
    before = np.concatenate([chances[:1], np.where(near, chances[:-1], chances[1:])])
    after = np.concatenate([np.where(near, chances[1:], chances[:-1]), chances[-1:]])
    return (before + after + 2 * chances) / np.float32(4), positions


def _volume_ml(inside: NDArray[np.bool_], positions: NDArray[np.float64], slices: Slices) -> float:
    """Of a part; infinite where it is not known, because of missing sizes or because the volume cuts the part off."""
    first, last = _range(inside)
    if slices.pixel_mm2 is None or not slices.is_spaced or first == 0 or last == len(positions) - 1:
        return math.inf
    areas_mm2 = inside.sum(axis=(1, 2)) * slices.pixel_mm2
    return float((areas_mm2 * np.gradient(positions)).sum()) / 1000


def _range(inside: NDArray[np.bool_]) -> tuple[int, int]:
    """The first and the last slice with a part of it."""
    found = np.flatnonzero(inside.any(axis=(1, 2)))
    return int(found[0]), int(found[-1])


def _edges(positions: NDArray[np.float64], slices: Slices) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places along z as `find_extent` counts them, centres at halves, and their positions; ends are those of slices."""
    places = np.arange(len(positions)) + 0.5
    low, high = slices.positions[0] - slices.step / 2, slices.positions[-1] + slices.step / 2
    return np.array([0.0, *places, len(positions)]), np.array([low, *positions, high])
