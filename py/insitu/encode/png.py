"""Pixels to PNG."""

from __future__ import annotations

import io

from PIL import Image as PilImage


def encode_png(image: PilImage.Image) -> bytes:
    """Encode fast rather than small: level 1 takes a quarter of the time for a tenth more bytes."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
