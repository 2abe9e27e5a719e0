"""Pixels to PNG."""

from __future__ import annotations

import io

from PIL import Image as PilImage

_Z_RLE = 3  # zlib.h: Z_RLE; matches of distance one only


def encode_png(image: PilImage.Image) -> bytes:
    """Encode fast rather than small: run-length matching at level 1 is the fastest that compresses."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1, compress_type=_Z_RLE)
    return buffer.getvalue()
