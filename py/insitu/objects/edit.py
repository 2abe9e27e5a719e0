"""A person's corrections of objects: remove, join, divide, add. Each gives new objects; the old stay as they were."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EditImpossible
from .runs import Runs, find_components, find_runs, labels_of_runs, number_in_order, runs_of_labels


@dataclass(frozen=True)
class Edited:
    """Objects after a correction.

    Attributes
    ----------
    runs : Runs
        Numbered 1 ... n as they appear.
    origins : (n,) int32
        The number that each object had before; 0 for one that the correction made or changed.
    """

    runs: Runs
    origins: NDArray[np.int32]

    @property
    def changed(self) -> Runs:
        """The objects without origin alone, numbered 1 ... in their order."""
        return number_in_order(self.runs.take(self.origins[self.runs.ids - 1] == 0))

    def carry(self, values: NDArray[Any]) -> NDArray[Any]:
        """From values (..., objects before) those of each object now; NaN where it has no origin."""
        kept = self.origins > 0
        carried = np.full((*values.shape[:-1], len(kept)), np.nan, values.dtype)
        carried[..., kept] = values[..., self.origins[kept] - 1]
        return carried


def remove(runs: Runs, ids: Collection[int]) -> Edited:
    """Leave out some objects."""
    return _renumber(runs.take(~_is_one_of(runs, ids)), ())


def merge(runs: Runs, ids: Collection[int]) -> Edited:
    """Make one object of several, which need not touch."""
    chosen = _is_one_of(runs, ids)
    if len(np.unique(runs.ids[chosen])) < 2:
        raise EditImpossible("Choose two objects or more to join them.")
    first = int(runs.ids[chosen].min())
    merged = np.where(chosen, np.int32(first), runs.ids)
    return _renumber(_join_neighbours(runs.with_ids(merged)), (first,))


def split(runs: Runs, id: int, line_xy: NDArray[np.float64]) -> Edited:
    """Divide an object along a line.

    Pixels that the line crosses go with the part above, else to the left, of them.

    Parameters
    ----------
    line_xy : (n, 2) float64
        Points of the line in pixel-edge coordinates.
    """
    mine = runs.ids == id
    if not mine.any():
        raise EditImpossible("There is no such object any more.")
    box = _box(runs.take(mine))
    labels_hw = _window(runs.take(mine), box)
    barrier_hw = _draw_line(line_xy - (box[0], box[1]), labels_hw.shape)
    before = _count_parts(labels_hw)
    parts_hw = _number_parts(np.where(barrier_hw, 0, labels_hw))
    if int(parts_hw.max(initial=0)) <= before:
        raise EditImpossible("The line does not divide an object. Draw it from one side to the other.")
    parts_hw = _grow_into(parts_hw, labels_hw > 0)
    high = runs.count
    return _renumber(
        _replace(runs.take(~mine), parts_hw, box, high), range(high + 1, high + 1 + int(parts_hw.max()))
    )


def draw(runs: Runs, outline_xy: NDArray[np.float64]) -> Edited:
    """Add an object: the pixels whose centres an outline surrounds (even-odd), but for those of other objects.

    Parameters
    ----------
    outline_xy : (n, 2) float64
        Corners in pixel-edge coordinates; the last is joined to the first.
    """
    low = np.floor(outline_xy.min(axis=0)).astype(int)
    high = np.ceil(outline_xy.max(axis=0)).astype(int)
    box = (
        max(0, int(low[0])),
        max(0, int(low[1])),
        min(runs.width, int(high[0])),
        min(runs.height, int(high[1])),
    )
    if box[2] <= box[0] or box[3] <= box[1]:
        raise EditImpossible("The outline lies outside the image.")
    inside_hw = _fill(outline_xy - (box[0], box[1]), (box[3] - box[1], box[2] - box[0]))
    inside_hw &= _window(runs, box) == 0
    if not inside_hw.any():
        raise EditImpossible("The outline surrounds no pixel that is free.")
    return _renumber(_replace(runs, inside_hw.astype(np.int32), box, runs.count), (runs.count + 1,))


Box = tuple[int, int, int, int]
"""x0, y0, x1, y1."""


def _is_one_of(runs: Runs, ids: Collection[int]) -> NDArray[np.bool_]:
    return np.isin(runs.ids, np.fromiter(ids, np.int32))


def _renumber(runs: Runs, changed: Sequence[int] | range) -> Edited:
    numbered = number_in_order(runs)
    origins = np.zeros(numbered.count, np.int32)
    origins[numbered.ids - 1] = np.where(np.isin(runs.ids, np.array(changed, np.int32)), 0, runs.ids)
    return Edited(numbered, origins)


def _box(runs: Runs) -> Box:
    return int(runs.starts.min()), int(runs.rows.min()), int(runs.stops.max()), int(runs.rows.max()) + 1


def _window(runs: Runs, box: Box) -> NDArray[np.int32]:
    return labels_of_runs(runs, box[1], box[3])[:, box[0] : box[2]]


def _replace(others: Runs, parts_hw: NDArray[np.int32], box: Box, high: int) -> Runs:
    """The other objects and, numbered from `high` + 1, the parts in a box."""
    rows, starts, stops, ids = find_runs(parts_hw, box[1])
    columns = [
        np.concatenate([others.rows, rows]),
        np.concatenate([others.starts, starts + box[0]]),
        np.concatenate([others.stops, stops + box[0]]),
        np.concatenate([others.ids, ids + high]),
    ]
    order = np.lexsort((columns[1], columns[0]))
    return Runs(others.height, others.width, *(column[order].astype(np.int32) for column in columns))


def _join_neighbours(runs: Runs) -> Runs:
    """Runs of one object that meet become one."""
    if len(runs.rows) == 0:
        return runs
    meets = (
        (runs.rows[1:] == runs.rows[:-1])
        & (runs.starts[1:] == runs.stops[:-1])
        & (runs.ids[1:] == runs.ids[:-1])
    )
    first = np.flatnonzero(np.append(True, ~meets))
    last = np.append(first[1:], len(runs.rows)) - 1
    kept = runs.take(first)
    return Runs(runs.height, runs.width, kept.rows, kept.starts, runs.stops[last], kept.ids)


def _number_parts(labels_hw: NDArray[np.int32]) -> NDArray[np.int32]:
    runs = runs_of_labels(labels_hw)
    return labels_of_runs(runs.with_ids(find_components(runs).astype(np.int32) + 1))


def _count_parts(labels_hw: NDArray[np.int32]) -> int:
    return int(_number_parts(labels_hw).max(initial=0))


def _grow_into(parts_hw: NDArray[np.int32], allowed_hw: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Give each allowed pixel without a part the part of a neighbour, until none is left."""
    while bool((allowed_hw & (parts_hw == 0)).any()):
        before = parts_hw
        padded = np.pad(before, 1)
        for near in (padded[:-2, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:], padded[2:, 1:-1]):
            parts_hw = np.where(allowed_hw & (parts_hw == 0), near, parts_hw)
        if np.array_equal(before, parts_hw):
            break
    return parts_hw


