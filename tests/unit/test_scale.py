from __future__ import annotations

import numpy as np
import pytest
from helpers.pictures import gradient
from PIL import Image as PilImage

from insitu.scale import scale
from insitu.types import Picture

BICUBIC = PilImage.Resampling.BICUBIC


@pytest.mark.parametrize("source", [(400, 300), (401, 301), (97, 230), (12, 9)])
@pytest.mark.parametrize("target", [(20, 20), (33, 7), (96, 90)])
@pytest.mark.parametrize("gap", [None, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("resample", PilImage.Resampling)
def test_the_pixels_are_those_of_pillows_own_scaling(
    source: tuple[int, int], target: tuple[int, int], gap: float | None, resample: PilImage.Resampling
) -> None:
    pixels_hwc = gradient(*source)
    whole = PilImage.fromarray(pixels_hwc).resize(target, resample, reducing_gap=gap)
    np.testing.assert_array_equal(scale(Picture(pixels_hwc), target, resample, gap), whole)


def test_pixels_in_pillows_own_layout_are_scaled_without_a_copy() -> None:
    padded_hwx = np.dstack([gradient(100, 80), np.full((80, 100), 77, np.uint8)])
    image = Picture(padded_hwx[..., :3])
    assert image.pil.mode == "RGBX"
    for size in ((13, 11), (90, 70)):
        scaled = scale(image, size, BICUBIC, 2.0)
        expected = PilImage.fromarray(gradient(100, 80)).resize(size, BICUBIC, reducing_gap=2.0)
        assert scaled.mode == "RGB"
        np.testing.assert_array_equal(scaled, expected)


def test_a_large_image_is_averaged_once_for_like_sizes() -> None:
    image = Picture(gradient(400, 400))
    scale(image, (50, 50), BICUBIC, 2.0)
    scale(image, (60, 60), BICUBIC, 1.5)
    assert list(image.reduced) == [(4, 4)]
