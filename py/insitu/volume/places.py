"""Where the voxels of a series lie in the patient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import Place, Spacing
from .frames import FrameFacts
from .series import Series
from .turn import normal

EVEN_SHARE = 0.1
"""Slices are evenly placed if each lies within this share of a step from where equal steps would put it."""


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
class Affine:
    """From voxels to the patient.

    Attributes
    ----------
    matrix : (3, 4) float64
        Times column, row, slice and 1 (whole numbers are centres, from 0), it gives DICOM's patient coordinates in
        millimetres: to the left, the back and the head. A tilted gantry makes it skew.
    is_even : bool
        Whether it holds for all slices. Else it starts at the first and goes on with the usual step of the series.
    """

    matrix: NDArray[np.float64]
    is_even: bool


def whole_box(box: Box3, facts: FrameFacts, count: int) -> Box3:
    """Rounded to whole pixels and slices, at least one of each, inside `count` slices like `facts`."""
    (xa, xb), (ya, yb), (za, zb) = (
        whole_range(box.x0, box.x1, facts.width),
        whole_range(box.y0, box.y1, facts.height),
        whole_range(box.z0, box.z1, count),
    )
    return Box3(xa, ya, za, xb, yb, zb)


def whole_range(low: float, high: float, size: int) -> tuple[int, int]:
    """Rounded, half-open, not empty and inside 0 to `size`."""
    start = min(max(math.floor(low + 0.5), 0), size - 1)
    return start, min(max(math.floor(high + 0.5), start + 1), size)


def find_edges(series: Series) -> NDArray[np.float64]:
    """Positions of the edges of slices: half-way between neighbours, and half a step beyond the ends."""
    middle = (series.positions[1:] + series.positions[:-1]) / 2
    half = series.step / 2
    return np.concatenate([[series.positions[0] - half], middle, [series.positions[-1] + half]])


def patient_box(voxels: Box3, frames: Sequence[FrameFacts], series: Series) -> Box3 | None:
    """What holds the corners of whole voxels, in patient coordinates; None where slices have no place or size.

    Each end is taken from the slice that lies there.
    """
    placed = _placed(frames, series)
    if placed is None:
        return None
    spacing, places = placed
    edges, forwards = find_edges(series), _forwards(places, series)
    corners = []
    for number, edge in ((int(voxels.z0), int(voxels.z0)), (int(voxels.z1) - 1, int(voxels.z1))):
        beyond = forwards * (edges[edge] - series.positions[number])
        corners += [
            _point(places[number], x * spacing.x, y * spacing.y) + beyond
            for x in (voxels.x0 - 0.5, voxels.x1 - 0.5)
            for y in (voxels.y0 - 0.5, voxels.y1 - 0.5)
        ]
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    return Box3(*(float(value) for value in (*low, *high)))


def find_affine(frames: Sequence[FrameFacts], series: Series, box: Box3 | None = None) -> Affine | None:
    """Of the voxels of a series, or of those in a box of whole voxels, counted from its corner.

    None where slices have no place or size.
    """
    placed = _placed(frames, series)
    if placed is None:
        return None
    spacing, places = placed
    first, last = (0, len(places) - 1) if box is None else (int(box.z0), int(box.z1) - 1)
    x, y = (0.0, 0.0) if box is None else (box.x0, box.y0)
    place = places[first]
    origin = _point(place, x * spacing.x, y * spacing.y)
    points = np.array([one.position for one in places[first : last + 1]])
    count = np.arange(len(points))[:, None]
    step = series.step * _forwards(places, series)
    even_step = (points[-1] - points[0]) / max(len(points) - 1, 1)
    is_even = bool(
        (np.linalg.norm(points[0] + count * even_step - points, axis=1) <= _tolerance(series)).all()
    )
    columns = (
        np.asarray(place.along_row) * spacing.x,
        np.asarray(place.along_column) * spacing.y,
        even_step if is_even and len(points) > 1 else step,
        origin,
    )
    return Affine(np.stack(columns, axis=1), is_even)


def _tolerance(series: Series) -> float:
    return EVEN_SHARE * series.step


def _placed(frames: Sequence[FrameFacts], series: Series) -> tuple[Spacing, list[Place]] | None:
    """Sizes of pixels in millimetres, and the place of each slice."""
    spacing = frames[int(series.members[0])].spacing
    if spacing is None or spacing.unit != "mm":
        return None
    places = [frames[int(member)].place for member in series.members]
    known = [place for place in places if place is not None]
    return (spacing, known) if len(known) == len(places) else None


def _forwards(places: Sequence[Place], series: Series) -> NDArray[np.float64]:
    """(3,) from slice to slice, for each millimetre of position: the normal, but where a gantry is tilted."""
    if len(places) == 1:
        return normal(places[0])
    way = np.asarray(places[-1].position) - np.asarray(places[0].position)
    return np.asarray(way / (series.positions[-1] - series.positions[0]))


def _point(place: Place, x_mm: float, y_mm: float) -> NDArray[np.float64]:
    position = np.asarray(place.position)
    return np.asarray(position + x_mm * np.asarray(place.along_row) + y_mm * np.asarray(place.along_column))
