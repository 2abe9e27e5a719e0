from __future__ import annotations

import numpy as np
import pytest

from insitu.resample import Rescale, reflect, rescale_by, sample_window

IMAGE = np.random.default_rng(0).integers(0, 60_000, (23, 37, 2)).astype(np.uint16)


def whole(rescale: Rescale) -> np.ndarray:
    return sample_window(IMAGE, rescale, (0, rescale.scaled_height), (0, rescale.scaled_width))


def test_the_scale_of_one_leaves_values_as_they_are() -> None:
    np.testing.assert_array_equal(whole(rescale_by(1.0, 23, 37)), IMAGE.astype(np.float32))


def test_half_the_size_averages_two_by_two_pixels() -> None:
    image = np.arange(32, dtype=np.uint8).reshape(4, 8, 1)
    scaled = sample_window(image, rescale_by(0.5, 4, 8), (0, 2), (0, 4))[..., 0]
    np.testing.assert_array_equal(scaled, image[..., 0].reshape(2, 2, 4, 2).mean(axis=(1, 3)))


def test_twice_the_size_interpolates_linearly() -> None:
    image = np.array([[[0.0], [8.0]]], np.float32)
    scaled = sample_window(image, rescale_by(2.0, 1, 2), (0, 2), (0, 4))[..., 0]
    np.testing.assert_array_equal(scaled, [[0, 2, 6, 8], [0, 2, 6, 8]])


@pytest.mark.parametrize("scale", [0.2, 0.37, 0.5, 0.9, 1.0, 1.3, 2.0, 3.7])
def test_a_window_holds_the_bits_of_the_whole(scale: float) -> None:
    rescale = rescale_by(scale, 23, 37)
    everything = whole(rescale)
    height, width = everything.shape[:2]
    for rows, columns in [
        ((0, 1), (0, 1)),
        ((1, height), (0, width)),
        ((height // 2, height), (1, width // 2 + 1)),
    ]:
        part = sample_window(IMAGE, rescale, rows, columns)
        np.testing.assert_array_equal(part, everything[slice(*rows), slice(*columns)])


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.7])
def test_beyond_its_edges_the_image_is_reflected(scale: float) -> None:
    rescale = rescale_by(scale, 23, 37)
    everything = whole(rescale)
    height, width = everything.shape[:2]
    beyond = sample_window(IMAGE, rescale, (-4, height + 3), (-2, width + 5))
    np.testing.assert_array_equal(beyond, np.pad(everything, ((4, 3), (2, 5), (0, 0)), mode="reflect"))


def test_reflection_goes_on_beyond_the_second_edge() -> None:
    np.testing.assert_array_equal(reflect(np.arange(-4, 7), 3), np.pad([0, 1, 2], 4, mode="reflect")[:11])


def test_one_pixel_is_its_own_surroundings() -> None:
    np.testing.assert_array_equal(reflect(np.arange(-3, 4), 1), 0)
    image = np.array([[[5]]], np.uint8)
    np.testing.assert_array_equal(sample_window(image, rescale_by(1.0, 1, 1), (-2, 2), (-2, 2)), 5)


def test_the_way_back_has_the_size_of_the_image() -> None:
    rescale = rescale_by(0.37, 23, 37)
    back = rescale.inverse
    assert (back.scaled_height, back.scaled_width) == (23, 37)
    assert (back.height, back.width) == (rescale.scaled_height, rescale.scaled_width)


def test_tiny_scales_leave_one_pixel() -> None:
    rescale = rescale_by(0.001, 23, 37)
    assert whole(rescale).shape == (1, 1, 2)
