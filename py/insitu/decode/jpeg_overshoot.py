"""Whether a JPEG holds values so far beyond black and white that libjpeg-turbo's decoders disagree.

Its plain C code, which runs in Pyodide, takes the inverse DCT's output modulo 1024: from 512 beyond mid-grey on, white
wraps around to black. Its SIMD code, which desktop Pillow has, clamps. No encoder writes such values (noise at quality
1 stays within 350), but damage does, and tables that belong to other data.

The 12-bit decoder of the library takes the same coefficients and has 16 times the room: with the depth in the frame
header changed it shows how far they reach. It takes about twice as long as the decoding itself, so it is asked only
about pictures of which many pixels are black and many white, as wrapped ones are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .jpeg import Frame, read_frame

_STEP = 4
_MANY = 1 / 500
"""Share of the pixels looked at, every fourth of every fourth row."""

_CENTRE, _REACH = 2048, 508
"""Mid-grey of 12 bits, and where the wrapping starts, less what the two decoders round differently."""

_HUFFMAN_DCT = (0xC0, 0xC1, 0xC2)


def overshoots(data: bytes, pixels: NDArray[np.uint8]) -> bool:
    """Whether the decoded pixels, (H, W) or (H, W, C), cannot be trusted."""
    sample = pixels[::_STEP, ::_STEP] if pixels.ndim == 2 else pixels[::_STEP, ::_STEP, 1]
    rarer = min(np.count_nonzero(sample == 0), np.count_nonzero(sample == 255))
    if rarer <= sample.size * _MANY:
        return False
    frame = read_frame(data)
    return frame is not None and frame.marker in _HUFFMAN_DCT and _reach(data, frame) > _REACH


def _reach(data: bytes, frame: Frame) -> int:
    """The furthest distance of any value from mid-grey."""
    import imagecodecs

    deeper = bytearray(data)
    deeper[frame.position + 2] = 12
    try:
        values: NDArray[Any] = imagecodecs.jpeg8_decode(
            bytes(deeper), outcolorspace="YCBCR" if frame.components == 3 else None
        )
    except (
        imagecodecs.Jpeg8Error,
        ValueError,
        RuntimeError,
    ):  # stored as RGB, which it does not turn into YCbCr
        values = imagecodecs.jpeg8_decode(bytes(deeper))
    return max(_CENTRE - int(values.min()), int(values.max()) - _CENTRE)
