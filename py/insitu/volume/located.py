"""The answer for a series: where the organ is, in voxels and in the patient, or why it is not there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..pack_types import LocateRecipe
from ..types import Place
from .box import Reason, Slices, VolumeBox, find_box
from .frames import FrameFacts, find_reduction
from .look import Looks
from .series import Series
from .turn import normal


@dataclass(frozen=True)
class Box3:
    """Edges, half-open: x0, y0, z0, x1, y1, z1."""

    x0: float
    y0: float
    z0: float
    x1: float
    y1: float
    z1: float


@dataclass(frozen=True)
class Located:
    """What was found in one series.

    Attributes
    ----------
    reason : str or None
        Why nothing was found.
    confidence : float
        Mean probability of what was found; without a box the highest probability of a slice.
    voxels : Box3 or None
        Whole columns and rows of the slices as they are stored, and numbers of slices in their order.
    patient_mm : Box3 or None
        Of those voxels, in DICOM's patient coordinates (left, back, head); None where slices have no place.
    """

    series: Series
    reason: Reason | None
    confidence: float
    voxels: Box3 | None
    patient_mm: Box3 | None

    @property
    def found(self) -> bool:
        return self.voxels is not None


def locate(
    frames: Sequence[FrameFacts], looks: Looks, series: Series, recipe: LocateRecipe, margin_mm: float = 0.0
) -> Located:
    """Join what the network says of the slices of a series.

    Parameters
    ----------
    margin_mm
        How much further than what was found the box reaches, on all sides; it ends where the volume ends.
    """
    presences = looks.presences[series.members]
    highest = float(presences.max(initial=0.0))
    if not series.is_axial:
        return Located(series, "not-axial", highest, None, None)
    facts = [frames[member] for member in series.members]
    found = find_box(_slices(facts, looks, series, recipe), recipe.least_volume_ml)
    if not isinstance(found, VolumeBox):
        return Located(series, found, highest, None, None)
    voxels = _voxels(found, facts, series, looks.chances.shape[1], recipe.side_px, margin_mm)
    return Located(series, None, found.confidence, voxels, _patient_box(voxels, facts, series))


def _slices(facts: Sequence[FrameFacts], looks: Looks, series: Series, recipe: LocateRecipe) -> Slices:
    """A slice of which the network says that it does not show the organ counts as empty."""
    shown = looks.presences[series.members] >= recipe.section.threshold
    first = facts[0]
    reduction = find_reduction(first.width, first.height, recipe.side_px)
    maps_px = recipe.side_px * reduction.block / looks.chances.shape[1]
    spacing = first.spacing if first.spacing is not None and first.spacing.unit == "mm" else None
    return Slices(
        chances=looks.chances[series.members] * shown[:, None, None],
        positions=series.positions,
        step=series.step,
        pixel_mm2=None if spacing is None else spacing.x * spacing.y * maps_px**2,
        is_spaced=series.is_spaced,
    )


def _voxels(
    found: VolumeBox,
    facts: Sequence[FrameFacts],
    series: Series,
    map_side: int,
    side: int,
    margin_mm: float,
) -> Box3:
    """Rounded to whole pixels and slices, at least one of each."""
    first = facts[0]
    reduction = find_reduction(first.width, first.height, side)
    factor = side / map_side
    turned = (found.x0 * factor, found.y0 * factor, found.x1 * factor, found.y1 * factor)
    x0, y0, x1, y1 = first.turn.undo_box(turned, side)
    (x0, y0), (x1, y1) = reduction.to_slice(x0, y0), reduction.to_slice(x1, y1)
    spacing = first.spacing
    across, down = (0.0, 0.0) if spacing is None else (margin_mm / spacing.x, margin_mm / spacing.y)
    edges = _edges(series)
    z_margin = margin_mm if series.is_spaced else 0.0
    numbers = np.interp([found.z0 - z_margin, found.z1 + z_margin], edges, np.arange(len(edges)))
    (xa, xb), (ya, yb), (za, zb) = (
        _whole(x0 - across, x1 + across, first.width),
        _whole(y0 - down, y1 + down, first.height),
        _whole(float(numbers[0]), float(numbers[1]), len(facts)),
    )
    return Box3(xa, ya, za, xb, yb, zb)


def _whole(low: float, high: float, size: int) -> tuple[int, int]:
    start = min(max(math.floor(low + 0.5), 0), size - 1)
    return start, min(max(math.floor(high + 0.5), start + 1), size)


def _edges(series: Series) -> NDArray[np.float64]:
    """Positions of the edges of slices: half-way between neighbours, and half a step beyond the ends."""
    middle = (series.positions[1:] + series.positions[:-1]) / 2
    half = series.step / 2
    return np.concatenate([[series.positions[0] - half], middle, [series.positions[-1] + half]])


def _patient_box(voxels: Box3, facts: Sequence[FrameFacts], series: Series) -> Box3 | None:
    """What holds the corners of the voxels; each end from the slice that lies there, for a gantry may tilt."""
    spacing = facts[0].spacing
    if spacing is None or spacing.unit != "mm":
        return None
    edges = _edges(series)
    corners = []
    for number, edge in ((int(voxels.z0), int(voxels.z0)), (int(voxels.z1) - 1, int(voxels.z1))):
        place = facts[number].place
        if place is None:
            return None
        beyond = normal(place) * (edges[edge] - series.positions[number])
        corners += [
            _corner(place, x * spacing.x, y * spacing.y) + beyond
            for x in (voxels.x0 - 0.5, voxels.x1 - 0.5)
            for y in (voxels.y0 - 0.5, voxels.y1 - 0.5)
        ]
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    return Box3(*(float(value) for value in (*low, *high)))


def _corner(place: Place, x_mm: float, y_mm: float) -> NDArray[np.float64]:
    position = np.asarray(place.position)
    return np.asarray(position + x_mm * np.asarray(place.along_row) + y_mm * np.asarray(place.along_column))
