"""TIFF, BigTIFF, OME-TIFF and ImageJ hyperstacks, by tifffile and imagecodecs.

Of a file only the planes that are asked for are decoded. `tiff_metadata` reads what lies around the pixels.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffFileError, TiffPage, TiffPageSeries

from ..errors import ImageCorrupt, ImageUnsupported
from ..types import Extent, Image, Samples, Selection
from .limits import check_bytes, check_frames
from .orientation import turn_upright
from .tiff_metadata import read_channels, read_spacing, read_window

FAILURES = (
    TiffFileError, OSError, ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError,
    RuntimeError, SyntaxError, ArithmeticError, AssertionError, struct.error, zlib.error,
)  # fmt: skip
"""What tifffile and the codecs let through on damaged files (ImcdError and its like are RuntimeErrors)."""

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what matters is raised here

_CODECS = (
    "NONE", "CCITTRLE", "CCITTFAX3", "CCITTFAX4", "LZW", "JPEG", "OJPEG", "ADOBE_DEFLATE", "DEFLATE", "PACKBITS",
    "JPEG2000", "APERIO_JP2000_YCBC", "APERIO_JP2000_RGB", "ZSTD", "ZSTD_DEPRECATED", "LERC", "LZMA", "JPEG_LOSSY",
)  # fmt: skip
_DEPTH, _CHANNEL = "Z", "C"


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode one plane with its channels."""
    with TiffFile(io.BytesIO(data)) as file:
        series = _first_series(file)
        level = _level(series, selection.level)
        page = level.keyframe
        _check(page)
        layout = _Layout(level)
        planes = [_plane(level, data, index) for index in layout.indices(selection)]
        channels = read_channels(file, layout.channels)
        pixels_hwc = planes[0] if len(planes) == 1 else np.concatenate(planes, axis=2)
        pixels_hwc, samples = _interpret(pixels_hwc, page, layout.channels)
        orientation = page.tags.valueof(274, default=1)
        return Image(
            turn_upright(pixels_hwc, orientation if orientation in range(1, 9) else 1),
            family,
            samples,
            Extent(layout.frames, layout.z, channels, _levels(series)),
            selection,
            read_spacing(file, page, layout.z),
            read_window(file),
        )


def _first_series(file: TiffFile) -> TiffPageSeries:
    if not file.series or not file.pages:
        raise ImageCorrupt("This TIFF file holds no image. Copy it again from its source.")
    return file.series[0]


def _level(series: TiffPageSeries, level: int) -> TiffPageSeries:
    if not 0 <= level < len(series.levels):
        raise ImageCorrupt(f"This file has no level {level}; it has {len(series.levels)}.")
    return series.levels[level]


def _levels(series: TiffPageSeries) -> tuple[tuple[int, int], ...]:
    if len(series.levels) < 2:
        return ()
    return tuple((level.keyframe.imagewidth, level.keyframe.imagelength) for level in series.levels)


def _check(page: TiffPage) -> None:
    """Refuse before anything is decoded."""
    if page.imagedepth > 1:
        raise ImageUnsupported(
            "This TIFF file stores its planes as one block, which this version does not read."
        )
    if page.dtype is None:
        raise ImageUnsupported(
            f"This TIFF file has samples of {page.bitspersample} bits, which are not read."
        )
    check_bytes(page.imagewidth, page.imagelength, page.samplesperpixel, page.dtype.itemsize)
    name = page.compression.name if isinstance(page.compression, COMPRESSION) else str(page.compression)
    if name not in _CODECS:
        raise ImageUnsupported(
            f"This TIFF file is compressed with {name}, which this version does not read. Save it with LZW or Deflate."
        )
    if page.photometric in (PHOTOMETRIC.CIELAB, PHOTOMETRIC.ICCLAB, PHOTOMETRIC.ITULAB):
        raise ImageUnsupported(
            "This TIFF file holds Lab colours, which this version does not read. Save it as RGB."
        )


