"""QOI (qoiformat.org, specification 1.0).

Pillow reads it in Python too, a pixel at a time through small byte strings; here a pixel is one number, which takes a
quarter of the time.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageUnsupported
from .limits import check_size

LIMIT_PX = 2_000_000
"""What a browser decodes in seven seconds where every pixel is written in full."""

_HEADER = 14
_RGB, _RGBA = 0xFE, 0xFF


def decode_qoi(data: bytes) -> NDArray[np.uint8]:
    """Decode to (H, W, 3) or, where the header says four channels, (H, W, 4).

    Raises
    ------
    IndexError
        The file ends too early.
    ImageTooLarge, ImageUnsupported
        Over the limit of all images, or of this reader.
    """
    width, height = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    check_size(width, height)
    if width * height > LIMIT_PX:
        raise ImageUnsupported(
            f"This QOI file has {width} x {height} pixels; up to {LIMIT_PX / 1e6:.0f} MP are read. "
            "Save it as PNG and drop it again."
        )
    pixels = _unpack(data, width * height)
    rgba_hwc = np.frombuffer(pixels, "<u4").view(np.uint8).reshape(height, width, 4)
    return rgba_hwc[..., :3].copy() if data[12] == 3 else rgba_hwc


def _unpack(data: bytes, count: int) -> array[int]:
    """Pixels as red + green << 8 + blue << 16 + alpha << 24."""
    pixels = array("I")
    seen = [0] * 64
    pixel, position = 0xFF000000, _HEADER
    while len(pixels) < count:
        byte = data[position]
        position += 1
        kind = byte >> 6
        if byte >= _RGB:
            size = byte - _RGB + 3
            value = int.from_bytes(data[position : position + size], "little")
            data[position + size - 1]  # raises where the file ends
            pixel = value if byte == _RGBA else value | pixel & 0xFF000000
            position += size
        elif kind == 3:
            pixels.extend([pixel] * min((byte & 0x3F) + 1, count - len(pixels)))
            continue
        elif kind == 0:
            pixel = seen[byte]
        else:
            if kind == 1:
                red, green, blue = (byte >> 4 & 3) - 2, (byte >> 2 & 3) - 2, (byte & 3) - 2
            else:
                green, second = (byte & 0x3F) - 32, data[position]
                position += 1
                red, blue = green + (second >> 4) - 8, green + (second & 15) - 8
            pixel = (
                (pixel + red & 0xFF)
                | ((pixel >> 8) + green & 0xFF) << 8
                | ((pixel >> 16) + blue & 0xFF) << 16
                | pixel & 0xFF000000
            )
        seen[
            ((pixel & 0xFF) * 3 + (pixel >> 8 & 0xFF) * 5 + (pixel >> 16 & 0xFF) * 7 + (pixel >> 24) * 11)
            & 63
        ] = pixel
        pixels.append(pixel)
    return pixels
