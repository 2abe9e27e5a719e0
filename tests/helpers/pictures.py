"""Pictures drawn and encoded in memory, in every format that all runtimes can write."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def gradient(width: int = 12, height: int = 9) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 in which every pixel differs from its neighbours and no axis is symmetric."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 20 % 256, y * 25 % 256, (x * 7 + y * 11) % 256], axis=-1).astype(np.uint8)


def encoded(pixels: NDArray[np.uint8] | Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """The bytes of a file."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def deep(bits: int, channels: int = 1) -> NDArray[np.uint16]:
    """Smooth, so that what is lost is little."""
    y, x, c = np.mgrid[:40, :48, :channels]
    values: NDArray[Any] = ((x + y * 2 + c * 20) / 200 * ((1 << bits) - 1)).squeeze()
    return values.astype(np.uint16)
