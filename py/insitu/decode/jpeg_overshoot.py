"""Whether a JPEG holds values so far beyond black and white that libjpeg-turbo's decoders disagree.

Its plain C code, which runs in Pyodide, takes the inverse DCT's output modulo 1024: from 512 beyond mid-grey on, white
wraps around to black. Its SIMD code, which desktop Pillow has, clamps. No encoder writes such values (noise at quality
1 stays within 350), but damage does, and tables that belong to other data.

The 12-bit decoder of the library takes the same coefficients and has 16 times the room: with the depth in the frame
header changed it shows how far they reach. It takes one and a half times as long as the decoding itself, so it is only
asked about pictures in which a colour is at both of its ends and jumps from one pixel to the next, as it does where it
wraps: of 100 photographs each of food, places and receipts it was asked about 1, 2 and 31.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .jpeg import Frame, read_frame

_SMALL_PX = 300_000
_STEPS, _STEPS_IF_SMALL = (7, 9), (3, 3)
"""Rows and columns from one pixel looked at to the next; they meet every place within the blocks of 8."""

_JUMP_STEP, _JUMP = 4, 200
"""Every fourth row is searched for neighbours this far apart."""

_CENTRE, _REACH = 2048, 400
"""Mid-grey of 12 bits, and the limit: below 512, because colour at half resolution is smoothed before it is seen."""

_HUFFMAN_DCT = (0xC0, 0xC1, 0xC2)


def overshoots(data: bytes, pixels: NDArray[np.uint8]) -> bool:
    """Whether the decoded pixels, (H, W) or (H, W, C), cannot be trusted."""
    if not (any(_is_at_both_ends(plane) for plane in _planes(pixels)) and _jumps(pixels)):
        return False
    frame = read_frame(data)
    return frame is not None and frame.marker in _HUFFMAN_DCT and _reach(data, frame) > _REACH


def _jumps(pixels: NDArray[np.uint8]) -> bool:
    rows = pixels[::_JUMP_STEP].astype(np.int16)
    return bool((np.abs(np.diff(rows, axis=1)) >= _JUMP).any())


def _planes(pixels: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The pixels looked at, colour by colour; no fourth, which is padding or black ink."""
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    rows, columns = _STEPS_IF_SMALL if pixels.shape[0] * pixels.shape[1] < _SMALL_PX else _STEPS
    sample = pixels[::rows, ::columns]
    for channel in range(min(3, sample.shape[2])):
        yield np.ascontiguousarray(sample[..., channel])


def _is_at_both_ends(plane: NDArray[np.uint8]) -> bool:
    return bool(plane.min() == 0 and plane.max() == 255)


def _reach(data: bytes, frame: Frame) -> int:
    """The furthest distance of any value from mid-grey."""
    import imagecodecs

    deeper = bytearray(data)
    deeper[frame.position + 2] = 12
    try:
        values: NDArray[Any] = imagecodecs.jpeg8_decode(
            bytes(deeper), outcolorspace="YCBCR" if frame.components == 3 else None
        )
    except (imagecodecs.Jpeg8Error, ValueError, RuntimeError):
        # Stored as RGB, which it does not turn into YCbCr.
        values = imagecodecs.jpeg8_decode(bytes(deeper))
    return max(_CENTRE - int(values.min()), int(values.max()) - _CENTRE)
