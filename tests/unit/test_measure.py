from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from insitu.objects import hulls, measure, moments, perimeters
from insitu.objects.measure import Measurements
from insitu.objects.runs import Runs, runs_of_labels
from insitu.types import Spacing

ROOT2 = math.sqrt(2)
SHAPE_IDS = [
    *("area_px", "equivalent_diameter_px", "perimeter_px", "eccentricity", "solidity"),
    *("centroid_x_px", "centroid_y_px", "x0_px", "y0_px", "x1_px", "y1_px", "touches_edge"),
]


def labels(drawing: str) -> np.ndarray:
    """A label image from digits; a dot is background."""
    return np.array([[0 if mark == "." else int(mark) for mark in row] for row in drawing.split()], np.int32)


def measured(
    drawing: str | np.ndarray,
    pixels_hwc: np.ndarray | None = None,
    channels: tuple[str, ...] = ("a",),
    spacing: Spacing | None = None,
) -> Measurements:
    labels_hw = labels(drawing) if isinstance(drawing, str) else drawing
    return measure.measure(runs_of_labels(labels_hw), pixels_hwc, channels, spacing)


def values(drawing: str, id: str) -> list[float]:
    return [float(value) for value in measured(drawing).column(id)]


def random_labels(seed: int, size: int = 60, objects: int = 9) -> np.ndarray:
    """Objects of many components, some of which touch."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, objects + 1, (size // 3, size // 3))
    return np.where(rng.random((size, size)) < 0.8, np.kron(coarse, np.ones((3, 3), int)), 0).astype(np.int32)


def test_columns_come_in_their_order() -> None:
    spacing = Spacing(0.5, 0.5, "um")
    columns = measured("1", np.ones((1, 1, 2)), ("DAPI", "GFP"), spacing).columns
    of_channels = [f"{what}_intensity_{name}" for name in ("DAPI", "GFP") for what in ("mean", "integrated")]
    in_um = ["area_um2", "equivalent_diameter_um", "perimeter_um", "centroid_x_um", "centroid_y_um"]
    assert [column.id for column in columns] == SHAPE_IDS + of_channels + in_um


def test_without_pixels_and_spacing_there_are_only_shapes() -> None:
    assert [column.id for column in measured("1").columns] == SHAPE_IDS


def test_an_unknown_column_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        measured("1").column("volume")


def test_no_object_gives_a_table_without_rows() -> None:
    table = measured("...", np.ones((1, 3, 1), np.uint8), ("a",), Spacing(1, 1, "um"))
    assert table.values.shape == (len(table.columns), 0)


def test_areas_are_counted_and_their_circles_have_diameters() -> None:
    table = measured("11.2 11.2 11..")
    assert table.column("area_px").tolist() == [6, 2]
    assert table.column("equivalent_diameter_px") == pytest.approx(
        [math.sqrt(24 / math.pi), math.sqrt(8 / math.pi)]
    )


def test_boxes_are_half_open_pixel_edges() -> None:
    table = measured(".... .11. ..1. 2...")
    boxes = [table.column(edge).tolist() for edge in ("x0_px", "y0_px", "x1_px", "y1_px")]
    assert boxes == [[1, 0], [1, 3], [3, 1], [3, 4]]


def test_centroids_are_means_of_indices() -> None:
    table = measured("1.2 ..2 .22")
    assert table.column("centroid_x_px").tolist() == [0, 7 / 4]
    assert table.column("centroid_y_px").tolist() == [0, 5 / 4]


def test_only_objects_in_the_outermost_pixels_touch_the_edge() -> None:
    assert values("11... ..2.3 ..... .4.5. .4...", "touches_edge") == [1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("1", 0),
        ("1111", 2),
        ("111 111 111", 8),
        ("111 1.1 111", 8),
        (".1. 111 .1.", 4 * ROOT2),
        ("1. 11", 2 + ROOT2),
        ("11111 11111 11.11 11111 11111", 16),
        ("1.. .1. ..1", ROOT2),
    ],
)
def test_perimeters_count_steps_along_the_border(drawing: str, expected: float) -> None:
    assert values(drawing, "perimeter_px") == pytest.approx([expected], rel=1e-15)


def test_an_object_among_others_has_the_perimeter_that_it_has_alone() -> None:
    assert values("111222 111222 111222 333444 333444 333444", "perimeter_px") == [8, 8, 8, 8]


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("1", 0),
        ("111 111 111", 0),
        (".1. 111 .1.", 0),
        ("1.1 ... 1.1", 0),
        ("11111", 1),
        ("1 1", 1),
        ("1.. .1. ..1", 1),
        ("1111 1111", math.sqrt(1 - (1 / 4) / (5 / 4))),
        ("11 1.", math.sqrt(1 - (1 / 9) / (3 / 9))),
    ],
)
def test_eccentricities_follow_from_second_moments(drawing: str, expected: float) -> None:
    assert values(drawing, "eccentricity") == pytest.approx([expected], rel=1e-15)


@pytest.mark.parametrize(
    ("drawing", "convex_px"),
    [
        ("1", 1),
        ("1111", 4),
        ("1 1 1", 3),
        ("1.. .1. ..1", 3),
        (".1. 111 .1.", 5),
        ("111 1.1 111", 9),
        ("1.1 1.1 111", 9),
        ("1... .... .... 1..1", 10),
        ("1 . . 1", 4),
        ("..1 1..", 4),
    ],
)
def test_solidity_is_the_part_of_the_convex_hull_that_is_filled(drawing: str, convex_px: int) -> None:
    assert values(drawing, "solidity") == [drawing.count("1") / convex_px]


def test_hulls_of_neighbours_do_not_mix() -> None:
    assert values("1222 1112 3112 3222", "solidity") == pytest.approx([6 / 7, 8 / 12, 1])


def test_an_object_far_from_the_origin_measures_as_one_near_it() -> None:
    near = runs_of_labels(labels("1..11 11111 .111. .1..."))
    shift = 250_000
    far = Runs(4, shift + 5, near.rows, near.starts + shift, near.stops + shift, near.ids)
    shapes = ("area_px", "perimeter_px", "eccentricity", "solidity")
    first, second = (measure.measure(runs, None, (), None) for runs in (near, far))
    assert [first.column(shape) for shape in shapes] == [second.column(shape) for shape in shapes]
    assert second.column("centroid_x_px") == first.column("centroid_x_px") + shift


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_the_size_of_the_portions_changes_nothing(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    labels_hw = random_labels(5)
    pixels_hwc = np.random.default_rng(6).integers(0, 65536, (*labels_hw.shape, 1), np.uint16)
    whole = measured(labels_hw, pixels_hwc).values
    for module, name in (
        (measure, "_PIXELS_AT_ONCE"),
        (perimeters, "_PIXELS_AT_ONCE"),
        (hulls, "_ROWS_AT_ONCE"),
        (moments, "_RUNS_AT_ONCE"),
    ):
        monkeypatch.setattr(module, name, at_once)
    np.testing.assert_array_equal(measured(labels_hw, pixels_hwc).values, whole)


def test_intensities_are_summed_per_object_and_channel() -> None:
    pixels_hwc = np.arange(12, dtype=np.uint8).reshape(2, 3, 2)
    table = measured("112 122", pixels_hwc, ("a", "b"))
    assert table.column("integrated_intensity_a").tolist() == [0 + 2 + 6, 4 + 8 + 10]
    assert table.column("integrated_intensity_b").tolist() == [1 + 3 + 7, 5 + 9 + 11]
    assert table.column("mean_intensity_b").tolist() == [11 / 3, 25 / 3]


@pytest.mark.parametrize(
    "dtype", [np.int8, np.uint16, np.dtype(">u2"), np.int32, np.uint32, np.int64, np.bool_]
)
def test_sums_of_integers_are_exact(dtype: Any) -> None:
    highest = 1 if dtype is np.bool_ else min(np.iinfo(dtype).max, 2**40)
    pixels_hwc = np.full((40, 50, 1), highest, dtype)
    pixels_hwc[0, 0] = 0
    table = measured(np.ones((40, 50), np.int32), pixels_hwc)
    assert table.column("integrated_intensity_a").tolist() == [1999 * highest]
    assert table.column("mean_intensity_a").tolist() == [1999 * highest / 2000]
    assert table.columns[13].kind == "integer"


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_is_not_finite_stays_in_its_object(dtype: Any) -> None:
    row = [1, np.nan, 2, 3, np.inf, 4, np.inf, -np.inf, np.nan, 5]
    table = measured("1123344..5", np.array(row, dtype).reshape(1, 10, 1))
    expected = [np.nan, 2, np.inf, np.inf, 5]
    np.testing.assert_array_equal(table.column("integrated_intensity_a"), expected)
    assert table.columns[13].kind == "real"


def test_small_floats_are_summed_in_double_precision() -> None:
    pixels_hwc = np.full((100, 100, 1), 0.1, np.float32)
    pixels_hwc[0, 0] = 2**24
    total = measured(np.ones((100, 100), np.int32), pixels_hwc).column("integrated_intensity_a")[0]
    assert total == pytest.approx(2**24 + 9999 * float(np.float32(0.1)), rel=1e-15)


def test_names_of_channels_become_unique_ids() -> None:
    names = ("DAPI", "Alexa Fluor 488 (GFP)", "DAPI", " ", "DAPI_2", "α-Tubulin")
    columns = measured("1", np.zeros((1, 1, 6), np.uint8), names).columns
    means = [column.id.removeprefix("mean_intensity_") for column in columns[12::2]]
    assert means == ["DAPI", "Alexa_Fluor_488_GFP", "DAPI_2", "channel_4", "DAPI_2_2", "α_Tubulin"]
    assert columns[15].title == "Integrated intensity, Alexa Fluor 488 (GFP)"
    assert columns[18].title == "Mean intensity, channel 4"


def test_each_channel_needs_a_name() -> None:
    with pytest.raises(ValueError):
        measured("1", np.zeros((1, 1, 2), np.uint8), ("a",))


@pytest.mark.parametrize(("step", "unit"), [(0.5, "um"), (0.0005, "mm")])
def test_spacing_gives_sizes_in_micrometres(step: float, unit: Any) -> None:
    table = measured("... .11 .11 .11", spacing=Spacing(step, step, unit))
    assert table.column("area_um2") == pytest.approx([1.5])
    assert table.column("equivalent_diameter_um") == pytest.approx([math.sqrt(6 / math.pi)])
    assert table.column("perimeter_um") == pytest.approx([3])
    assert table.column("centroid_x_um") == pytest.approx([0.75])
    assert table.column("centroid_y_um") == pytest.approx([1.0])


def test_pixels_that_are_not_square_have_no_perimeter_in_micrometres() -> None:
    table = measured("11 11", spacing=Spacing(0.5, 2.0, "um"))
    assert "perimeter_um" not in [column.id for column in table.columns]
    assert table.column("area_um2").tolist() == [4]
    assert (table.column("centroid_x_um")[0], table.column("centroid_y_um")[0]) == (0.25, 1)


def test_spacings_that_differ_by_rounding_are_equal() -> None:
    table = measured("111 111 111", spacing=Spacing(0.5, 0.5 * (1 + 1e-7), "um"))
    assert table.column("perimeter_um") == pytest.approx([4])