def _draw_line(line_xy: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Pixels that a line of several points goes through, 4-connected so that nothing slips through at a corner."""
    drawn_hw = np.zeros(shape, np.bool_)
    for (x0, y0), (x1, y1) in pairwise(line_xy.tolist()):
        steps = int(4 * max(abs(x1 - x0), abs(y1 - y0))) + 2
        part = np.linspace(0, 1, steps)
        x, y = np.floor(x0 + part * (x1 - x0)).astype(int), np.floor(y0 + part * (y1 - y0)).astype(int)
        # Where both change at once, the pixel between belongs to the line too.
        x, y = np.concatenate([x, x[1:]]), np.concatenate([y, y[:-1]])
        inside = (x >= 0) & (y >= 0) & (x < shape[1]) & (y < shape[0])
        drawn_hw[y[inside], x[inside]] = True
    return drawn_hw


def _fill(outline_xy: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels whose centres lie inside, by the even-odd rule: in each row, between crossings of its middle."""
    turns_hw = np.zeros((shape[0], shape[1] + 1), np.int32)
    ends_xy = np.roll(outline_xy, -1, axis=0)
    for (x0, y0), (x1, y1) in zip(outline_xy, ends_xy, strict=True):
        if y0 == y1:
            continue
        first, stop = (int(np.ceil(y - 0.5)) for y in sorted((y0, y1)))
        rows = np.arange(max(0, first), min(shape[0], stop))
        crossing = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
        columns = np.clip(np.ceil(crossing - 0.5), 0, shape[1]).astype(int)
        np.add.at(turns_hw, (rows, columns), 1)
    return np.asarray(np.cumsum(turns_hw[:, :-1], axis=1) % 2 == 1)
