"""Measurements of objects: shapes, places and intensities, in pixels and, where their size is known, in µm."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..types import Spacing
from .hulls import convex_areas
from .moments import Moments, find_moments
from .perimeters import perimeters
from .runs import Runs

Kind = Literal["integer", "real", "flag"]
Values = NDArray[np.floating] | NDArray[np.int64] | NDArray[np.bool_]
Measured = Iterator[tuple["Column", Values]]

_PIXELS_AT_ONCE = 2**20
_ISOTROPIC = 1e-6
"""Relative difference of the spacings of columns and rows up to which lengths in µm have a meaning."""


@dataclass(frozen=True)
class Column:
    """One measurement.

    Attributes
    ----------
    id : str
        Unique in its table; the header in a CSV file.
    title : str
        Words for a person.
    unit : str
        ``""``, ``"px"``, ``"px²"``, ``"µm"`` or ``"µm²"``.
    kind : str
        What the values are, which are kept as float64 in any case; a flag is 0 or 1.
    """

    id: str
    title: str
    unit: str
    kind: Kind


@dataclass(frozen=True)
class Measurements:
    """What `measure` found.

    Attributes
    ----------
    columns : tuple of Column
    values : (columns, n) float64
        Object 1 first; NaN where a measurement is not defined.
    """

    columns: tuple[Column, ...]
    values: NDArray[np.float64]

    def column(self, id: str) -> NDArray[np.float64]:
        """The values of one measurement, (n,); an unknown id is a `KeyError`."""
        places = {column.id: place for place, column in enumerate(self.columns)}
        return np.asarray(self.values[places[id]])


def measure(
    runs: Runs, pixels_hwc: NDArray[Any] | None, channels: Sequence[str], spacing: Spacing | None
) -> Measurements:
    """Measure objects as ``skimage.measure.regionprops`` of scikit-image 0.26 does.

    Centroids are means of indices: the pixel in the top left corner has 0, 0, although its centre lies at 0.5, 0.5
    of the pixel edges that boxes are given by. Those in µm are indices times spacing.

    Parameters
    ----------
    runs
        Ids 1 ... n without gaps.
    pixels_hwc : (H, W, C) of any integer or float dtype, or None
        Sums of integers of up to 32 bits are exact, others are those of float64. NaN gives NaN.
    channels
        The name of each channel, where there are pixels.
    spacing
        None leaves out the columns in µm; perimeters in µm are left out where columns and rows differ in spacing.
    """
    moments = find_moments(runs)
    perimeter_px = perimeters(runs)
    measured = [*_measure_shape(runs, moments, perimeter_px)]
    if pixels_hwc is not None:
        measured += _measure_intensity(runs, pixels_hwc, channels, moments.area_px)
    if spacing is not None:
        measured += _measure_size(moments, perimeter_px, spacing)
    return Measurements(
        tuple(column for column, _ in measured),
        np.stack([values for _, values in measured]).astype(np.float64),
    )


def usual_diameter_px(runs: Runs) -> float | None:
    """Median diameter of circles with the objects' areas; of objects that do not touch the edge, if there are any."""
    if runs.count == 0:
        return None
    areas = np.bincount(runs.ids, runs.lengths, runs.count + 1)[1:]
    cut = np.zeros(runs.count, np.bool_)
    at_edge = (
        (runs.rows == 0) | (runs.rows == runs.height - 1) | (runs.starts == 0) | (runs.stops == runs.width)
    )
    cut[runs.ids[at_edge] - 1] = True
    return float(np.median(_diameter(areas if cut.all() else areas[~cut])))


