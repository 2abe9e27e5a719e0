"""JPEG of more than 8 bits: 12-bit, and lossless (process 14) up to 16. Pillow refuses them; libjpeg-turbo does not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from ..errors import ImageUnsupported
from .jpeg import Frame, find_exif, is_complete
from .limits import check_bytes
from .orientation import read_orientation


def decode_deep_jpeg(data: bytes, frame: Frame) -> NDArray[np.uint16]:
    """Decode to (H, W, 1) grey or (H, W, 3) RGB, as stored, with the values of the file.

    Raises
    ------
    OSError
        The stream ends early or cannot be decoded.
    """
    check_bytes(frame.width, frame.height, frame.components, 2)
    if frame.components not in (1, 3):
        raise ImageUnsupported(
            f"This JPEG file has {frame.bits} bits and {frame.components} channels; of this depth only grey and RGB "
            "are read. Save it as TIFF and drop it again."
        )
    if not is_complete(data):
        raise OSError("image file is truncated")
    import imagecodecs

    try:
        pixels: NDArray[Any] = imagecodecs.jpeg8_decode(data)
    except (imagecodecs.Jpeg8Error, ValueError, RuntimeError) as error:
        raise OSError("broken data stream") from error
    if pixels.dtype != np.uint16 or pixels.shape[:2] != (frame.height, frame.width):
        raise OSError("the image is not what its header says")
    return pixels.reshape(frame.height, frame.width, -1)


def deep_jpeg_orientation(data: bytes) -> int:
    """See `read_orientation`; Pillow does not open such a file."""
    image = PilImage.new("L", (1, 1))
    image.info["exif"] = find_exif(data)
    return read_orientation(image)