class _Layout:
    """Which axis of a series is what."""

    def __init__(self, level: TiffPageSeries) -> None:
        inner = len(level.keyframe.shape)
        self._axes = level.axes[: len(level.axes) - inner] if len(level.axes) > inner else ""
        self._shape = tuple(int(size) for size in level.shape[: len(self._axes)])
        self.z = self._size(_DEPTH)
        self.channels = self._size(_CHANNEL)
        self.frames = prod(self._shape) // (self.z * self.channels)
        check_frames(prod(self._shape))

    def _size(self, axis: str) -> int:
        return self._shape[self._axes.index(axis)] if axis in self._axes else 1

    def indices(self, selection: Selection) -> list[int]:
        """Numbers of the planes of a selection, in the order of the series."""
        if not (0 <= selection.frame < self.frames and 0 <= selection.z < self.z):
            raise ImageCorrupt(
                f"This file has no frame {selection.frame + 1}, plane {selection.z + 1}; it has {self.frames} "
                f"frames of {self.z} planes."
            )
        return [self._index(selection.frame, selection.z, channel) for channel in range(self.channels)]

    def _index(self, frame: int, z: int, channel: int) -> int:
        others = [size for axis, size in zip(self._axes, self._shape, strict=True) if axis not in "ZC"]
        rest = list(np.unravel_index(frame, others)) if others else []
        position = [
            z if axis == _DEPTH else channel if axis == _CHANNEL else int(rest.pop(0)) for axis in self._axes
        ]
        return int(np.ravel_multi_index(position, self._shape)) if position else 0


def _plane(level: TiffPageSeries, data: bytes, index: int) -> NDArray[Any]:
    """One plane as (H, W, samples)."""
    page = level.keyframe
    if level.dataoffset is not None and len(level.pages) > 0 and index > 0:
        return _as_hwc(_contiguous_plane(level, data, index), page)
    stored = level.pages[index] if index < len(level.pages) else None
    if stored is None:
        raise ImageCorrupt(
            "A plane of this TIFF file is in another file. Drop a file that holds all its planes."
        )
    return _as_hwc(stored.asarray(maxworkers=1), page)


def _contiguous_plane(level: TiffPageSeries, data: bytes, index: int) -> NDArray[Any]:
    """ImageJ writes large stacks as one description and the bare values of all planes behind each other."""
    page = level.keyframe
    assert page.dtype is not None and level.dataoffset is not None
    dtype = page.dtype.newbyteorder(page.parent.byteorder)
    count = prod(page.shape)
    offset = level.dataoffset + index * count * dtype.itemsize
    if offset + count * dtype.itemsize > len(data):
        raise ImageCorrupt("This TIFF file ends before its last plane. Copy it again from its source.")
    return np.frombuffer(data, dtype, count, offset).reshape(page.shape)


def _as_hwc(values: NDArray[Any], page: TiffPage) -> NDArray[Any]:
    axes: Sequence[str] = page.axes
    if "S" in axes and axes.index("S") == 0:
        values = np.moveaxis(values, 0, -1)
    elif "S" not in axes:
        values = values[..., np.newaxis]
    return np.ascontiguousarray(values.astype(values.dtype.newbyteorder("="), copy=False))


def _interpret(pixels_hwc: NDArray[Any], page: TiffPage, channels: int) -> tuple[NDArray[Any], Samples]:
    """Look up palettes, turn white-is-zero around, and name the samples."""
    if pixels_hwc.dtype == bool:
        pixels_hwc = pixels_hwc.astype(np.uint8) * np.uint8(255)
    elif page.bitspersample == 1:
        pixels_hwc = (pixels_hwc > 0).astype(np.uint8) * np.uint8(255)
    if page.photometric == PHOTOMETRIC.MINISWHITE and np.issubdtype(pixels_hwc.dtype, np.unsignedinteger):
        pixels_hwc = _highest(pixels_hwc, page) - pixels_hwc
    if page.photometric != PHOTOMETRIC.PALETTE and page.bitspersample in (2, 4):
        pixels_hwc = pixels_hwc * np.uint8(255 // (2**page.bitspersample - 1))  # as Pillow does
    if page.photometric == PHOTOMETRIC.PALETTE and page.colormap is not None:
        return (page.colormap[:, pixels_hwc[..., 0]] >> 8).astype(np.uint8).transpose(1, 2, 0), "rgb"
    if channels > 1:
        return pixels_hwc, "channels"
    if (
        page.photometric == PHOTOMETRIC.SEPARATED
        and pixels_hwc.shape[2] == 4
        and pixels_hwc.dtype == np.uint8
    ):
        return np.asarray(PilImage.fromarray(pixels_hwc, "CMYK").convert("RGB")), "rgb"
    return pixels_hwc, _samples(page, pixels_hwc.shape[2])


def _highest(pixels_hwc: NDArray[Any], page: TiffPage) -> Any:
    bits = 8 if page.bitspersample == 1 else page.bitspersample
    return pixels_hwc.dtype.type(2**bits - 1)


def _samples(page: TiffPage, count: int) -> Samples:
    colours = 3 if page.photometric in (PHOTOMETRIC.RGB, PHOTOMETRIC.YCBCR) else 1
    if count == colours:
        return "rgb" if colours == 3 else "grey"
    if count == colours + 1 and page.extrasamples and page.extrasamples[0] in (1, 2):
        return "rgb+alpha" if colours == 3 else "grey+alpha"
    return "channels"
