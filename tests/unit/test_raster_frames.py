from __future__ import annotations

import struct
import zlib

import imagecodecs
import numpy as np
import pytest
from helpers.pictures import deep, encoded
from PIL import Image as PilImage

from insitu.decode import decode
from insitu.errors import ImageCorrupt, ImageTooLarge
from insitu.types import Selection


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_each_frame_can_be_chosen(format: str) -> None:
    frames = [PilImage.new("RGB", (6, 5), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], lossless=True)
    for index, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
        image = decode(data, selection=Selection(frame=index))
        assert image.extent.frames == 3
        np.testing.assert_array_equal(image.pixels_hwc[0, 0, :3], colour)
    with pytest.raises(ImageCorrupt, match="no frame 4; it has 3"):
        decode(data, selection=Selection(frame=3))


def gif(*sizes: tuple[int, int], screen: tuple[int, int] = (8, 8)) -> bytes:
    """One frame a size, of which only the first pixels are there."""
    palette, pixels = bytes(6), b"\x02\x02\x4c\x01\x00"
    frames = (b"," + struct.pack("<4HB", 0, 0, *size, 0) + pixels for size in sizes)
    return b"GIF89a" + struct.pack("<2H3B", *screen, 0x80, 0, 0) + palette + b"".join(frames) + b";"


def test_a_gif_that_grows_with_a_frame_is_refused_before_there_is_room_for_it() -> None:
    data = gif((1, 1), (12_000, 12_000))
    assert decode(data).extent.frames == 2
    with pytest.raises(ImageTooLarge, match="12,?000 x 12,?000"):
        decode(data, selection=Selection(frame=1))
    with pytest.raises(ImageTooLarge):
        decode(gif((12_000, 12_000)))
    with pytest.raises(ImageTooLarge):
        decode(gif((1, 1), screen=(12_000, 12_000)))


def test_of_a_moving_png_the_default_picture_is_read() -> None:
    frames = [PilImage.new("RGB", (6, 5), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True)
    np.testing.assert_array_equal(decode(data).pixels_hwc[0, 0], (255, 0, 0))


def test_a_deep_colour_png_with_a_wrong_checksum_is_corrupt() -> None:
    data = bytes(imagecodecs.png_encode(deep(16, 3)))
    at = data.index(b"IDAT") + 4
    size = struct.unpack_from(">I", data, at - 8)[0]
    with pytest.raises(ImageCorrupt):
        decode(data[: at + size] + b"nope" + data[at + size + 4 :])
    np.testing.assert_array_equal(decode(data).pixels_hwc, deep(16, 3))


def test_a_deep_grey_png_with_a_transparent_value_keeps_its_depth() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    values = np.array([[5, 600], [70_00, 65535]], ">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 16, 0, 0, 0, 0))
        + chunk(b"tRNS", b"\0\5")
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    np.testing.assert_array_equal(decode(data).pixels_hwc[..., 0], values)
