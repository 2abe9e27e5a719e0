"""Boxes cut out of a scan as NIfTI, read back by nibabel."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import astuple
from itertools import product
from typing import Any

import numpy as np
import pytest
from helpers.pictures import encoded
from helpers.scans import COLUMNS, ROWS, STEP_MM, WAYS, centre_mm, placed_hu, placed_slice
from nibabel.nifti1 import Nifti1Image
from numpy.typing import NDArray

from insitu.errors import ImageCorrupt
from insitu.types import Item
from insitu.volume.crop import FilePlanes, crop_planes, files_in_box
from insitu.volume.frames import Frame, FrameFacts
from insitu.volume.nifti_head import nifti_head
from insitu.volume.places import Box3, patient_box
from insitu.volume.read import read_frames
from insitu.volume.series import group_series

COUNT = 8
BOX = Box3(3, 5, 2, 17, 12, 7)
LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])


def facts_of(files: list[tuple[str, bytes]]) -> list[FrameFacts]:
    return [
        found.facts
        for number, (name, data) in enumerate(files)
        for found in read_frames(Item(name, data), number, 64)
        if isinstance(found, Frame)
    ]


def crop(files: list[tuple[str, bytes]], box: Box3) -> tuple[Nifti1Image, bool]:
    """What nibabel reads, and whether slices are evenly placed."""
    facts = facts_of(files)
    series = group_series(facts)[0]
    head = nifti_head(facts, series, box)
    parts = [crop_planes(files[one.file][1], one.planes, box) for one in files_in_box(facts, series, box)]
    assert len(head.data) == 352
    return Nifti1Image.from_bytes(head.data + b"".join(parts)), head.is_even


def scan(way: str, numbers: Any = range(COUNT)) -> list[tuple[str, bytes]]:
    return [(f"{number}.dcm", placed_slice(way, number)) for number in numbers]


def values(image: Nifti1Image) -> NDArray[Any]:
    """(slices, rows, columns)"""
    return np.asarray(image.dataobj).transpose(2, 1, 0)


@pytest.mark.parametrize("way", WAYS)
def test_voxels_are_those_of_the_scan_and_lie_where_they_lay(way: str) -> None:
    image, is_even = crop(scan(way), BOX)
    assert is_even
    stored = values(image)
    assert stored.dtype == np.int16 and stored.shape == (5, 7, 14)
    np.testing.assert_array_equal(stored, [placed_hu(number)[5:12, 3:17] for number in range(2, 7)])
    for column, row, number in product((0, 13), (0, 6), (0, 4)):
        np.testing.assert_allclose(
            (image.affine @ [column, row, number, 1])[:3] * LPS_TO_RAS,
            centre_mm(way, column + 3, row + 5, number + 2),
            atol=2e-4,
        )
    header = image.header
    assert header.get_xyzt_units()[0] == "mm" and header["sform_code"] == 1
    np.testing.assert_allclose(header.get_zooms(), [0.75, 0.5, STEP_MM], rtol=1e-6)
    assert header["qform_code"] == (0 if way == "gantry tilted" else 1)
    if way != "gantry tilted":
        np.testing.assert_allclose(
            header.get_qform(), header.get_sform(), atol=1e-3
        )  # float32, and one is left out


@pytest.mark.parametrize("way", WAYS)
def test_its_corners_are_those_that_the_box_names(way: str) -> None:
    files = scan(way)
    facts = facts_of(files)
    named = patient_box(BOX, facts, group_series(facts)[0])
    image, _ = crop(files, BOX)
    ends = product(*((-0.5, size - 0.5) for size in image.shape))
    corners = np.array([(image.affine @ [*end, 1])[:3] for end in ends]) * LPS_TO_RAS
    assert named is not None
    np.testing.assert_allclose([*corners.min(axis=0), *corners.max(axis=0)], astuple(named), atol=5e-4)


def test_heads_are_the_same_bytes_in_every_runtime() -> None:
    digest = hashlib.sha256()
    for way in WAYS:
        files = scan(way)
        facts = facts_of(files)
        data = nifti_head(facts, group_series(facts)[0], BOX).data
        digest.update(data[:148] + data[228:])  # between them lies descrip, which names the version
    assert digest.hexdigest() == "e87b9e63445e25ee37886bfc0eea3e26423972e951776bb7f14c171e2278a21a"


def test_the_order_of_files_does_not_matter() -> None:
    files = scan("oblique")
    mixed = [files[at] for at in np.random.default_rng(2).permutation(COUNT)]
    assert crop(mixed, BOX)[0].to_bytes() == crop(files, BOX)[0].to_bytes()


def test_a_gap_in_the_box_is_closed_and_the_file_says_so() -> None:
    image, is_even = crop(scan("turned", (0, 1, 2, 5, 6, 7)), Box3(0, 0, 1, COLUMNS, ROWS, 5))
    assert not is_even and b"unevenly placed" in bytes(image.header["descrip"])
    assert image.header.get_zooms()[2] == STEP_MM
    np.testing.assert_array_equal(values(image)[2], placed_hu(5))


@pytest.mark.parametrize("step", [2.5, -2.5])
@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
def test_a_nifti_volume_is_cropped_to_the_same_places(step: float, ending: str) -> None:
    volume = np.random.default_rng(5).integers(-1000, 1000, (20, 16, 9), np.int16)
    affine = np.diag([-0.8, -0.9, step, 1.0])
    affine[:3, 3] = [50, 60, -70]
    before = Nifti1Image(volume, affine)
    before.header.set_xyzt_units("mm")
    data = before.to_bytes()
    if ending == "nii.gz":
        data = gzip.compress(data)
    image, is_even = crop([(f"a.{ending}", data)], BOX)
    assert is_even and image.shape == (14, 7, 5)
    back = np.linalg.inv(affine) @ image.affine
    for at in np.ndindex(*image.shape):
        column, row, number = np.rint((back @ [*at, 1])[:3]).astype(int)
        assert image.dataobj[at] == volume[column, row, number]


def test_several_planes_of_a_file_are_read_at_once() -> None:
    facts = [*facts_of([("a.nii", Nifti1Image(np.zeros((9, 9, 5), np.int16), np.eye(4)).to_bytes())])]
    (series,) = group_series(facts)
    assert files_in_box(facts, series, Box3(0, 0, 1, 9, 9, 4)) == [FilePlanes(0, (1, 2, 3))]
    facts = facts_of(scan("turned", (1, 0)))
    (series,) = group_series(facts)
    assert files_in_box(facts, series, Box3(0, 0, 0, 9, 9, 2)) == [FilePlanes(1, (0,)), FilePlanes(0, (0,))]


def test_ordinary_pictures_have_no_place_and_no_size() -> None:
    grey = np.random.default_rng(1).integers(0, 255, (16, 16), np.uint8)
    image, is_even = crop([(f"s/{n}.png", encoded(grey)) for n in range(4)], Box3(1, 2, 0, 9, 6, 4))
    header = image.header
    assert is_even and image.shape == (8, 4, 4)
    assert (header["sform_code"], header["qform_code"], header.get_xyzt_units()[0]) == (0, 0, "unknown")


def test_floats_are_rounded_and_what_does_not_fit_is_cut() -> None:
    volume = np.array([[[-40.6, 1e6], [np.nan, 99.4]]], np.float32)
    image, _ = crop(
        [("a.nii", Nifti1Image(volume, np.diag([-1, -1, 1, 1])).to_bytes())], Box3(0, 0, 0, 9, 9, 2)
    )
    assert sorted(values(image).ravel().tolist()) == [-1024, -41, 99, 32767]


def test_a_file_that_has_changed_is_noticed() -> None:
    with pytest.raises(ImageCorrupt, match="another one"):
        crop_planes(placed_slice("turned", 0), (3,), BOX)
