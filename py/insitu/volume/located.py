"""The answer for a series: where the organ is, in voxels and in the patient, or why it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..pack_types import LocateRecipe
from .box import Reason, Slices, VolumeBox, find_box
from .frames import FrameFacts, find_reduction
from .look import Looks
from .places import Box3, find_edges, patient_box, whole_box
from .series import Series


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
    return Located(series, None, found.confidence, voxels, patient_box(voxels, frames, series))


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
    """Whole pixels and slices."""
    first = facts[0]
    reduction = find_reduction(first.width, first.height, side)
    factor = side / map_side
    turned = (found.x0 * factor, found.y0 * factor, found.x1 * factor, found.y1 * factor)
    x0, y0, x1, y1 = first.turn.undo_box(turned, side)
    (x0, y0), (x1, y1) = reduction.to_slice(x0, y0), reduction.to_slice(x1, y1)
    spacing = first.spacing
    across, down = (0.0, 0.0) if spacing is None else (margin_mm / spacing.x, margin_mm / spacing.y)
    edges = find_edges(series)
    z_margin = margin_mm if series.is_spaced else 0.0
    numbers = np.interp([found.z0 - z_margin, found.z1 + z_margin], edges, np.arange(len(edges)))
    wide = Box3(x0 - across, y0 - down, float(numbers[0]), x1 + across, y1 + down, float(numbers[1]))
    return whole_box(wide, first, len(facts))
