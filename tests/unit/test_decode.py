from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from helpers.pictures import encoded, gradient
from PIL import Image as PilImage

from insitu.decode import LIMIT_PX, decode, limits
from insitu.display import display
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported

LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "BMP": {},
    "WEBP": {"lossless": True},
}


def png_header(width: int, height: int, bits: int = 8, colour: int = 2) -> bytes:
    """A PNG whose header promises more than its data keeps."""
    ihdr = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", ihdr)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("format", LOSSLESS)
def test_colour_pixels_come_back_exactly(format: str) -> None:
    pixels = gradient()
    image = decode(encoded(pixels, format, **LOSSLESS[format]))
    np.testing.assert_array_equal(image.pixels_hwc, pixels)
    assert (image.width, image.height) == (12, 9)


@pytest.mark.parametrize("format", ["PNG", "BMP", "GIF"])
def test_grey_is_one_channel_and_is_seen_as_three_equal_ones(format: str) -> None:
    grey = gradient()[..., 0]
    image = decode(encoded(PilImage.fromarray(grey), format))
    if format != "GIF":  # which has palettes only; Pillow reads a grey one as grey
        assert image.samples == "grey"
        np.testing.assert_array_equal(image.pixels_hwc, grey[..., None])
    np.testing.assert_array_equal(display(image).pixels_hwc, np.repeat(grey[..., None], 3, axis=2))


def test_black_and_white_becomes_0_and_255() -> None:
    bits = PilImage.fromarray(gradient()[..., 0] > 100)
    image = decode(encoded(bits))
    assert set(np.unique(image.pixels_hwc)) == {0, 255}


@pytest.mark.parametrize("format", ["PNG", "GIF", "BMP"])
def test_a_palette_is_looked_up(format: str) -> None:
    indexed = PilImage.fromarray(gradient()).quantize(8)
    image = decode(encoded(indexed, format))
    np.testing.assert_array_equal(image.pixels_hwc, np.asarray(indexed.convert("RGB")))


@pytest.mark.parametrize(("format", "options"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})])
def test_alpha_lies_on_white(format: str, options: dict[str, Any]) -> None:
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[0] = (200, 100, 0, 255)
    rgba[1] = (200, 100, 0, 0)
    image = decode(encoded(PilImage.fromarray(rgba), format, **options))
    assert image.samples == "rgb+alpha"
    np.testing.assert_array_equal(image.pixels_hwc, rgba)
    picture = display(image)
    np.testing.assert_array_equal(picture.pixels_hwc[0, 0], (200, 100, 0))
    np.testing.assert_array_equal(picture.pixels_hwc[1, 0], (255, 255, 255))


def test_half_transparent_black_on_white_is_grey() -> None:
    rgba = np.full((1, 1, 4), (0, 0, 0, 128), np.uint8)
    pixel = display(decode(encoded(PilImage.fromarray(rgba)))).pixels_hwc[0, 0]
    np.testing.assert_array_equal(pixel, (127, 127, 127))


def test_a_transparent_palette_entry_shows_white() -> None:
    indexed = PilImage.new("P", (4, 1), 1)
    indexed.putpalette([10, 20, 30, 200, 0, 0])
    indexed.putpixel((0, 0), 0)
    image = display(decode(encoded(indexed, transparency=0)))
    np.testing.assert_array_equal(image.pixels_hwc[0], [(255, 255, 255)] + [(200, 0, 0)] * 3)


def test_the_first_frame_of_an_animation_is_read() -> None:
    frames = [PilImage.new("RGB", (5, 4), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(decode(data).pixels_hwc[0, 0], (255, 0, 0))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_the_image_upright(orientation: int) -> None:
    upright = gradient(5, 3)
    exif = PilImage.Exif()
    exif[0x0112] = orientation
    undo = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }
    stored = np.ascontiguousarray(undo[orientation](upright))
    image = decode(encoded(stored, exif=exif))
    np.testing.assert_array_equal(image.pixels_hwc, upright)


def test_a_damaged_exif_block_does_not_spoil_the_image() -> None:
    image = decode(encoded(gradient(), exif=b"Exif\x00\x00nonsense"))
    np.testing.assert_array_equal(image.pixels_hwc, gradient())


@pytest.mark.parametrize("format", ["PNG", "WEBP", "BMP", "GIF"])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_file_cut_short_is_corrupt(format: str, share: float) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    data = encoded(noise, format)
    with pytest.raises(ImageCorrupt, match=format):
        decode(data[: int(len(data) * share)])


@pytest.mark.parametrize("format", ["PNG", "WEBP", "BMP", "GIF"])
def test_a_bare_signature_is_corrupt_or_unsupported(format: str) -> None:
    for length in range(2, 30):
        with pytest.raises((ImageCorrupt, ImageUnsupported)):
            decode(encoded(gradient(), format)[:length])


def test_a_huge_png_is_refused_before_decoding_with_its_numbers() -> None:
    with pytest.raises(ImageTooLarge, match=r"30000 x 30000 pixels; the limit is 100 MP"):
        decode(png_header(30_000, 30_000))


def test_a_huge_jpeg_is_refused_before_decoding() -> None:
    sof = (
        b"\xff\xc0\x00\x11\x08"
        + struct.pack(">HH", 30_000, 30_000)
        + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    )
    sos = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    with pytest.raises(ImageTooLarge):
        decode(b"\xff\xd8" + sof + sos + b"\x00\xff\xd9")


def test_a_huge_webp_is_refused_before_decoding() -> None:
    vp8x = b"VP8X" + struct.pack("<I", 10) + b"\0" * 4 + (16_000).to_bytes(3, "little") * 2
    with pytest.raises(ImageTooLarge):
        decode(b"RIFF" + struct.pack("<I", 4 + len(vp8x)) + b"WEBP" + vp8x)


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_a_huge_gif_or_bmp_is_refused_before_decoding(kind: str) -> None:
    data = bytearray(encoded(gradient(), kind))
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", 30_000, 30_000)
    else:
        data[18:26] = struct.pack("<ii", 30_000, 30_000)
    with pytest.raises(ImageTooLarge):
        decode(bytes(data))


def test_a_device_with_little_memory_refuses_more_and_none_accepts_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "_device_px", limits.LIMIT_PX)
    limits.limit(100)
    limits.check_size(10, 10)
    with pytest.raises(ImageTooLarge):
        limits.check_size(10, 11)
    limits.limit(2 * limits.LIMIT_PX)
    with pytest.raises(ImageTooLarge):
        limits.check_size(10_000, 10_001)


def test_an_image_at_the_limit_is_not_too_large() -> None:
    side = int(LIMIT_PX**0.5)
    with pytest.raises(ImageCorrupt):  # goes on to the (missing) data
        decode(png_header(side, side))


def test_sixteen_bits_of_grey_stay_sixteen() -> None:
    grey = np.array([[0, 1, 256], [4660, 30000, 65535]], np.uint16)
    image = decode(encoded(PilImage.fromarray(grey)))
    assert image.samples == "grey"
    assert image.pixels_hwc.dtype == np.uint16
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], grey)


def test_a_size_of_zero_is_corrupt() -> None:
    with pytest.raises(ImageCorrupt):
        decode(png_header(0, 5))
