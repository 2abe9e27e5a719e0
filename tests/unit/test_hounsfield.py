from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.hounsfield import AIR_HU, hounsfield_from_grey

LUNG, FAT, TISSUE, BONE = -860, -100, 40, 700


def chest(side: int = 128) -> NDArray[np.float32]:
    """Hounsfield units of a drawn chest: fat around tissue around two lungs, and a spine."""
    y, x = np.mgrid[:side, :side] / side * 2 - 1
    hu_hw = np.full((side, side), AIR_HU, np.float32)
    for hu, middle_x, middle_y, half_x, half_y in (
        (FAT, 0, 0, 0.8, 0.6),
        (TISSUE, 0, 0, 0.75, 0.55),
        (LUNG, -0.4, 0, 0.25, 0.4),
        (LUNG, 0.4, 0, 0.25, 0.4),
        (BONE, 0, 0.4, 0.08, 0.08),
    ):
        hu_hw[np.hypot((x - middle_x) / half_x, (y - middle_y) / half_y) < 1] = hu
    return hu_hw


def as_grey(hu_hw: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip((hu_hw - low) / (high - low), 0, 1) * 255), np.uint8)


@pytest.mark.parametrize(("low", "high"), [(-1000, 1000), (-1024, 2047), (-1000, 400)])
def test_landmarks_give_back_the_units_of_a_wide_window(low: float, high: float) -> None:
    hu_hw = chest()
    estimated = hounsfield_from_grey(as_grey(hu_hw, low, high))
    for hu in (LUNG, FAT, TISSUE):
        # One grey of the widest window is 12 HU, and air may lie two greys above black.
        assert abs(float(np.median(estimated[hu_hw == hu])) - hu) < 30, hu


@pytest.mark.parametrize("dim", [1.0, 0.4])
def test_black_outside_a_round_field_is_not_taken_for_air(dim: float) -> None:
    hu_hw = chest()
    side = len(hu_hw)
    y, x = np.mgrid[:side, :side] + 0.5
    outside = np.hypot(x - side / 2, y - side / 2) > side / 2
    grey_hw = (as_grey(hu_hw, -2048, 1300) * dim).astype(np.uint8)
    grey_hw[outside] = 0
    estimated = hounsfield_from_grey(grey_hw)
    # One grey of the dimmed picture is 33 HU.
    assert abs(float(np.median(estimated[hu_hw == LUNG])) - LUNG) < 50
    assert abs(float(np.median(estimated[hu_hw == TISSUE])) - TISSUE) < 50
    assert estimated[outside].max() < AIR_HU


@pytest.mark.parametrize("grey", [0, 7, 255])
def test_a_picture_of_one_grey_is_air(grey: int) -> None:
    estimated = hounsfield_from_grey(np.full((16, 16), grey, np.uint8))
    assert estimated.dtype == np.float32
    assert (estimated == AIR_HU).all()


def test_noise_gives_finite_units() -> None:
    grey_hw = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
    assert np.isfinite(hounsfield_from_grey(grey_hw)).all()
