"""EXIF orientation (tag 0x0112): how to turn stored pixels upright."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

_TAG = 0x0112


def read_orientation(image: PilImage.Image) -> int:
    """The EXIF orientation 1..8; 1 where there is none or it cannot be read."""
    try:
        value = image.getexif().get(_TAG, 1)
    except (SyntaxError, struct.error, ValueError, KeyError, IndexError, TypeError, OSError):
        return 1  # a damaged EXIF block does not make the picture unreadable
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def turn_upright(pixels_hwc: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Apply an EXIF orientation.

    Parameters
    ----------
    pixels_hwc : (H, W, C)

    Returns
    -------
    (H, W, C) or (W, H, C)
        As it was where nothing is to do, else contiguous.
    """
    if orientation == 1:
        return pixels_hwc
    if orientation >= 5:
        pixels_hwc = pixels_hwc.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels_hwc = pixels_hwc[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels_hwc = pixels_hwc[::-1]
    return np.ascontiguousarray(pixels_hwc)
