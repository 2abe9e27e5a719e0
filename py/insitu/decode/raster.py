"""The families that Pillow reads in every runtime: JPEG, PNG, GIF, BMP and WebP."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import BmpImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL import Image as PilImage

from ..errors import FrameTooLarge
from ..types import Extent, Image, Selection
from . import webp
from .gif import GuardedGif
from .jpeg import read_frame
from .jpeg_deep import decode_deep_jpeg, deep_jpeg_orientation
from .limits import check_frames, check_size
from .orientation import read_orientation, turn_upright
from .planes import SAMPLES, find_plane
from .png_header import is_deep_colour

if sys.platform == "emscripten":
    from .codecs_wasm import load_jpeg
else:
    from .codecs_native import load_jpeg

_PLUGINS: Mapping[str, Callable[[io.BytesIO], PilImage.Image]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "gif": GuardedGif,
    "bmp": BmpImagePlugin.BmpImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
}

FAILURES = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError,
    OverflowError, AttributeError, AssertionError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's plugins let through on damaged files (its own `Image.open` catches a like list)."""

_MOVING = ("gif", "webp")
"""Families whose further frames are offered; of an APNG only the first is."""


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode one frame."""
    try:
        return _read(data, family, selection)
    except PilImage.DecompressionBombError as error:
        raise FrameTooLarge from error


def _read(data: bytes, family: str, selection: Selection) -> Image:
    if family == "webp":
        check_size(*webp.read_size(data))
    frame = read_frame(data) if family == "jpeg" else None
    if frame is not None and frame.bits > 8:
        return _upright(decode_deep_jpeg(data, frame), family, deep_jpeg_orientation(data))
    with _PLUGINS[family](io.BytesIO(data)) as picture:
        check_size(*picture.size)
        if selection.frame:
            find_plane(selection, _count_frames(picture) if family in _MOVING else 1)
            picture.seek(selection.frame)
        if family != "jpeg":
            picture.load()  # before EXIF is read, which swallows what is wrong with the pixels
        orientation = read_orientation(picture)
        pixels_hwc: NDArray[Any]
        if family == "jpeg":
            pixels_hwc = load_jpeg(picture, data)
        elif family == "png" and is_deep_colour(data):
            pixels_hwc = _deep_png(data)
        else:
            pixels_hwc = pixels_of(picture)
        frames = _count_frames(picture) if family in _MOVING else 1
    return _upright(pixels_hwc, family, orientation, frames)


def _upright(pixels_hwc: NDArray[Any], family: str, orientation: int, frames: int = 1) -> Image:
    samples = SAMPLES[pixels_hwc.shape[2]]
    upright_hwc = turn_upright(pixels_hwc, orientation)
    return Image(upright_hwc, family, samples, Extent(frames=frames), orientation=orientation)


def _count_frames(picture: PilImage.Image) -> int:
    """How many frames can be reached: what is damaged behind the first does not make that unreadable."""
    try:
        frames = int(getattr(picture, "n_frames", 1))
    except FAILURES:
        frames = 1
    check_frames(frames)
    return frames


def pixels_of(picture: PilImage.Image) -> NDArray[Any]:
    """The values of a Pillow image as (H, W, C): grey, grey and alpha, RGB or RGBA; palettes are looked up."""
    if picture.mode.startswith(("I", "F")):
        mode = picture.mode  # of which a transparent value is not made alpha: that would cost the depth
    elif picture.has_transparency_data:
        mode = "LA" if picture.mode in ("1", "L", "LA") else "RGBA"
    elif picture.mode in ("1", "L"):
        mode = "L"
    else:
        mode = "RGB"
    picture.load()
    values = np.asarray(picture if picture.mode == mode else picture.convert(mode))
    native = values.astype(values.dtype.newbyteorder("="), copy=False)
    return native.reshape(*native.shape[:2], -1)


def _deep_png(data: bytes) -> NDArray[np.uint16]:
    import imagecodecs

    try:
        pixels: NDArray[np.uint16] = imagecodecs.png_decode(data)
    except imagecodecs.PngError as error:  # libpng checks more than Pillow does
        raise OSError("broken data stream") from error
    return pixels
