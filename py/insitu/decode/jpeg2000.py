"""JPEG 2000 (.jp2, .j2k) by imagecodecs, which holds the OpenJPEG that desktop Pillow has too.

Up to 8 bits the pixels are Pillow's: fewer than 8 are shifted up to 8, and to signed ones half their range is added.
Deeper values are those of the codestream: Pillow shifts grey of 9 to 15 bits up to 16, rounds colours of 9 to 16 bits
to 8, and adds half their range to signed ones.

Only the bare codestream is handed to the decoder. Colour space, palette and channel definitions are applied here,
because imagecodecs and Pillow convert sYCC and colour profiles differently.
"""

from __future__ import annotations

import struct
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from ..errors import ImageUnsupported
from ..types import Image, Selection
from .jpeg2000_header import (
    CMYK,
    EYCC,
    GREY,
    LAB,
    SYCC,
    BrokenHeader,
    Jp2,
    Palette,
    Size,
    has_all_tiles,
    read_boxes,
    read_size,
)
from .limits import check_bytes
from .planes import SAMPLES

FAILURES = (
    BrokenHeader,
    struct.error,
    imagecodecs.Jpeg2kError,
    ValueError,
    RuntimeError,
    IndexError,
    TypeError,
)

_DECODER_BYTES = 4
"""OpenJPEG holds every sample as 32 bits, whatever its depth."""


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode the image; there is one."""
    jp2 = read_boxes(data)
    size = read_size(jp2.codestream)
    _check(size, jp2)
    if not has_all_tiles(jp2.codestream, size):
        raise BrokenHeader("tiles are missing")
    values = np.asarray(imagecodecs.jpeg2k_decode(jp2.codestream))
    pixels_hwc = values.reshape(size.height, size.width, len(size.components))
    pixels_hwc = _interpret(_as_bytes(pixels_hwc, size), jp2, size)
    return Image(pixels_hwc, family, SAMPLES[pixels_hwc.shape[2]])


def _check(size: Size, jp2: Jp2) -> None:
    """Refuse before anything is decoded."""
    components = size.components
    check_bytes(size.width, size.height, len(components), _DECODER_BYTES)
    if jp2.announced not in (None, (size.width, size.height, len(components))):
        raise BrokenHeader("two sizes")
    if len(components) > 4:
        raise ImageUnsupported(
            f"This JPEG 2000 file has {len(components)} channels; up to 4 are read. Save it as TIFF and drop it again."
        )
    if any(component.step != (1, 1) for component in components):
        raise ImageUnsupported(
            "This JPEG 2000 file stores its colours at a lower resolution, which this version does not read. "
            "Save it as PNG or TIFF and drop it again."
        )
    if any(component != components[0] for component in components):
        raise ImageUnsupported(
            "This JPEG 2000 file has channels of unlike depth, which this version does not read. "
            "Save it as PNG or TIFF and drop it again."
        )
    if jp2.colours in (EYCC, LAB):
        raise ImageUnsupported(
            "This JPEG 2000 file holds Lab or e-sYCC colours, which this version does not read. Save it as RGB."
        )
    if jp2.colours == GREY and len(components) > 2:
        raise BrokenHeader("more channels than its colour space has")
    bits = components[0].bits
    deepest = 8 if jp2.colours in (SYCC, CMYK) and len(components) > 2 else 16
    if bits > deepest:
        raise ImageUnsupported(
            f"This JPEG 2000 file has {bits} bits per sample; up to {deepest} are read in its colour space. "
            "Save it as TIFF and drop it again."
        )


def _as_bytes(pixels_hwc: NDArray[Any], size: Size) -> NDArray[Any]:
    """Up to 8 bits as Pillow has them; deeper ones as they are."""
    component = size.components[0]
    if component.bits > 8:
        return pixels_hwc
    if component.signed:
        pixels_hwc = pixels_hwc.astype(np.int16) + np.int16(1 << (component.bits - 1))
    return pixels_hwc.astype(np.uint8, copy=False) << np.uint8(8 - component.bits)


def _interpret(pixels_hwc: NDArray[Any], jp2: Jp2, size: Size) -> NDArray[Any]:
    """Look up the palette, put the channels in order, and turn other colours into RGB."""
    if jp2.palette is not None:
        pixels_hwc = _look_up(pixels_hwc, jp2.palette, size)
    count = pixels_hwc.shape[2]
    if jp2.order != tuple(range(count)) and len(jp2.order) == count:
        pixels_hwc = np.ascontiguousarray(pixels_hwc[..., jp2.order])
    if jp2.colours == SYCC and count >= 3 and pixels_hwc.dtype == np.uint8:
        colours = np.ascontiguousarray(pixels_hwc[..., :3])
        rgb = np.asarray(PilImage.fromarray(colours, "YCbCr").convert("RGB"))
        return np.concatenate([rgb, pixels_hwc[..., 3:]], axis=2)
    if jp2.colours == CMYK and count == 4 and pixels_hwc.dtype == np.uint8:
        return np.asarray(PilImage.fromarray(pixels_hwc, "CMYK").convert("RGB"))
    return pixels_hwc


def _look_up(pixels_hwc: NDArray[Any], palette: Palette, size: Size) -> NDArray[Any]:
    table = np.array(palette.rows, np.uint8 if max(palette.bits) <= 8 else np.uint16)
    if len(palette.channels) > 4:
        raise ImageUnsupported(
            f"The palette of this JPEG 2000 file has {len(palette.channels)} channels; up to 4 are read. "
            "Save it as PNG or TIFF and drop it again."
        )
    shift = max(0, 8 - size.components[0].bits)
    planes = []
    for component, column in palette.channels:
        indices = pixels_hwc[..., component] >> shift
        if column is None:
            planes.append(indices.astype(table.dtype))
        else:
            planes.append(table[np.minimum(indices, len(table) - 1), column])
    return np.stack(planes, axis=2)
