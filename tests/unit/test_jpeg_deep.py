from __future__ import annotations

import struct

import imagecodecs
import numpy as np
import pytest
from helpers.pictures import deep, gradient
from PIL import Image as PilImage

from insitu.decode import decode
from insitu.decode.jpeg_overshoot import overshoots
from insitu.errors import ImageCorrupt, ImageTooLarge


@pytest.mark.parametrize("channels", [1, 3])
def test_a_lossless_jpeg_keeps_its_sixteen_bits(channels: int) -> None:
    values = deep(16, channels)
    image = decode(bytes(imagecodecs.jpeg8_encode(values, bitspersample=16, lossless=True)))
    np.testing.assert_array_equal(image.pixels_hwc, values.reshape(40, 48, channels))


def test_a_lossless_jpeg_of_eight_bits_is_exact() -> None:
    values = gradient(48, 40)
    np.testing.assert_array_equal(
        decode(bytes(imagecodecs.jpeg8_encode(values, lossless=True))).pixels_hwc, values
    )


@pytest.mark.parametrize("channels", [1, 3])
def test_a_jpeg_of_twelve_bits_keeps_its_depth(channels: int) -> None:
    values = deep(12, channels)
    image = decode(bytes(imagecodecs.jpeg8_encode(values, bitspersample=12, level=98)))
    assert image.pixels_hwc.dtype == np.uint16
    difference = np.abs(image.pixels_hwc.astype(int) - values.reshape(40, 48, channels))
    assert difference.max() < 40, difference.max()  # of 4095, at quality 98 and colours at half resolution


def test_a_deep_jpeg_is_turned_upright() -> None:
    values = deep(16)
    data = bytes(imagecodecs.jpeg8_encode(values, bitspersample=16, lossless=True))
    exif = PilImage.Exif()
    exif[0x0112] = 6
    block = exif.tobytes()
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]
    image = decode(data)
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], np.rot90(values, -1))
    assert image.orientation == 6


def test_a_cut_deep_jpeg_is_corrupt() -> None:
    data = bytes(imagecodecs.jpeg8_encode(deep(12), bitspersample=12, level=90))
    for length in range(3, len(data)):
        with pytest.raises(ImageCorrupt):
            decode(data[:length])


def test_a_huge_deep_jpeg_is_refused_before_decoding() -> None:
    data = bytearray(imagecodecs.jpeg8_encode(deep(12), bitspersample=12))
    at = data.index(b"\xff\xc1") if b"\xff\xc1" in data else data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 30_000, 30_000)
    with pytest.raises(ImageTooLarge):
        decode(bytes(data))


def test_a_jpeg_whose_values_wrap_around_in_plain_c_is_known() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))
    sane = bytes(imagecodecs.jpeg8_encode(stripes, level=30))
    table = sane.index(b"\xff\xdb") + 5
    wild = sane[:table] + bytes([255]) * 64 + sane[table + 64 :]
    both_ends = np.tile(np.array([0, 255], np.uint8), (64, 32))
    assert not overshoots(sane, both_ends.repeat(4, axis=1))
    assert overshoots(wild, both_ends.repeat(4, axis=1))
    assert not overshoots(wild, np.full((64, 64), 128, np.uint8)), "is not asked about a picture without ends"