def _measure_shape(runs: Runs, moments: Moments, perimeter_px: NDArray[np.float64]) -> Measured:
    area, (x0, y0, x1, y1), (x, y) = moments.area_px, moments.box_xyxy, moments.centroid_xy
    touches = (x0 == 0) | (y0 == 0) | (x1 == runs.width) | (y1 == runs.height)
    yield Column("area_px", "Area", "px²", "integer"), area
    yield Column("equivalent_diameter_px", "Equivalent diameter", "px", "real"), _diameter(area)
    yield Column("perimeter_px", "Perimeter", "px", "real"), perimeter_px
    yield Column("eccentricity", "Eccentricity", "", "real"), moments.eccentricity
    yield Column("solidity", "Solidity", "", "real"), area / convex_areas(runs)
    yield Column("centroid_x_px", "Centroid, x", "px", "real"), x
    yield Column("centroid_y_px", "Centroid, y", "px", "real"), y
    yield Column("x0_px", "Left edge", "px", "integer"), x0
    yield Column("y0_px", "Top edge", "px", "integer"), y0
    yield Column("x1_px", "Right edge", "px", "integer"), x1
    yield Column("y1_px", "Bottom edge", "px", "integer"), y1
    yield Column("touches_edge", "Touches the edge of the image", "", "flag"), touches


def _measure_intensity(
    runs: Runs, pixels_hwc: NDArray[Any], channels: Sequence[str], area_px: NDArray[np.int64]
) -> Measured:
    totals = _sum_intensities(runs, pixels_hwc)
    kind: Kind = "real" if pixels_hwc.dtype.kind == "f" else "integer"
    for (suffix, name), total in zip(_name_channels(channels), totals, strict=True):
        yield Column(f"mean_intensity_{suffix}", f"Mean intensity, {name}", "", "real"), total / area_px
        yield Column(f"integrated_intensity_{suffix}", f"Integrated intensity, {name}", "", kind), total


def _measure_size(moments: Moments, perimeter_px: NDArray[np.float64], spacing: Spacing) -> Measured:
    um = 1000.0 if spacing.unit == "mm" else 1.0
    step_x, step_y = spacing.x * um, spacing.y * um
    area = moments.area_px * (step_x * step_y)
    x, y = moments.centroid_xy
    yield Column("area_um2", "Area", "µm²", "real"), area
    yield Column("equivalent_diameter_um", "Equivalent diameter", "µm", "real"), _diameter(area)
    if math.isclose(step_x, step_y, rel_tol=_ISOTROPIC):
        yield Column("perimeter_um", "Perimeter", "µm", "real"), perimeter_px * step_x
    yield Column("centroid_x_um", "Centroid, x", "µm", "real"), x * step_x
    yield Column("centroid_y_um", "Centroid, y", "µm", "real"), y * step_y


def _diameter(area: Values) -> NDArray[np.float64]:
    """Of the circle of the same area."""
    return np.asarray(np.sqrt(4 * area / math.pi))


def _name_channels(channels: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What each channel is called in ids, unique, and in titles."""
    taken: set[str] = set()
    for number, name in enumerate(channels, 1):
        stem = re.sub(r"\W+", "_", name).strip("_") or f"channel_{number}"
        suffix, again = stem, 1
        while suffix in taken:
            again += 1
            suffix = f"{stem}_{again}"
        taken.add(suffix)
        yield suffix, name.strip() or f"channel {number}"


def _sum_intensities(runs: Runs, pixels_hwc: NDArray[Any]) -> NDArray[np.int64 | np.float64]:
    """Sums of the values of each object.

    Returns
    -------
    (C, n) int64 or float64
        int64 for integers of up to 32 bits.
    """
    exact = pixels_hwc.dtype.kind in "biu" and pixels_hwc.dtype.itemsize <= 4
    dtype = np.int64 if exact else np.float64
    totals: NDArray[Any] = np.zeros((pixels_hwc.shape[2], runs.count), dtype)
    height = max(1, _PIXELS_AT_ONCE // max(1, runs.width))
    for first in range(0, runs.height, height):
        band = runs.band(first, min(first + height, runs.height))
        if len(band.ids) == 0:
            continue
        begins = (band.rows.astype(np.intp) - first) * runs.width + band.starts
        bounds = np.stack((begins, begins + band.lengths), axis=1).ravel()
        values = np.zeros(pixels_hwc[first : first + height, :, 0].size + 1, dtype)  # a bound may be the end
        for channel, total in enumerate(totals):
            values[:-1].reshape(-1, runs.width)[:] = pixels_hwc[first : first + height, :, channel]
            with np.errstate(invalid="ignore", over="ignore"):  # files may hold infinities of either sign
                sums = np.add.reduceat(values, bounds)[::2]
                np.add.at(total, band.ids.astype(np.intp) - 1, sums)
    return totals
