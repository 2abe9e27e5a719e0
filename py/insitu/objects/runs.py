"""Objects as runs of pixels: the form in which results of segmentation travel, are corrected and are kept.

A label image of 100 MP takes 400 MB; its runs take a tenth or less, are exact, and every measurement and file format
can be made from them, a band of rows at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Runs:
    """Pixels of numbered objects, no pixel twice.

    Attributes
    ----------
    height, width : int
        Of the image.
    rows, starts, stops : (n,) int32
        One horizontal run each, `stops` excluded, as long as it can be; sorted by row, then start.
    ids : (n,) int32
        The object of each run, from 1.
    """

    height: int
    width: int
    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    ids: NDArray[np.int32]

    @property
    def lengths(self) -> NDArray[np.int32]:
        return self.stops - self.starts

    @property
    def count(self) -> int:
        """The highest id, which is the number of objects where ids have no gap."""
        return int(self.ids.max(initial=0))

    def take(self, chosen: NDArray[np.bool_] | Index) -> Runs:
        """Some of the runs, by mask or index."""
        return Runs(
            self.height,
            self.width,
            self.rows[chosen],
            self.starts[chosen],
            self.stops[chosen],
            self.ids[chosen],
        )

    def with_ids(self, ids: NDArray[np.int32]) -> Runs:
        """The same pixels, numbered otherwise."""
        return Runs(self.height, self.width, self.rows, self.starts, self.stops, ids)

    def band(self, first: int, stop: int) -> Runs:
        """The runs in some rows."""
        begin, end = np.searchsorted(self.rows, np.array((first, stop), np.int32))
        return self.take(np.arange(begin, end))

    def by_object(self) -> Runs:
        """The same runs sorted by object, then row, then start."""
        return self.take(np.argsort(self.ids, kind="stable"))


def find_runs(labels_hw: NDArray[np.integer], first_row: int = 0) -> tuple[Index, Index, Index, Index]:
    """Rows, starts, stops and labels of the runs of equal positive labels, in reading order.

    Parameters
    ----------
    labels_hw : (h, W) of integers
        Nothing is 0 or less.
    first_row
        Row of the image that the first row is.
    """
    height, width = labels_hw.shape
    if labels_hw.size == 0:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing, nothing
    changes = np.ones((height, width), np.bool_)
    np.not_equal(labels_hw[:, 1:], labels_hw[:, :-1], out=changes[:, 1:])
    begins = np.flatnonzero(changes)
    ends = np.append(begins[1:], height * width)
    labels = labels_hw.ravel()[begins]
    chosen = labels > 0
    begins, ends = begins[chosen], ends[chosen]
    rows, starts = begins // width, begins % width
    return rows + first_row, starts, starts + (ends - begins), labels[chosen].astype(np.int64)


def runs_of_labels(labels_hw: NDArray[np.integer]) -> Runs:
    """The runs of a label image; ids stay as they are.

    Parameters
    ----------
    labels_hw : (H, W) of integers
        0 is background.
    """
    parts = [part.astype(np.int32) for part in find_runs(labels_hw)]
    return Runs(*labels_hw.shape, *parts)


def labels_of_runs(runs: Runs, first_row: int = 0, stop_row: int | None = None) -> NDArray[np.int32]:
    """The label image, or some rows of it.

    Returns
    -------
    (stop_row - first_row, W) int32
        0 is background.
    """
    stop = runs.height if stop_row is None else stop_row
    part = runs.band(first_row, stop)
    labels_hw = np.zeros((stop - first_row, runs.width), np.int32)
    labels_hw.ravel()[positions_of_runs(part, first_row)] = np.repeat(part.ids, part.lengths)
    return labels_hw


def positions_of_runs(runs: Runs, first_row: int = 0) -> Index:
    """Flat positions of all pixels, counted from the start of a row, in the order of the runs."""
    lengths = runs.lengths
    begins = (runs.rows.astype(np.int64) - first_row) * runs.width + runs.starts
    ends = np.cumsum(lengths, dtype=np.int64)
    return np.asarray(np.arange(int(lengths.sum())) + np.repeat(begins - (ends - lengths), lengths))


def scale_runs(runs: Runs, height: int, width: int) -> Runs:
    """The same objects in an image of another size; each pixel takes what lies at its centre."""
    rows = ((2 * np.arange(height, dtype=np.int64) + 1) * runs.height) // (2 * height)
    first, stop = np.searchsorted(runs.rows, rows), np.searchsorted(runs.rows, rows, side="right")
    counts = stop - first
    before = np.cumsum(counts) - counts
    chosen = runs.take(np.arange(counts.sum()) + np.repeat(first - before, counts))

    def place(edges: NDArray[np.int32]) -> NDArray[np.int32]:
        # The first pixel x whose centre (x + 1/2) / width lies at or beyond the edge.
        return (-((runs.width - 2 * width * edges.astype(np.int64)) // (2 * runs.width))).astype(np.int32)

    scaled = Runs(
        height,
        width,
        np.repeat(np.arange(height, dtype=np.int32), counts),
        place(chosen.starts),
        place(chosen.stops),
        chosen.ids,
    )
    return scaled.take(scaled.stops > scaled.starts)


def find_components(runs: Runs) -> NDArray[np.int64]:
    """For each run, the number of the 4-connected component of its object that it belongs to.

    Returns
    -------
    (n,) int64
        From 0, in the order in which components first appear.
    """
    order = np.argsort(runs.ids, kind="stable")
    first, second = find_touching(runs.take(order))
    root = join_nodes(len(order), order[first], order[second])
    _, numbers = np.unique(root, return_inverse=True)
    return numbers.astype(np.int64)


def find_touching(runs: Runs, distance: int = 1) -> tuple[Index, Index]:
    """Pairs of runs, sorted by object, that lie so many rows apart in one object and share a column."""
    line = runs.ids.astype(np.int64) * (runs.height + distance) + runs.rows
    width = runs.width + 1
    starts, stops = line * width + runs.starts, line * width + runs.stops
    # Runs of the other row that end after this one starts, and start before it ends.
    low = np.searchsorted(stops, starts + distance * width, side="right")
    high = np.searchsorted(starts, stops + distance * width, side="left")
    counts = np.maximum(high - low, 0)
    first = np.repeat(np.arange(len(line)), counts)
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return first, np.repeat(low, counts) + inside


def join_nodes(size: int, first: Index, second: Index) -> Index:
    """For each of `size` nodes, the lowest node of its component of the graph with these edges."""
    root = np.arange(size)
    while True:
        low = np.minimum(root[first], root[second])
        before = root.copy()
        np.minimum.at(root, root[first], low)
        np.minimum.at(root, root[second], low)
        root = root[root]
        root = root[root]
        if np.array_equal(root, before):
            return root


def find_largest(runs: Runs, least_px: int) -> NDArray[np.bool_]:
    """For each run, whether it is part of its object's largest 4-connected component, of at least `least_px` pixels."""
    components = find_components(runs)
    areas = np.bincount(components.astype(np.intp), runs.lengths)
    _, first_run = np.unique(components, return_index=True)
    objects = runs.ids[first_run]
    ranked = np.lexsort((-areas, objects))
    _, best = np.unique(objects[ranked], return_index=True)
    kept = np.zeros(len(areas), np.bool_)
    kept[ranked[best]] = True
    return np.asarray((kept & (areas >= least_px))[components])


def number_in_order(runs: Runs) -> Runs:
    """Ids 1 ... n in the order in which the objects first appear."""
    old, first = np.unique(runs.ids, return_index=True)
    rank = np.empty(len(old), np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(1, len(old) + 1, dtype=np.int32)
    return runs.with_ids(rank[np.searchsorted(old, runs.ids)])
