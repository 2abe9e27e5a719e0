"""Files for other programs, read by libraries of other people and drawn again: the label image must be the same.

Nothing here shares code with the writers. Pixels are decided by their centres: GEOS (shapely) for GeoJSON, scikit-image
for ImageJ's regions that roifile reads, the COCO API, and tifffile and Pillow for label images.
"""

from __future__ import annotations

import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import roifile
import shapely
import shapely.geometry
import tifffile
from numpy.typing import NDArray
from PIL import Image as PilImage
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from skimage.draw import polygon2mask

from insitu.encode.coco import CocoImage, encode_coco
from insitu.encode.geojson import encode_geojson
from insitu.encode.imagej_roi import LIMIT_PX, encode_roi_zip, encode_rois, roi_names
from insitu.encode.label_tiff import encode_label_tiff
from insitu.objects.outlines import group_rings, trace_outlines
from insitu.objects.runs import runs_of_labels

pytestmark = pytest.mark.cpython_only

Labels = NDArray[np.int32]


def _ring(height: int, width: int) -> Labels:
    labels_hw = np.ones((height, width), np.int32)
    labels_hw[1:-1, 1:-1] = 0
    return labels_hw


def _nested() -> Labels:
    """Objects in holes of objects in holes."""
    labels_hw = np.zeros((17, 23), np.int32)
    for depth, number in enumerate((1, 0, 2, 0, 1, 3, 0, 4)):
        labels_hw[depth : 17 - depth, depth : 23 - depth] = number
    return labels_hw


def _drawn(*rows: str) -> Labels:
    return np.array([[int(letter) for letter in row] for row in rows], np.int32)


def _discs(side: int, step: int) -> Labels:
    """Many touching objects, cut by the edges, with holes in every third."""
    y, x = np.mgrid[:side, : side * 2]
    cell = (y // step) * (side * 2 // step + 1) + x // step + 1
    distance = np.hypot(y % step - (step - 1) / 2, x % step - (step - 1) / 2)
    inside = (distance <= step * 0.55) & ~((cell % 3 == 0) & (distance < step * 0.2))
    return np.where(inside, cell, 0).astype(np.int32)


def _random(seed: int) -> Labels:
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 45, 2)
    labels = rng.integers(1, rng.integers(2, 7), (height, width))
    return np.where(rng.random((height, width)) < rng.uniform(0.2, 0.95), labels, 0).astype(np.int32)


CASES: dict[str, Labels] = {
    "nothing": np.zeros((4, 6), np.int32),
    "one pixel": _drawn("1"),
    "one pixel in each corner": _drawn("1002", "0000", "3004"),
    "one object in all corners": _drawn("1001", "0000", "1001"),
    "the whole image": np.full((13, 29), 3, np.int32),
    "a frame along all edges": _ring(9, 14),
    "lines": _drawn("111110", "000002", "333302", "000002"),
    "diagonal of one object": np.eye(9, 11, dtype=np.int32),
    "diagonals of two objects": _drawn("1020", "0102", "2010", "0201"),
    "chessboard": (np.indices((12, 15)).sum(axis=0) % 2 + 1).astype(np.int32),
    "c whose ends touch": _drawn("1111", "1001", "1001", "1110"),
    "c whose ends touch, mirrored": _drawn("1111", "1001", "1001", "0111"),
    "holes that touch": _drawn("11111", "10111", "11011", "10101", "11111"),
    "nested": _nested(),
    "filled holes": _drawn("11111", "12221", "12021", "12221", "11111"),
    "gap in the numbers": _drawn("70030", "70030"),
    "comb": np.where(np.indices((30, 81))[1] % 2 + (np.indices((30, 81))[0] == 0), 1, 0).astype(np.int32),
    "325 objects": _discs(104, 8),
    "1 row": _random(1)[:1],
    "1 column": _random(2)[:, :1],
} | {f"random {seed}": _random(seed) for seed in range(30)}

every_case = pytest.mark.parametrize("expected", CASES.values(), ids=CASES.keys())


