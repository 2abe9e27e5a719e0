"""Areas of the convex hulls of objects, exact and for all objects at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .runs import Index, Runs

_ROWS_AT_ONCE = 2**17


def convex_areas(runs: Runs) -> Index:
    """Pixels whose centre lies in the convex hull of their object, or on its border.

    As ``skimage.morphology.convex_hull_image`` with its defaults: the hull is spanned by the middles of the four
    edges of each pixel.

    Parameters
    ----------
    runs
        Ids 1 ... n without gaps.

    Returns
    -------
    (n,) int64
        Object 1 first.
    """
    objects, rows, lefts, rights = _find_ends(runs)
    firsts = np.flatnonzero(np.diff(objects, prepend=0))
    heights = rows[_find_lasts(firsts, len(rows))].astype(np.int64) - rows[firsts] + 1
    areas = heights.copy()
    for begin, end in _divide(heights):
        lines = slice(firsts[begin], firsts[end] if end < len(firsts) else None)
        numbers = objects[lines].astype(np.intp) - (begin + 1)
        lines_y = rows[lines].astype(np.int64)
        for ends in (lefts[lines].astype(np.int64), -rights[lines].astype(np.int64)):
            areas[begin:end] -= _sum_hull(end - begin, numbers, lines_y, ends)
    return areas


def _find_ends(runs: Runs) -> tuple[NDArray[np.int32], ...]:
    """Objects, rows, first columns and last columns of what each object has in each row; by object, then row."""
    ordered = runs.by_object()
    begins = np.ones(len(ordered.ids), np.bool_)
    begins[1:] = (ordered.ids[1:] != ordered.ids[:-1]) | (ordered.rows[1:] != ordered.rows[:-1])
    first = np.flatnonzero(begins)
    last = _find_lasts(first, len(begins))
    return ordered.ids[first], ordered.rows[first], ordered.starts[first], ordered.stops[last] - 1


def _find_lasts(firsts: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """The last of each group of `count` lines, by the first of each."""
    return np.append(firsts, count)[1:] - 1


def _divide(heights: Index) -> Iterator[tuple[int, int]]:
    """Ranges of objects that hold a bounded number of rows, or one object each."""
    before = np.cumsum(heights, dtype=np.int64) - heights
    begin = 0
    while begin < len(heights):
        end = int(np.searchsorted(before, before[begin] + _ROWS_AT_ONCE))
        yield begin, end
        begin = end


def _sum_hull(count: int, objects: NDArray[np.intp], rows: Index, ends: Index) -> Index:
    """For each object, the first column that its hull holds, summed over all rows from its first to its last.

    Parameters
    ----------
    objects, rows, ends : (lines,)
        From 0; by object, then row. The column of the first pixel that each object has in each row; negated columns
        of the last pixels measure the other side.
    """
    owners, y, x = _find_envelope(*_double(objects, rows, ends))
    edges = np.flatnonzero(owners[1:] == owners[:-1])
    step_y, step_x = y[edges + 1] - y[edges], x[edges + 1] - x[edges]
    first, stop = -(-y[edges] // 2), -(-y[edges + 1] // 2)
    passed = np.cumsum(stop - first, dtype=np.int64)
    edge = np.repeat(np.arange(len(edges)), (stop - first).astype(np.intp))
    row = np.arange(len(edge), dtype=np.int64) + (stop - passed)[edge]
    rise = step_x[edge] * (2 * row - y[edges][edge])
    column = -(-(x[edges][edge] * step_y[edge] + rise) // (2 * step_y[edge]))
    sums = np.zeros(count, np.int64)
    np.add.at(sums, owners[edges][edge], column)
    return sums


def _double(objects: NDArray[np.intp], rows: Index, ends: Index) -> tuple[NDArray[np.intp], Index, Index]:
    """Middles of the edges of the pixels, in half pixels; of those that share a row and an object, the first.

    Returns
    -------
    objects, y, x
        By object, then y, which rises strictly.
    """
    y, x = 2 * rows, 2 * ends
    joined = (objects[1:] == objects[:-1]) & (rows[1:] == rows[:-1] + 1)
    above = x.copy()
    np.minimum(x[1:], x[:-1], out=above[1:], where=joined)
    kept = np.ones((len(y), 3), np.bool_)
    kept[:-1, 2] = ~joined
    points_y = np.stack((y - 1, y, y + 1), axis=1)
    points_x = np.stack((above, x - 1, x), axis=1)
    return np.repeat(objects, 3)[kept.ravel()], points_y[kept], points_x[kept]


def _find_envelope(objects: NDArray[np.intp], y: Index, x: Index) -> tuple[NDArray[np.intp], Index, Index]:
    """Corners of the convex hull on the side of low x, of all objects at once.

    A point on or beyond the line between any two points of its object is no corner, so in each round all points go
    that lie so with respect to their neighbours; what remains when none goes turns strictly at each point.
    """
    while True:
        step_y, step_x = np.diff(y), np.diff(x)
        turns = step_y[:-1] * step_x[1:] > step_x[:-1] * step_y[1:]
        corners = np.ones(len(y), np.bool_)
        corners[1:-1] = turns | (objects[2:] != objects[:-2])
        if corners.all():
            return objects, y, x
        objects, y, x = objects[corners], y[corners], x[corners]
