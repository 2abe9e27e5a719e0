"""Measurements against those of scikit-image, on random objects of every awkward shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import skimage.measure

from insitu.objects.measure import Measurements, measure
from insitu.objects.runs import number_in_order, runs_of_labels
from insitu.types import Spacing

pytestmark = pytest.mark.cpython_only

regionprops: Callable[..., list[Any]] = skimage.measure.regionprops

WHOLE = " (whole)"
TOLERANCE = 1e-9
"""Relative; both sides add the same numbers in different orders, which costs some units in the last of 16 places."""


def scattered(rng: np.random.Generator) -> np.ndarray:
    """Single pixels, diagonal contacts, holes and many components in one object."""
    kept = rng.random((48, 64)) < rng.uniform(0.05, 0.9)
    return np.where(kept, rng.integers(1, 4, kept.shape), 0)


def grains(rng: np.random.Generator) -> np.ndarray:
    """Single pixels and small groups, each an object."""
    labels_hw = np.zeros((60, 60), np.int64)
    for number, (y, x) in enumerate(np.argwhere(rng.random((20, 20)) < 0.7) * 3, 1):
        labels_hw[y : y + 2, x : x + 2] = number * (rng.random((2, 2)) < 0.6)
    return labels_hw


def ellipses(rng: np.random.Generator) -> np.ndarray:
    """Round and thin objects that cover each other and the edge of the image: convex, concave and cut in two."""
    y, x = np.mgrid[:150, :170]
    labels_hw = np.zeros(y.shape, np.int64)
    for number in range(1, 40):
        centre_y, centre_x, angle = rng.uniform((0, 0, 0), (150, 170, np.pi))
        major, minor = rng.uniform(2, 40), rng.uniform(0.5, 12)
        along = (y - centre_y) * np.sin(angle) + (x - centre_x) * np.cos(angle)
        across = (y - centre_y) * np.cos(angle) - (x - centre_x) * np.sin(angle)
        distance = (along / major) ** 2 + (across / minor) ** 2
        hole = rng.choice((0, 0.3))
        labels_hw[(distance <= 1) & (distance >= hole)] = rng.choice((number, 0), p=(0.9, 0.1))
    return labels_hw


def lines(rng: np.random.Generator) -> np.ndarray:
    """One pixel wide, of any slope, some dashed."""
    labels_hw = np.zeros((120, 120), np.int64)
    for number in range(1, 25):
        (y0, x0), (y1, x1) = rng.integers(0, 120, (2, 2))
        steps = np.linspace(0, 1, int(rng.choice((3, 12, 200))))
        rows, columns = np.rint(y0 + steps * (y1 - y0)), np.rint(x0 + steps * (x1 - x0))
        labels_hw[rows.astype(int), columns.astype(int)] = number
    return labels_hw


def patches(rng: np.random.Generator) -> np.ndarray:
    """Without any background: every object touches others."""
    return np.kron(rng.integers(1, 12, (9, 11)), np.ones((5, 5), np.int64))


def strips(rng: np.random.Generator) -> np.ndarray:
    """A picture of one row, or of one column."""
    strip = rng.integers(0, 4, (1, 50))
    return strip if rng.random() < 0.5 else strip.T


KINDS: tuple[Callable[[np.random.Generator], np.ndarray], ...] = (
    scattered,
    grains,
    ellipses,
    lines,
    patches,
    strips,
)


def measured(
    labels_hw: np.ndarray, pixels_hwc: np.ndarray, spacing: Spacing | None
) -> tuple[np.ndarray, Measurements]:
    """The labels with ids 1 ... n without gaps, and what Insitu measures of them."""
    runs = number_in_order(runs_of_labels(labels_hw.astype(np.int32)))
    numbers = np.zeros(labels_hw.max() + 1, np.int64)
    numbers[labels_hw[runs.rows, runs.starts]] = runs.ids
    return numbers[labels_hw], measure(runs, pixels_hwc, ["a"], spacing)


def expected(
    labels_hw: np.ndarray, pixels_hwc: np.ndarray, spacing: Spacing | None
) -> dict[str, Sequence[Any]]:
    """The same of scikit-image, and what follows from its measurements."""
    objects = regionprops(labels_hw, pixels_hwc[..., 0])
    boxes = np.array([found.bbox for found in objects])
    columns = {
        "area_px": [found.area for found in objects],
        "equivalent_diameter_px": [found.equivalent_diameter_area for found in objects],
        "perimeter_px": [found.perimeter for found in objects],
        "eccentricity": [found.eccentricity for found in objects],
        "solidity": [found.solidity for found in objects],
        "convex_px": [found.area_convex for found in objects],
        "centroid_x_px": [found.centroid[1] for found in objects],
        "centroid_y_px": [found.centroid[0] for found in objects],
        **dict(zip(("y0_px", "x0_px", "y1_px", "x1_px"), boxes.T, strict=True)),
        "touches_edge": ((boxes[:, :2] == 0) | (boxes[:, 2:] == labels_hw.shape)).any(axis=1),
        "mean_intensity_a": [found.intensity_mean for found in objects],
        "integrated_intensity_a": [found.image_intensity[found.image].sum() for found in objects],
    }
    if spacing is not None:
        objects = regionprops(labels_hw, spacing=(spacing.y, spacing.x))
        columns["area_um2"] = [found.area for found in objects]
        columns["equivalent_diameter_um"] = [found.equivalent_diameter_area for found in objects]
        columns["centroid_x_um"] = [found.centroid[1] for found in objects]
        columns["centroid_y_um"] = [found.centroid[0] for found in objects]
        if spacing.x == spacing.y:
            columns["perimeter_um"] = [found.perimeter for found in objects]
    return columns


def differences(labels_hw: np.ndarray, pixels_hwc: np.ndarray, spacing: Spacing | None) -> dict[str, float]:
    """The largest difference of each measurement: of whole numbers and flags as it is, of others relative."""
    labels_hw, table = measured(labels_hw, pixels_hwc, spacing)
    theirs = expected(labels_hw, pixels_hwc, spacing)
    found = {}
    for column, values in zip(table.columns, table.values, strict=True):
        reference = np.asarray(theirs.pop(column.id), np.float64)
        scale = np.maximum(np.abs(reference), 1e-3) if column.kind == "real" else np.ones_like(reference)
        if (
            column.id == "eccentricity"
        ):  # the root of a difference, of which scikit-image has few digits near 0
            values, reference, scale = values**2, reference**2, np.ones_like(scale)
        kind = "" if column.kind == "real" else WHOLE
        found[column.id + kind] = float((np.abs(values - reference) / scale).max())
    convex_px = np.rint(table.column("area_px") / table.column("solidity"))
    found["convex_px" + WHOLE] = float(np.abs(convex_px - theirs.pop("convex_px")).max())
    assert theirs == {}
    return found


def assert_equal_measurements(every: list[dict[str, float]]) -> None:
    largest = {name: max(one[name] for one in every) for name in every[0]}
    print("\n" + "\n".join(f"{name:32} {value:.2e}" for name, value in largest.items()))
    limits = {name: 0 if name.endswith(WHOLE) else TOLERANCE for name in largest}
    assert {name: value for name, value in largest.items() if value > limits[name]} == {}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_random_objects_measure_as_in_scikit_image(kind: Callable[[np.random.Generator], np.ndarray]) -> None:
    every = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        labels_hw = kind(rng)
        pixels_hwc = rng.integers(0, 65536, (*labels_hw.shape, 1), np.uint16)
        every.append(differences(labels_hw, pixels_hwc, Spacing(0.325, 0.325, "um")))
    assert_equal_measurements(every)


def test_a_large_concave_object_measures_as_in_scikit_image() -> None:
    y, x = np.mgrid[:900, :700]
    distance = np.hypot(y - 450.3, x - 500.7)
    labels_hw = ((distance < 430) & (distance > 200 + 40 * np.sin(y / 9))).astype(np.int64)
    pixels_hwc = np.random.default_rng(3).integers(0, 65536, (900, 700, 1), np.uint16)
    assert_equal_measurements([differences(labels_hw, pixels_hwc, None)])


def test_real_values_and_pixels_that_are_not_square_measure_as_in_scikit_image() -> None:
    rng = np.random.default_rng(8)
    labels_hw = ellipses(rng)
    pixels_hwc = rng.normal(1000, 300, (*labels_hw.shape, 1))
    assert_equal_measurements([differences(labels_hw, pixels_hwc, Spacing(0.2, 0.7, "um"))])
