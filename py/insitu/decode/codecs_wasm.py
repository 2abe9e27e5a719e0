"""JPEG in Pyodide: libjpeg-turbo from imagecodecs in place of Pillow's own libjpeg.

Pyodide's Pillow links IJG libjpeg 9, whose colour pixels differ from desktop Pillow's
(libjpeg-turbo) by up to 14 levels. Both libraries are side modules of one WebAssembly
symbol space, in which the first loaded wins: imagecodecs is loaded first (by `depends` in the
site's lock file), after which Pillow's JPEG decoder returns garbage without an error and its
encoders end the interpreter. So those codecs are made to raise, and `self_test_codecs` compares
the pixels of a built-in JPEG with desktop Pillow's before the engine says it is ready.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any, NoReturn

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import _imaging
from PIL.JpegImagePlugin import JpegImageFile

from ..errors import EngineBoot, ImageUnsupported
from .jpeg import is_complete
from .jpeg_overshoot import overshoots
from .self_test_jpeg import JPEG, PIXELS_SHA256

_UNSAFE_CODECS = ("jpeg_decoder", "jpeg_encoder", "libtiff_decoder", "libtiff_encoder")


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise OSError("Pillow's own JPEG and TIFF codecs are switched off in this runtime")


for _name in _UNSAFE_CODECS:
    setattr(_imaging, _name, _refuse)


def load_jpeg(image: PilImage.Image, data: bytes) -> NDArray[np.uint8]:
    """Decode the opened JPEG to (H, W, 1) grey or (H, W, 3) RGB uint8, as desktop Pillow would.

    Raises
    ------
    OSError
        Where desktop Pillow raises it: the stream ends early or cannot be decoded.
    ImageUnsupported
        This decoder would give other pixels than desktop Pillow's.
    """
    if not is_complete(data):
        raise OSError("image file is truncated")
    try:
        pixels = imagecodecs.jpeg8_decode(data, outcolorspace="RGBX" if image.mode == "RGB" else None)
    except (imagecodecs.Jpeg8Error, ValueError, RuntimeError) as error:
        raise OSError("broken data stream when reading image file") from error
    if pixels.shape[:2] != (image.height, image.width):
        raise OSError("the image has another size than its header says")
    if overshoots(data, pixels):
        raise ImageUnsupported(
            "The values of this JPEG file reach far beyond black and white, which this browser's decoder gets wrong. "
            "It may be damaged. Open it in an image editor, save it as PNG and drop it again."
        )
    return _to_grey_or_rgb(pixels, image.mode)


def _to_grey_or_rgb(pixels: NDArray[np.uint8], mode: str) -> NDArray[np.uint8]:
    if mode == "L":
        return pixels.reshape(*pixels.shape[:2], 1)
    if mode == "CMYK":  # Pillow takes every four-channel JPEG for Adobe's inverted kind
        return np.asarray(PilImage.fromarray(255 - pixels, "CMYK").convert("RGB"))
    return pixels[..., :3]  # in Pillow's own layout, see `Image.pixels_hwc`


def self_test_codecs() -> None:
    """Decode the built-in JPEG and compare.

    Raises
    ------
    EngineBoot
        The pixels are not those of desktop Pillow: no result of this engine could be trusted.
    """
    with JpegImageFile(io.BytesIO(JPEG)) as image:
        pixels_hwc = load_jpeg(image, JPEG)
    if hashlib.sha256(pixels_hwc.tobytes()).hexdigest() != PIXELS_SHA256:
        raise EngineBoot(
            "The JPEG decoder of this browser gives wrong pixels, so the engine was stopped. "
            "Reload the page; if it stays, please report your browser's version."
        )
