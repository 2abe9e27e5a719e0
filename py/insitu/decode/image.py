"""The one way from bytes to pixels."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL import Image as PilImage

from ..errors import ImageCorrupt, ImageTooLarge, ImageUnsupported
from ..types import Image
from . import webp
from .orientation import read_orientation, turn_upright
from .sniff import sniff

if sys.platform == "emscripten":
    from .codecs_wasm import load_jpeg, self_test_codecs
else:
    from .codecs_native import load_jpeg, self_test_codecs

__all__ = ["LIMIT_PX", "decode", "self_test_codecs"]

LIMIT_PX = 100_000_000
"""Pixels of one image; 100 MP are 300 MB as RGB, about what one engine can hold beside its work."""

_PLUGINS: Mapping[str, Callable[[io.BytesIO], PilImage.Image]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}

_PILLOW_FAILURES = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError,
    OverflowError, AttributeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's plugins let through on damaged files (its own `Image.open` catches a like list)."""


def decode(data: bytes, name: str = "") -> Image:
    """Decode an image of a known family to upright 8-bit RGB.

    The pixels equal those of desktop Pillow bit for bit, in CPython and in the browser.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        The name to report by; it plays no part in decoding.

    Raises
    ------
    ImageUnsupported
        Not JPEG, PNG, WebP, GIF or BMP, or more than 8 bits a channel.
    ImageCorrupt
        Damaged or cut short: refused where desktop Pillow refuses.
    ImageTooLarge
        More than `LIMIT_PX` pixels; raised before any pixel is decoded.
    """
    family = sniff(data)
    if family == "webp":
        _check_size(webp.read_size(data))
    try:
        with _PLUGINS[family](io.BytesIO(data)) as image:
            _check_size(image.size)
            _check_depth(image)
            orientation = read_orientation(image)
            pixels_hwc = load_jpeg(image, data) if family == "jpeg" else _to_rgb(image)
    except _PILLOW_FAILURES as error:
        raise ImageCorrupt(
            f"This {family.upper()} file is damaged or cut short. Copy it again from its source."
        ) from error
    return Image(turn_upright(pixels_hwc, orientation), family)


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise ImageCorrupt("This image says that it has no pixels. Copy it again from its source.")
    if width * height > LIMIT_PX:
        raise ImageTooLarge(width, height, LIMIT_PX)


def _check_depth(image: PilImage.Image) -> None:
    """Refuse 16-bit PNG: Pillow would silently keep the upper byte of colours."""
    tiles: list[Any] = getattr(image, "tile", [])
    if image.mode.startswith("I") or any("16" in str(tile[3]) for tile in tiles if tile[0] == "zip"):
        raise ImageUnsupported(
            "This image has 16 bits a channel, which this version does not read. Save it with 8 bits."
        )


def _to_rgb(image: PilImage.Image) -> NDArray[np.uint8]:
    """Pixels of a loaded image as (H, W, 3) uint8; what is transparent shows white."""
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        white = PilImage.new("RGBA", coloured.size, "white")
        return np.asarray(PilImage.alpha_composite(white, coloured).convert("RGB"))
    return np.asarray(image.convert("RGB"))
