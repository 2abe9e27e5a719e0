"""Areas, boxes, centroids and eccentricities of objects, summed over their runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .runs import Index, Runs

_RUNS_AT_ONCE = 2**18


@dataclass(frozen=True)
class Moments:
    """What follows from the sums of coordinates and of their squares; object 1 first.

    Attributes
    ----------
    area_px : (n,) int64
    box_xyxy : (4, n) int64
        x0, y0, x1, y1 pixel edges, half-open.
    centroid_xy : (2, n) float64
        Mean of the indices of columns and rows: pixel (0, 0) alone has 0, 0.
    eccentricity : (n,) float64
        Of the ellipse with the same second moments: 0 for a circle or a square, 1 for a line.
    """

    area_px: Index
    box_xyxy: Index
    centroid_xy: NDArray[np.float64]
    eccentricity: NDArray[np.float64]


@dataclass(frozen=True)
class _Part:
    """Some runs: `middles2` is twice the mean column, which is whole."""

    objects: NDArray[np.intp]
    rows: Index
    starts: Index
    stops: Index

    @property
    def lengths(self) -> Index:
        return self.stops - self.starts

    @property
    def middles2(self) -> Index:
        return self.starts + self.stops - 1


def find_moments(runs: Runs) -> Moments:
    """Measure objects by the moments of their pixels, as ``skimage.measure.regionprops`` defines them.

    Parameters
    ----------
    runs
        Ids 1 ... n without gaps.
    """
    area, sum_x, sum_y = np.zeros((3, runs.count), np.int64)
    x0, y0 = np.full((2, runs.count), max(runs.width, runs.height), np.int64)
    x1, y1 = np.zeros((2, runs.count), np.int64)
    for part in _parts(runs):
        np.add.at(area, part.objects, part.lengths)
        np.add.at(sum_x, part.objects, part.lengths * part.middles2 // 2)
        np.add.at(sum_y, part.objects, part.lengths * part.rows)
        np.minimum.at(x0, part.objects, part.starts)
        np.minimum.at(y0, part.objects, part.rows)
        np.maximum.at(x1, part.objects, part.stops)
        np.maximum.at(y1, part.objects, part.rows + 1)
    eccentricity = _find_eccentricity(runs, area, sum_x // area, sum_y // area)
    centroid_xy = np.stack((sum_x, sum_y)) / area
    return Moments(area, np.stack((x0, y0, x1, y1)), centroid_xy, eccentricity)


def _parts(runs: Runs) -> Iterator[_Part]:
    for begin in range(0, len(runs.ids), _RUNS_AT_ONCE):
        part = slice(begin, begin + _RUNS_AT_ONCE)
        columns = (column[part].astype(np.int64) for column in (runs.rows, runs.starts, runs.stops))
        yield _Part(runs.ids[part].astype(np.intp) - 1, *columns)


def _find_eccentricity(runs: Runs, area: Index, origin_x: Index, origin_y: Index) -> NDArray[np.float64]:
    """Eccentricities from moments about whole numbers near the centroids.

    Sums are whole numbers, and float64 holds them exactly up to 2**53: an object that is symmetric gives exactly 0,
    wherever it lies.
    """
    x, y, xx, yy, xy = np.zeros((5, runs.count), np.float64)
    for part in _parts(runs):
        lengths = part.lengths.astype(np.float64)
        middles2 = (part.middles2 - 2 * origin_x[part.objects]).astype(np.float64)
        rows = (part.rows - origin_y[part.objects]).astype(np.float64)
        np.add.at(x, part.objects, lengths * middles2 / 2)
        np.add.at(y, part.objects, lengths * rows)
        np.add.at(xx, part.objects, lengths * (3 * middles2 * middles2 + lengths * lengths - 1) / 12)
        np.add.at(yy, part.objects, lengths * rows * rows)
        np.add.at(xy, part.objects, lengths * middles2 / 2 * rows)
    xx -= x * x / area
    yy -= y * y / area
    xy -= x * y / area
    # 1 - λ2 / λ1 for the eigenvalues λ of the tensor of inertia, without the difference of similar numbers.
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    both = xx + yy + spread
    ratio = np.divide(2 * spread, both, out=np.zeros_like(both), where=both > 0)
    return np.asarray(np.sqrt(np.minimum(ratio, 1)))
