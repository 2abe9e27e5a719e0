from __future__ import annotations

import numpy as np
import pytest
from helpers.coroutines import finish
from helpers.packs import FixedSession, recipe_values, small_pack
from helpers.pictures import encoded, gradient

import insitu
from insitu.flaws import find_flaw, measure_detail
from insitu.pack_types import PictureLimits

LIMITS = PictureLimits(least_side_px=8, least_contrast=4.0, least_sharpness=0.1)


def noise(side: int = 32) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_contrast_and_sharpness_are_those_of_the_luma() -> None:
    picture = noise()
    luma = picture.astype(float) @ [0.299, 0.587, 0.114]
    inner = 4 * luma[1:-1, 1:-1] - luma[:-2, 1:-1] - luma[2:, 1:-1] - luma[1:-1, :-2] - luma[1:-1, 2:]
    contrast, sharpness = measure_detail(picture)
    assert contrast == pytest.approx(luma.std(), rel=1e-12)
    assert sharpness == pytest.approx(np.abs(inner).mean() / luma.std(), rel=1e-12)


@pytest.mark.parametrize("shape", [(32, 32), (1, 1), (2, 40), (1, 3)])
def test_a_picture_of_one_grey_has_no_detail(shape: tuple[int, int]) -> None:
    assert measure_detail(np.full((*shape, 3), 200, np.uint8)) == (0.0, 0.0)


def test_the_largest_pictures_and_values_do_not_overflow() -> None:
    board = np.indices((1024, 1024)).sum(axis=0) % 2 * 255
    contrast, sharpness = measure_detail(np.repeat(board[..., None], 3, axis=2).astype(np.uint8))
    assert contrast == pytest.approx(127.5)
    assert sharpness == pytest.approx(8.0)


def test_flaws_are_found() -> None:
    sharp = noise()
    waves = np.sin(np.arange(64) / 10)
    blurred = np.repeat(np.add.outer(waves, waves)[..., None], 3, axis=2) * 60 + 127
    assert find_flaw(32, sharp, LIMITS) is None
    assert find_flaw(7, sharp, LIMITS) == "small"
    assert find_flaw(32, (sharp // 64 + 100).astype(np.uint8), LIMITS) == "blank"
    assert find_flaw(32, blurred.astype(np.uint8), LIMITS) == "blurred"


def test_an_analysis_names_the_flaw_where_the_pack_has_limits() -> None:
    limits = {"least_side_px": 100, "least_contrast": 0, "least_sharpness": 0}
    session = FixedSession([1, 0, 0])
    image = encoded(gradient())
    assert finish(insitu.analyse(image, small_pack(), session)).flaw is None
    limited = small_pack(**recipe_values(limits=limits))
    assert finish(insitu.analyse(image, limited, session)).flaw == "small"


@pytest.mark.parametrize(
    "change", [{"least_side_px": 0}, {"least_contrast": -1}, {"least_sharpness": float("nan")}]
)
def test_limits_that_cannot_be_are_refused(change: dict[str, float]) -> None:
    limits = {"least_side_px": 8, "least_contrast": 1, "least_sharpness": 1, **change}
    with pytest.raises(insitu.errors.PackInvalid, match="limits"):
        small_pack(**recipe_values(limits=limits))


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_probability(threshold: float) -> None:
    with pytest.raises(insitu.errors.PackInvalid, match="threshold"):
        small_pack(**recipe_values(threshold=threshold))
