"""From single slices to series: which belong together, in which order they lie, and what is odd about them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..types import Vector
from .frames import FrameFacts
from .turn import is_axial, normal

SAME_POSITION_MM = 0.01
GAP_RATIO = 1.5
"""Slices further apart than this many usual distances have a gap between them."""

Oddity = Literal[
    "localisers", "same-position", "gaps", "no-position", "no-spacing", "not-axial", "grey", "shifted"
]


@dataclass(frozen=True)
class Note:
    """Something odd about a series, and how many slices it concerns."""

    kind: Oddity
    count: int


@dataclass(frozen=True)
class Series:
    """Slices in the order in which they lie, from the feet to the head where that is known.

    Attributes
    ----------
    members : (n,) int64
        Numbers of the slices among those that were grouped.
    positions : (n,) float64
        Rising; in millimetres along the normal of the slices, or counted, where a distance is not known.
    step : float
        The usual distance of neighbours, in the same unit.
    is_spaced : bool
        Whether positions are millimetres.
    """

    members: NDArray[np.int64]
    positions: NDArray[np.float64]
    step: float
    is_spaced: bool
    is_axial: bool
    notes: tuple[Note, ...]


def group_series(frames: Sequence[FrameFacts]) -> list[Series]:
    """Sort slices into series, the one with most slices first; overviews are left out, and noted with the first."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    localisers = 0
    for number, facts in enumerate(frames):
        if facts.membership is not None and facts.membership.is_localiser:
            localisers += 1
        else:
            groups[_key(facts)].append(number)
    found = [_order(frames, members) for members in groups.values()]
    found.sort(key=lambda series: -len(series.members))
    if localisers and found:
        found[0] = replace(found[0], notes=(*found[0].notes, Note("localisers", localisers)))
    return found


def _key(facts: FrameFacts) -> Hashable:
    """What slices of one series have in common."""
    series = facts.membership.series if facts.membership is not None else ""
    source = "" if series else facts.name if facts.planes > 1 else _folder(facts.name)
    along = None if facts.place is None else _roughly(facts.place.along_row, facts.place.along_column)
    spacing = None if facts.spacing is None else (round(facts.spacing.x, 3), round(facts.spacing.y, 3))
    return series, source, facts.width, facts.height, along, spacing


@lru_cache
def _roughly(along_row: Vector, along_column: Vector) -> tuple[float, ...]:
    return tuple(round(value, 2) + 0.0 for value in (*along_row, *along_column))


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _order(frames: Sequence[FrameFacts], members: list[int]) -> Series:
    notes = [
        Note(kind, count)
        for kind in ("grey", "shifted")
        if (count := sum(frames[member].units == kind for member in members))
    ]
    first = frames[members[0]]
    axial = first.place is None or is_axial(first.place)
    if not axial:
        notes.append(Note("not-axial", len(members)))
    positions = _positions(frames, members)
    if positions is None:
        notes.append(Note("no-position", len(members)))
        members = sorted(members, key=lambda member: _by_number_then_name(frames[member]))
        counted, step = _counted(frames, members)
        if step is None:
            notes.append(Note("no-spacing", len(members)))
        return Series(
            np.array(members, np.int64), counted, step or 1.0, step is not None, axial, tuple(notes)
        )
    order = sorted(
        range(len(members)), key=lambda at: (positions[at], _by_number_then_name(frames[members[at]]))
    )
    kept = [
        at
        for before, at in zip([None, *order], order, strict=False)
        if before is None or positions[at] - positions[before] > SAME_POSITION_MM
    ]
    if len(kept) < len(order):
        notes.append(Note("same-position", len(order) - len(kept)))
    placed = positions[kept]
    step = _usual_step(placed, first)
    missing = _missing(placed, step)
    if missing:
        notes.append(Note("gaps", missing))
    return Series(np.array([members[at] for at in kept], np.int64), placed, step, True, axial, tuple(notes))


def _positions(frames: Sequence[FrameFacts], members: list[int]) -> NDArray[np.float64] | None:
    """Along the normal of the first slice, in millimetres; None where a slice has no place."""
    places = [frames[member].place for member in members]
    first = places[0]
    if first is None or None in places:
        return None
    x, y, z = normal(first).tolist()
    at = np.array([place.position for place in places if place is not None])
    return np.asarray(at[:, 0] * x + at[:, 1] * y + at[:, 2] * z)


def _counted(frames: Sequence[FrameFacts], members: list[int]) -> tuple[NDArray[np.float64], float | None]:
    """Equal distances, in millimetres where the slices say how far they lie apart."""
    spacing = frames[members[0]].spacing
    step = spacing.z if spacing is not None and spacing.unit == "mm" else None
    return np.arange(len(members), dtype=np.float64) * (step or 1.0), step


def _usual_step(positions: NDArray[np.float64], first: FrameFacts) -> float:
    if len(positions) > 1:
        return float(np.median(np.diff(positions)))
    spacing = first.spacing
    return spacing.z if spacing is not None and spacing.z is not None else 1.0


def _missing(positions: NDArray[np.float64], step: float) -> int:
    """How many slices would fill the gaps."""
    distances = np.diff(positions)
    gaps = distances[distances > GAP_RATIO * step]
    return int((np.rint(gaps / step) - 1).sum())


def _by_number_then_name(facts: FrameFacts) -> tuple[int, list[tuple[int, str]], int]:
    """As the file counts, else names as a person sorts them: 2 before 10."""
    number = facts.membership.number if facts.membership is not None else None
    parts = [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", facts.name) if part
    ]
    return (-1 if number is None else number), parts, facts.plane
