from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.display import automatic_contrast, display, value_range
from insitu.types import Channel, Extent, Image, Samples


def image(pixels: Any, samples: Samples = "grey", **fields: Any) -> Image:
    array = np.asarray(pixels)
    return Image(array.reshape(*array.shape[:2], -1), "tiff", samples, **fields)


def seen(*args: Any, **fields: Any) -> list[Any]:
    """The pixels of a row, as lists."""
    row: list[Any] = display(image(*args, **fields)).pixels_hwc[0].tolist()
    return row


def test_eight_bit_colours_are_shown_as_they_are() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    np.testing.assert_array_equal(display(image(pixels, "rgb")).pixels_hwc, pixels)


def test_eight_bit_grey_is_three_equal_channels_without_any_stretching() -> None:
    assert seen(np.array([[10, 20]], np.uint8)) == [[10] * 3, [20] * 3]


@pytest.mark.parametrize("dtype", ["uint16", "int16", "int32", "uint32", "float32", "float64"])
def test_deeper_values_run_from_black_to_white(dtype: str) -> None:
    pixels = np.array([[100, 200, 300]]).astype(dtype)
    assert seen(pixels) == [[0] * 3, [128] * 3, [255] * 3]


def test_negative_values_have_their_place() -> None:
    assert seen(np.array([[-1000, 0, 1000]], np.int16)) == [[0] * 3, [128] * 3, [255] * 3]


def test_the_limits_are_the_percentiles_so_that_one_hot_pixel_does_not_make_the_rest_black() -> None:
    values = np.arange(10_000, dtype=np.uint16).reshape(100, 100)
    values[0, 0] = 65535
    low, high = automatic_contrast(image(values))
    assert (low, high) == (11.0, 9990.0)  # ranks 10 and 9989 of the sorted values, from which 0 is missing


def test_values_beyond_the_limits_are_black_and_white() -> None:
    pixels = np.array([[0, 50, 100, 65535]], np.uint16)
    assert display(image(pixels), (50.0, 100.0)).pixels_hwc[0, :, 0].tolist() == [0, 0, 255, 255]


def test_an_even_image_is_black_and_does_not_divide_by_zero() -> None:
    assert not display(image(np.full((4, 4), 7, np.uint16))).pixels_hwc.any()


def test_two_values_of_which_one_is_rare_are_told_apart() -> None:
    pixels = np.zeros((100, 100), np.uint16)
    pixels[50, 50] = 9
    assert display(image(pixels)).pixels_hwc[50, 50].tolist() == [255] * 3


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_plays_no_part_in_the_contrast(odd: float) -> None:
    pixels = np.array([[0.0, 1.0, odd]], np.float32)
    assert automatic_contrast(image(pixels)) == (0.0, 1.0)
    expected = {"nan": 0, "inf": 255, "-inf": 0}[str(np.float32(odd))]
    assert display(image(pixels)).pixels_hwc[0, 2].tolist() == [expected] * 3


def test_an_image_of_nothing_but_nan_is_black() -> None:
    assert not display(image(np.full((2, 2), np.nan, np.float32))).pixels_hwc.any()


def test_the_window_of_the_file_comes_before_the_percentiles_and_a_persons_choice_before_both() -> None:
    pixels = np.array([[0, 50, 100, 200]], np.uint16)
    windowed = image(pixels, window=(0.0, 100.0))
    assert automatic_contrast(windowed) == (0.0, 100.0)
    assert display(windowed).pixels_hwc[0, :, 0].tolist() == [0, 128, 255, 255]
    assert display(windowed, (0.0, 200.0)).pixels_hwc[0, :, 0].tolist() == [0, 64, 128, 255]


def test_a_contrast_applies_to_eight_bits_too_and_to_all_colours_alike() -> None:
    pixels = np.array([[[0, 50, 100]]], np.uint8)
    assert display(image(pixels, "rgb"), (0.0, 100.0)).pixels_hwc[0, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize(("dtype", "opaque"), [("uint8", 255), ("uint16", 65535), ("float32", 1.0)])
def test_alpha_lies_on_white_at_any_depth(dtype: str, opaque: float) -> None:
    pixels = np.zeros((1, 2, 4), dtype)
    pixels[0, 0, 0] = pixels[0, 1, 0] = opaque
    pixels[0, 0, 3] = opaque
    assert display(image(pixels, "rgb+alpha"), (0.0, opaque)).pixels_hwc[0].tolist() == [
        [255, 0, 0],
        [255, 255, 255],
    ]


def test_grey_with_alpha_lies_on_white() -> None:
    assert seen(np.array([[[0, 255], [0, 0], [0, 128]]], np.uint8), "grey+alpha") == [
        [0] * 3,
        [255] * 3,
        [127] * 3,
    ]


def test_channels_add_up_in_their_own_colours() -> None:
    extent = Extent(channels=(Channel("a", "#FF0000"), Channel("b", "#0080FF")))
    pixels = np.array([[[0, 0], [10, 0], [0, 10], [10, 10]]], np.uint16)
    expected = [[0, 0, 0], [255, 0, 0], [0, 128, 255], [255, 128, 255]]
    assert seen(pixels, "channels", extent=extent) == expected


def test_the_sum_of_channels_ends_at_white() -> None:
    extent = Extent(channels=tuple(Channel(str(n), "#FFFFFF") for n in range(3)))
    assert seen(np.array([[[0] * 3, [9] * 3]], np.uint16), "channels", extent=extent) == [[0] * 3, [255] * 3]


def test_channels_without_colours_get_different_ones() -> None:
    pixels = np.zeros((1, 3, 3), np.uint16)
    for channel in range(3):
        pixels[0, channel, channel] = 5
    shown = seen(pixels, "channels")
    assert len({tuple(colour) for colour in shown}) == 3
    assert shown[0] == [0, 255, 0]


def test_one_channel_alone_is_grey() -> None:
    assert seen(
        np.array([[0, 5]], np.uint16), "channels", extent=Extent(channels=(Channel("a", "#FF0000"),))
    ) == [
        [0] * 3,
        [255] * 3,
    ]


def test_the_range_to_choose_a_contrast_from_is_that_of_the_finite_values() -> None:
    values: NDArray[np.float32] = np.array([[-2.5, np.nan, np.inf, 7.0]], np.float32)
    assert value_range(image(values)) == (-2.5, 7.0)
    assert value_range(image(np.full((1, 1), np.nan))) == (0.0, 1.0)
    assert value_range(image(np.array([[5]], np.uint8))) == (0.0, 255.0)
