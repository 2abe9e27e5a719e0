from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.errors import ImageUnsupported
from insitu.types import Image, Membership, Place, Samples
from insitu.volume.frames import AIR_HU, find_reduction, read_frame, reduce
from insitu.volume.turn import Turn, find_turn, is_axial, normal

SUPINE = Place((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
PRONE = Place((0.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, -1.0, 0.0))
CORONAL = Place((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0))


def picture(values_hw: NDArray[np.generic], samples: Samples = "grey", **more: object) -> Image:
    values = values_hw[..., np.newaxis] if values_hw.ndim == 2 else values_hw
    return Image(values, "dicom", samples, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(512, 512), (256, 256), (100, 60), (128, 128), (600, 513), (1, 1)])
def test_a_copy_holds_the_rounded_means_of_whole_blocks(size: tuple[int, int]) -> None:
    values = np.random.default_rng(1).integers(-1024, 3000, size).astype(np.int16)
    height, width = size
    copy = reduce(values, 128)
    reduction = find_reduction(width, height, 128)
    block, rows, columns = reduction.block, height // reduction.block, width // reduction.block
    blocks = values[: rows * block, : columns * block].astype(np.float64).reshape(rows, block, columns, block)
    expected = np.floor(blocks.mean(axis=(1, 3)) + 0.5)
    inside = copy[reduction.top : reduction.top + rows, reduction.left : reduction.left + columns]
    assert copy.shape == (128, 128) and copy.dtype == np.int16
    np.testing.assert_array_equal(inside, expected)
    assert (copy == AIR_HU).sum() >= 128 * 128 - rows * columns


@pytest.mark.parametrize("size", [(512, 512), (130, 70), (50, 90)])
def test_a_place_in_the_copy_leads_back_to_the_slice(size: tuple[int, int]) -> None:
    height, width = size
    values = np.full(size, AIR_HU, np.int16)
    reduction = find_reduction(width, height, 128)
    y, x = height // 2, width // 3
    y, x = y // reduction.block * reduction.block, x // reduction.block * reduction.block
    values[y : y + reduction.block, x : x + reduction.block] = 500
    found_y, found_x = np.argwhere(reduce(values, 128) == 500)[0]
    assert reduction.to_slice(float(found_x), float(found_y)) == (x, y)


def test_fractions_and_what_is_no_number_are_rounded_and_taken_for_air() -> None:
    values = np.array([[0.4, np.nan], [1e9, -1e9]], np.float32)
    copy = reduce(values, 2)
    assert copy.tolist() == [[0, AIR_HU], [32767, -32768]]


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("mirror_x", [False, True])
@pytest.mark.parametrize("mirror_y", [False, True])
def test_a_box_of_a_turned_copy_leads_back(swap: bool, mirror_x: bool, mirror_y: bool) -> None:
    turn = Turn(swap, mirror_x, mirror_y)
    copy = np.zeros((16, 16), np.int16)
    copy[3:7, 2:12] = 1
    rows, columns = np.nonzero(turn.apply(copy))
    box = (float(columns.min()), float(rows.min()), float(columns.max()) + 1, float(rows.max()) + 1)
    assert turn.undo_box(box, 16) == (2, 3, 12, 7)


def test_slices_are_turned_so_that_the_patient_lies_on_the_back() -> None:
    assert find_turn(SUPINE) == Turn()
    assert find_turn(PRONE) == Turn(mirror_x=True, mirror_y=True)
    assert find_turn(Place((0, 0, 0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))) == Turn(swap=True)
    assert find_turn(CORONAL) == Turn() and not is_axial(CORONAL)
    assert find_turn(None) == Turn()


def test_normals_run_to_the_head() -> None:
    feet_first = Place((0, 0, 0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    for place in (SUPINE, PRONE, feet_first):
        np.testing.assert_allclose(normal(place), (0, 0, 1), atol=1e-12)


def test_a_grey_picture_of_three_equal_colours_is_a_slice_and_a_coloured_one_is_not() -> None:
    grey = np.random.default_rng(2).integers(0, 255, (64, 64), np.uint8)
    frame = read_frame(picture(np.stack([grey] * 3, axis=2), "rgb"), 0, "a.png", 128)
    assert frame.facts.units == "grey"
    coloured = np.stack([grey, grey, 255 - grey], axis=2)
    with pytest.raises(ImageUnsupported, match="colour"):
        read_frame(picture(coloured, "rgb"), 0, "a.png", 128)


def test_what_values_mean_is_taken_from_the_file() -> None:
    signed = np.full((128, 128), -500, np.int16)
    unsigned = np.full((128, 128), 1064, np.uint16)
    assert read_frame(picture(signed), 0, "a", 128).facts.units == "hounsfield"
    shifted = read_frame(picture(unsigned), 0, "a", 128)
    assert shifted.facts.units == "shifted" and (shifted.hu_hw == 40).all()
    scanned = read_frame(picture(unsigned, membership=Membership("1", modality="CT")), 0, "a", 128)
    assert scanned.facts.units == "hounsfield" and (scanned.hu_hw == 1064).all()
    with pytest.raises(ImageUnsupported, match="modality MR"):
        read_frame(picture(signed, membership=Membership("1", modality="MR")), 0, "a", 128)
