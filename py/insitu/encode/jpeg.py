"""Pixels to JPEG, for drawings that are looked at and not measured."""

from __future__ import annotations

import io
import sys

import numpy as np
from PIL import Image as PilImage

_QUALITY = 90

if sys.platform == "emscripten":
    import imagecodecs

    def encode_jpeg(image: PilImage.Image) -> bytes:
        return bytes(imagecodecs.jpeg8_encode(np.asarray(image), level=_QUALITY, subsampling="420"))

else:

    def encode_jpeg(image: PilImage.Image) -> bytes:
        """Encode an RGB image with half the colour resolution, to the same bytes in both runtimes.

        In Pyodide imagecodecs does it, because Pillow's encoder ends the interpreter there (see
        `decode.codecs_wasm`); both are libjpeg-turbo.
        """
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=_QUALITY, subsampling="4:2:0")
        return buffer.getvalue()
