"""Outlines of objects along the edges of their pixels, from which every pixel comes back exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .runs import Index, Runs, find_components

_PART_RUNS = 2**17


@dataclass(frozen=True)
class Outlines:
    """Closed rings along the edges of pixels.

    A 4-connected part of an object has one exterior ring, which its holes follow. Rings touch themselves nowhere, and
    others of their part in corners only, so that the part is a valid polygon (OGC 06-103r4, 6.1.11).

    Attributes
    ----------
    points_xy : (p, 2) int32
        Corners, 0 ... width and 0 ... height; only where the direction changes, and the first is not repeated.
    starts : (r + 1,) int64
        Ring i is ``points_xy[starts[i]:starts[i + 1]]``.
    ids : (r,) int32
        The object of each ring, in ascending order.
    holes : (r,) bool
        The area by the shoelace formula is positive for exterior rings and negative for holes.
    """

    points_xy: NDArray[np.int32]
    starts: Index
    ids: NDArray[np.int32]
    holes: NDArray[np.bool_]


@dataclass(frozen=True)
class Polygons:
    """Which rings make up which polygon, and which polygons which object.

    Attributes
    ----------
    ids : (n,) int32
        Objects that have pixels, in ascending order.
    objects : (n + 1,) int64
        Object i has the polygons ``objects[i] ... objects[i + 1]``, the last excluded.
    rings : (m + 1,) int64
        Polygon j has the rings ``rings[j] ... rings[j + 1]``: its exterior, then its holes.
    """

    ids: NDArray[np.int32]
    objects: Index
    rings: Index


def trace_outlines(runs: Runs) -> Outlines:
    """The outlines of all objects."""
    traced = list(trace_in_parts(runs))
    before = np.cumsum([0, *(len(part.points_xy) for part in traced)], dtype=np.int64)
    starts = [part.starts[:-1] + first for part, first in zip(traced, before[:-1], strict=True)]
    return Outlines(
        np.concatenate([np.zeros((0, 2), np.int32), *(part.points_xy for part in traced)]),
        np.concatenate([*starts, before[-1:]]),
        np.concatenate([np.zeros(0, np.int32), *(part.ids for part in traced)]),
        np.concatenate([np.zeros(0, np.bool_), *(part.holes for part in traced)]),
    )


def trace_in_parts(runs: Runs, about: int = _PART_RUNS) -> Iterator[Outlines]:
    """The same, some objects at a time, in ascending order, so that files of any size are written in little memory.

    Parameters
    ----------
    about
        How many runs at a time; an object that has more comes whole all the same.
    """
    return (_trace(part) for part in _split_by_object(runs, about))


def group_rings(outlines: Outlines) -> Polygons:
    """The polygons of all objects; holes follow the exterior ring that they lie in."""
    exteriors = np.flatnonzero(~outlines.holes)
    ids, firsts = np.unique(outlines.ids[exteriors], return_index=True)
    objects, rings = np.append(firsts, len(exteriors)), np.append(exteriors, len(outlines.ids))
    return Polygons(ids, objects.astype(np.int64), rings.astype(np.int64))


def _split_by_object(runs: Runs, about: int) -> Iterator[Runs]:
    """The runs of whole objects, sorted by object, row and start."""
    order = np.argsort(runs.ids, kind="stable")
    ids = runs.ids[order]
    stops = np.flatnonzero(np.append(ids[1:] != ids[:-1], len(ids) > 0)) + 1
    first = 0
    while first < len(ids):
        last = min(int(np.searchsorted(stops, first + about)), len(stops) - 1)
        stop = int(stops[last])
        yield runs.take(order[first:stop])
        first = stop


def _join_neighbours(runs: Runs) -> Runs:
    """One run for several of one object that follow each other without a gap."""
    joined = (
        (runs.ids[1:] == runs.ids[:-1])
        & (runs.rows[1:] == runs.rows[:-1])
        & (runs.starts[1:] == runs.stops[:-1])
    )
    stops = runs.stops[np.append(~joined, True)]
    first = runs.take(np.append(True, ~joined))
    return Runs(runs.height, runs.width, first.rows, first.starts, stops, first.ids)


def _trace(runs: Runs) -> Outlines:
    """Link the horizontal sides of each 4-connected part; `runs` are sorted by object, row and start."""
    runs = _join_neighbours(runs)
    parts = find_components(runs)
    corners = _find_corners(runs, parts)
    # Horizontal side m lies between corners 2m and 2m + 1; it goes right where the part is below it.
    sides = np.arange(0, len(corners.x), 2)
    right = corners.covered[sides]
    heads = sides + right
    following = _vertical_partners(corners, runs)[heads] // 2
    walked, firsts = _walk(following.tolist())
    heads = heads[walked]
    points_xy = np.empty((2 * len(walked), 2), np.int32)
    points_xy[0::2, 0], points_xy[1::2, 0] = corners.x[heads ^ 1], corners.x[heads]
    points_xy[:, 1] = np.repeat(corners.y[heads], 2)
    _, first_run = np.unique(parts, return_index=True)
    ids = runs.ids[first_run][corners.parts[heads[firsts]]]
    starts = 2 * np.append(firsts, len(walked))
    # Each ring begins with its uppermost side.
    return Outlines(points_xy, starts, ids, ~right[walked[firsts]])


@dataclass(frozen=True)
class _Corners:
    """Where outlines turn, sorted by part, y and x; twice where two pixels of a part touch in this point only.

    Attributes
    ----------
    parts, y, x : (c,) int64
    covered : (c,) bool
        Whether the pixel to the lower right is in the part.
    opens : (c,) bool
        Whether it is the start of a run that turns here, not its stop.
    """

    parts: Index
    y: Index
    x: Index
    covered: NDArray[np.bool_]
    opens: NDArray[np.bool_]


def _find_corners(runs: Runs, parts: Index) -> _Corners:
    """Ends of runs that do not go on in the row above or below."""
    width = runs.width + 1
    lines = (parts * (runs.height + 1) + runs.rows) * width
    below = np.stack([lines + runs.starts, lines + runs.stops], axis=1).ravel()
    places = np.concatenate([below + width, below])
    order = np.argsort(places, kind="stable")
    places, opens, is_below = places[order], order % 2 == 0, order >= len(below)
    covered = np.cumsum(np.where(opens, 1, -1) * is_below, dtype=np.int8) > 0
    straight = (places[1:] == places[:-1]) & (opens[1:] == opens[:-1])
    kept = np.ones(len(places), np.bool_)
    kept[1:] &= ~straight
    kept[:-1] &= ~straight
    line, x = np.divmod(places[kept], width)
    part, y = np.divmod(line, runs.height + 1)
    return _Corners(part, y, x, covered[kept], opens[kept])


def _vertical_partners(corners: _Corners, runs: Runs) -> Index:
    """For each corner the one at the other end of its vertical side.

    Of two corners in one point, the first ends the horizontal side on the left. It turns to the side above where the
    run that starts here is the upper one, so that each ring goes around one pixel of background.
    """
    columns = corners.parts * (runs.width + 1) + corners.x
    order = np.argsort((columns * (runs.height + 1) + corners.y) * 2 + ~corners.opens)
    partners = np.empty(len(order), np.int64)
    partners[order[0::2]] = order[1::2]
    partners[order[1::2]] = order[0::2]
    return partners


def _walk(following: list[int]) -> tuple[Index, Index]:
    """All nodes in the order of the rings that they make, and where each ring begins; each at its lowest node."""
    walked: list[int] = []
    firsts: list[int] = []
    for node, there in enumerate(following):
        if there < 0:
            continue
        firsts.append(len(walked))
        here = node
        while there >= 0:
            walked.append(here)
            following[here] = -1
            here, there = there, following[there]
    return np.array(walked, np.int64), np.array(firsts, np.int64)
