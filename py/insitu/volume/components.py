"""The largest connected part of a volume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..objects.runs import find_touching, join_nodes, runs_of_labels


def label_largest(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The 6-connected component with most voxels; of equal ones the first.

    Parameters
    ----------
    inside : (n, H, W) bool

    Returns
    -------
    (n, H, W) bool
    """
    count, height, width = inside.shape
    # Slices lie below each other with an empty row between: neighbours are 1 row apart in a slice, or height + 1.
    stacked = np.zeros((count, height + 1, width), np.uint8)
    stacked[:, :height] = inside
    runs = runs_of_labels(stacked.reshape(-1, width))
    if not len(runs.rows):
        return np.zeros_like(inside)
    pairs = [find_touching(runs, distance) for distance in (1, height + 1)]
    first, second = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    _, numbers = np.unique(join_nodes(len(runs.rows), first, second), return_inverse=True)
    numbers = numbers.astype(np.intp)
    largest = int(np.argmax(np.bincount(numbers, runs.lengths)))
    kept = np.zeros((count * (height + 1), width), np.bool_)
    chosen = runs.take(numbers == largest)
    for row, start, stop in zip(chosen.rows, chosen.starts, chosen.stops, strict=True):
        kept[row, start:stop] = True
    return kept.reshape(count, height + 1, width)[:, :height]
