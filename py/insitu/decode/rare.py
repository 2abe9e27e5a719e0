"""TGA, ICO, CUR, PCX and SGI by Pillow's plugins, and QOI.

What those plugins do is done here too: SGI of 16 bits is reduced to 8, and the mask of a cursor is not applied (which
Pillow does from version 13 on).
"""

from __future__ import annotations

import io
import struct
import warnings
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL.IcoImagePlugin import IcoFile, IcoImageFile

from ..errors import FrameTooLarge
from ..types import Image, Selection
from .limits import check_size
from .planes import SAMPLES
from .qoi import decode_qoi
from .raster import FAILURES as PILLOW_FAILURES
from .raster import pixels_of

FAILURES = PILLOW_FAILURES

_PLUGINS = {"tga": "Tga", "cur": "Cur", "pcx": "Pcx", "sgi": "Sgi"}
_PNG = b"\x89PNG\r\n\x1a\n"


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode the image; of an icon the largest, as Pillow does."""
    try:
        pixels_hwc = decode_qoi(data) if family == "qoi" else _by_pillow(data, family)
    except PilImage.DecompressionBombError as error:
        raise FrameTooLarge from error
    return Image(pixels_hwc, family, SAMPLES[pixels_hwc.shape[2]])


def _by_pillow(data: bytes, family: str) -> NDArray[Any]:
    if family == "ico":
        return _read_icon(data)
    plugin = import_module(f"PIL.{_PLUGINS[family]}ImagePlugin")
    with getattr(plugin, f"{_PLUGINS[family]}ImageFile")(io.BytesIO(data)) as picture:
        check_size(*picture.size)
        return np.array(pixels_of(picture))


def _read_icon(data: bytes) -> NDArray[Any]:
    check_size(*_size_of_icon(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an entry has another size than the directory says
        with IcoImageFile(io.BytesIO(data)) as picture:  # decodes as it opens
            return np.array(pixels_of(picture))


def _size_of_icon(data: bytes) -> tuple[int, int]:
    """Of the entry that Pillow takes: the largest by the directory, which may lie."""
    start = IcoFile(io.BytesIO(data)).entry[0].offset
    if data.startswith(_PNG, start):
        return struct.unpack_from(">II", data, start + 16)
    width, height = struct.unpack_from("<ii", data, start + 4)
    return width, abs(height) // 2