class Canvas:
    """A label image that is put together from masks, each pixel at most once."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.labels_hw = np.zeros(shape, np.int32)

    def add(self, number: int, mask_hw: NDArray[np.bool_]) -> None:
        assert not self.labels_hw[mask_hw].any(), f"object {number} covers another"
        self.labels_hw[mask_hw] = number


def same(actual: NDArray[Any], expected: Labels) -> None:
    np.testing.assert_array_equal(actual, expected)


@every_case
def test_outlines_are_valid_polygons_of_as_many_pixels(expected: Labels) -> None:
    outlines = trace_outlines(runs_of_labels(expected))
    grouped = group_rings(outlines)
    rings = np.split(outlines.points_xy, outlines.starts[1:-1])
    assert grouped.ids.tolist() == np.unique(expected[expected > 0]).tolist()
    for place, number in enumerate(grouped.ids):
        bounds = grouped.rings[grouped.objects[place] : grouped.objects[place + 1] + 1]
        polygons = [
            shapely.Polygon(rings[first], rings[first + 1 : stop]) for first, stop in pairwise(bounds)
        ]
        for polygon in polygons:
            assert polygon.exterior.is_ccw and not any(hole.is_ccw for hole in polygon.interiors)
        whole = shapely.MultiPolygon(polygons)
        assert shapely.is_valid(whole), shapely.is_valid_reason(whole)
        assert whole.area == (expected == number).sum()


def geojson_of(labels_hw: Labels) -> list[dict[str, Any]]:
    parts = encode_geojson(runs_of_labels(labels_hw), "a.tif", "Nucleus", (0, 158, 115))
    found: list[dict[str, Any]] = json.loads(b"".join(parts))["features"]
    return found


@every_case
def test_geojson_gives_the_same_labels(expected: Labels) -> None:
    canvas = Canvas(expected.shape)
    y, x = np.indices(expected.shape) + 0.5
    for feature in geojson_of(expected):
        geometry = shapely.geometry.shape(feature["geometry"])
        assert shapely.is_valid(geometry), shapely.is_valid_reason(geometry)
        number = int(feature["properties"]["name"])
        assert geometry.area == (expected == number).sum()
        canvas.add(number, shapely.contains_xy(geometry, x, y))
    same(canvas.labels_hw, expected)


def regions_of(labels_hw: Labels) -> list[roifile.ImagejRoi]:
    runs = runs_of_labels(labels_hw)
    with zipfile.ZipFile(io.BytesIO(encode_roi_zip(runs, roi_names(runs.count)))) as archive:
        found = [(name, roifile.ImagejRoi.frombytes(archive.read(name))) for name in archive.namelist()]
    assert [f"{region.name}.roi" for _, region in found] == [name for name, _ in found]
    return [region for _, region in found]


def signed_area(ring: NDArray[Any]) -> float:
    x, y = ring.astype(np.float64).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


@every_case
def test_imagej_regions_give_the_same_labels_by_either_winding_rule(expected: Labels) -> None:
    even_odd, non_zero = Canvas(expected.shape), Canvas(expected.shape)
    for region in regions_of(expected):
        number = int(region.name.removeprefix("nucleus-"))
        crossings = np.zeros(expected.shape, np.int64)
        windings = np.zeros(expected.shape, np.int64)
        for ring in region.coordinates(multi=True):
            # Centres of pixels are whole numbers for scikit-image.
            inside = polygon2mask(expected.shape, ring[:, ::-1] - 0.5)  # type: ignore[no-untyped-call]
            crossings += inside
            windings += inside * int(np.sign(signed_area(ring)))
        even_odd.add(number, crossings % 2 == 1)
        non_zero.add(number, windings != 0)
    same(even_odd.labels_hw, expected)
    same(non_zero.labels_hw, expected)


@every_case
def test_imagej_regions_have_the_box_of_their_pixels(expected: Labels) -> None:
    for region in regions_of(expected):
        y, x = np.nonzero(expected == int(region.name.removeprefix("nucleus-")))
        box = (region.left, region.top, region.right, region.bottom)
        assert box == (x.min(), y.min(), x.max() + 1, y.max() + 1)


@pytest.mark.parametrize("turned", [False, True])
def test_imagej_regions_reach_to_the_end_of_the_largest_image(turned: bool) -> None:
    labels_hw = np.zeros((2, LIMIT_PX), np.int32)
    labels_hw[0, -3:] = 1
    labels_hw[1, 32_760:32_780] = 2
    labels_hw[1, -1] = 3
    labels_hw[0, :-4:2] = labels_hw[1, :32_000] = (
        4  # more corners than a traced region holds, and several parts
    )
    if turned:
        labels_hw = np.ascontiguousarray(labels_hw.T)
    kinds = set()
    for region in regions_of(labels_hw):
        kinds.add(region.roitype)
        pieces = [shapely.Polygon(ring) for ring in region.coordinates(multi=True)]
        number = int(region.name.removeprefix("nucleus-"))
        assert sum(piece.area for piece in pieces) == (labels_hw == number).sum()
        y, x = np.nonzero(labels_hw == number)
        box = (x.min(), y.min(), x.max() + 1, y.max() + 1)
        assert (region.left, region.top, region.right, region.bottom) == box
        assert shapely.total_bounds(pieces).tolist() == list(box)
    assert kinds == {roifile.ROI_TYPE.TRACED, roifile.ROI_TYPE.RECT}


def test_an_outline_of_more_corners_than_16_bits_count_is_composite() -> None:
    labels_hw = np.ones((2, 40_000), np.int32)
    labels_hw[0, 1::2] = 0
    (region,) = regions_of(labels_hw)
    assert region.composite
    (ring,) = region.coordinates(multi=True)
    assert len(ring) > 65_535
    assert shapely.Polygon(ring).area == labels_hw.sum()


def test_roifile_writes_the_same_bytes_again() -> None:
    runs = runs_of_labels(CASES["nested"])
    for _, data in encode_rois(runs, roi_names(runs.count), (230, 159, 0)):
        assert roifile.ImagejRoi.frombytes(data).tobytes() == data


@pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)  # pycocotools 2.0.11, numpy 2
@every_case
def test_coco_gives_the_same_labels_and_the_bytes_of_its_own_encoder(
    expected: Labels, tmp_path: Path
) -> None:
    path = tmp_path / "coco.json"
    path.write_bytes(b"".join(encode_coco([CocoImage("a.tif", runs_of_labels(expected))])))
    dataset = COCO(str(path))
    canvas = Canvas(expected.shape)
    numbers = np.unique(expected[expected > 0]).tolist()
    annotations = dataset.loadAnns(dataset.getAnnIds(imgIds=[1]))
    for number, annotation in zip(numbers, annotations, strict=True):
        mask_hw = np.asfortranarray(expected == number, np.uint8)
        code = coco_mask.encode(mask_hw)
        assert annotation["segmentation"] == {"size": code["size"], "counts": code["counts"].decode()}
        assert annotation["area"] == coco_mask.area(code)
        assert annotation["bbox"] == coco_mask.toBbox(code).tolist()
        canvas.add(number, dataset.annToMask(annotation).astype(np.bool_))
    same(canvas.labels_hw, expected)


def test_coco_counts_of_a_large_image_are_those_of_its_own_encoder() -> None:
    labels_hw = np.zeros((3000, 2500), np.int32)
    labels_hw[5:2990, 7:2400] = 1
    labels_hw[2000:2001, 1000:1001] = 0
    labels_hw[-1, -1] = 2
    found = json.loads(b"".join(encode_coco([CocoImage("a.tif", runs_of_labels(labels_hw))])))
    for number, annotation in enumerate(found["annotations"], 1):
        code = coco_mask.encode(np.asfortranarray(labels_hw == number, np.uint8))
        assert annotation["segmentation"]["counts"] == code["counts"].decode()


@every_case
def test_label_images_give_the_same_labels(expected: Labels) -> None:
    data = encode_label_tiff(runs_of_labels(expected), None)
    same(tifffile.imread(io.BytesIO(data)), expected)
    with PilImage.open(io.BytesIO(data)) as image:
        same(np.asarray(image), expected)


@every_case
def test_label_images_of_many_objects_give_the_same_labels(expected: Labels) -> None:
    many = np.where(expected > 0, expected + 70_000, 0).astype(np.int32)
    data = encode_label_tiff(runs_of_labels(many), None)
    same(tifffile.imread(io.BytesIO(data)), many)
    with PilImage.open(io.BytesIO(data)) as image:
        same(np.asarray(image), many)
