"""TIFF, BigTIFF, OME-TIFF and ImageJ hyperstacks, by tifffile and imagecodecs.

Of a file only the planes that are asked for are decoded. `tiff_metadata` reads what lies around the pixels.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from tifffile import COMPRESSION, PHOTOMETRIC, TiffFile, TiffFileError, TiffPage, TiffPageSeries

from ..errors import ImageCorrupt, ImageTooLarge, ImageUnsupported
from ..types import Extent, Image, Samples, Selection, Spacing
from .limits import check_bytes, check_frames
from .orientation import turn_upright
from .planes import check_level, find_plane
from .tiff_metadata import read_channels, read_description, read_spacing, read_window
from .tiff_structure import check_segments, end_chain

FAILURES = (
    TiffFileError, OSError, ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError,
    RuntimeError, SyntaxError, ArithmeticError, AssertionError, struct.error, zlib.error,
)  # fmt: skip
"""What tifffile and the codecs let through on damaged files (ImcdError and its like are RuntimeErrors)."""

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what matters is raised here

_CODECS = (
    "NONE", "CCITTRLE", "CCITTFAX3", "CCITTFAX4", "LZW", "JPEG", "ADOBE_DEFLATE", "DEFLATE", "PACKBITS",
    "JPEG2000", "APERIO_JP2000_RGB", "ZSTD", "ZSTD_DEPRECATED", "LERC", "LZMA", "JPEG_LOSSY",
)  # fmt: skip
_NAMES = {int(compression): compression.name for compression in COMPRESSION}
_LAB = (PHOTOMETRIC.CIELAB, PHOTOMETRIC.ICCLAB, PHOTOMETRIC.ITULAB)
_EXTRA_SAMPLES, _INK_SET, _ORIENTATION = 338, 332, 274
_ASSOCIATED, _UNASSOCIATED = 1, 2
_CMYK = 1
_DEPTH, _CHANNEL = "Z", "C"


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode one plane with its channels."""
    data = end_chain(data)
    with TiffFile(io.BytesIO(data), _multifile=False) as file:
        description = read_description(file)
        series = _first_series(file)
        number = _find_level(series, selection.level)
        level = series.levels[number]
        page = level.keyframe
        layout = _Layout(level)
        _check(page, layout.channels)
        planes = [_plane(level, data, index) for index in layout.indices(selection)]
        pixels_hwc = planes[0] if len(planes) == 1 else np.concatenate(planes, axis=2)
        pixels_hwc, samples = _interpret(pixels_hwc, page, layout.channels)
        channels = pixels_hwc.shape[2] if samples == "channels" else 1
        stored = page.tags.valueof(_ORIENTATION, default=1)
        orientation = stored if stored in range(1, 9) else 1
        return Image(
            turn_upright(pixels_hwc, orientation),
            family,
            samples,
            Extent(
                layout.frames,
                layout.z,
                read_channels(file, description, channels),
                _levels(series, orientation),
            ),
            selection=Selection(level=number),
            spacing=_spacing(
                read_spacing(file, description, series.keyframe, layout.z), series, level, orientation
            ),
            window=read_window(file),
            orientation=orientation,
        )


def _check_size(page: TiffPage, channels: int) -> None:
    sample_bytes = 1 if page.dtype is None else page.dtype.itemsize
    check_bytes(page.imagewidth, page.imagelength, page.samplesperpixel * channels, sample_bytes)


def _first_series(file: TiffFile) -> TiffPageSeries:
    if not file.pages or not file.series or not file.series[0].levels:
        raise ImageCorrupt("This TIFF file holds no image. Copy it again from its source.")
    return file.series[0]


def _find_level(series: TiffPageSeries, wanted: int | None) -> int:
    """The one that is asked for, else the largest that can be held, else the largest, which is then refused."""
    check_level(wanted, len(series.levels))
    if wanted is not None:
        return wanted
    return next((number for number, level in enumerate(series.levels) if _fits(level)), 0)


def _fits(level: TiffPageSeries) -> bool:
    try:
        _check_size(level.keyframe, _Layout(level).channels)
    except ImageTooLarge:
        return False
    return True


def _spacing(
    spacing: Spacing | None, series: TiffPageSeries, level: TiffPageSeries, orientation: int
) -> Spacing | None:
    """Of a level of a pyramid, upright, from that of its largest as it is stored."""
    if spacing is None:
        return None
    large, small = series.keyframe, level.keyframe
    x, y = large.imagewidth / small.imagewidth, large.imagelength / small.imagelength
    x, y = spacing.x * x, spacing.y * y
    return replace(spacing, x=y, y=x) if orientation >= 5 else replace(spacing, x=x, y=y)


def _levels(series: TiffPageSeries, orientation: int) -> tuple[tuple[int, int], ...]:
    if len(series.levels) < 2:
        return ()
    sizes = [(level.keyframe.imagewidth, level.keyframe.imagelength) for level in series.levels]
    return tuple((height, width) if orientation >= 5 else (width, height) for width, height in sizes)


def _check(page: TiffPage, channels: int) -> None:
    """Refuse before anything is decoded."""
    if page.imagedepth > 1 or page.tiledepth > 1:
        raise ImageUnsupported(
            "This TIFF file stores its planes as one block, which this version does not read."
        )
    if page.dtype is None:
        raise ImageUnsupported(
            f"This TIFF file has samples of {page.bitspersample} bits, which are not read."
        )
    if page.dtype.kind == "c":
        raise ImageUnsupported(
            "This TIFF file holds complex numbers, which are not read. Save their amounts as real numbers."
        )
    _check_size(page, channels)
    _check_codec(page)
    _check_colours(page)


def _check_codec(page: TiffPage) -> None:
    name = _NAMES.get(page.compression, str(page.compression))
    if name == "OJPEG":  # libtiff repeats its colours where libjpeg, under tifffile, smooths them
        raise ImageUnsupported(
            "This TIFF file is compressed with old-style JPEG, which programs show with different colours. "
            "Save it with LZW or Deflate and drop it again."
        )
    if name not in _CODECS:
        raise ImageUnsupported(
            f"This TIFF file is compressed with {name}, which this version does not read. "
            "Save it with LZW or Deflate."
        )


def _check_colours(page: TiffPage) -> None:
    if page.photometric in _LAB:
        raise ImageUnsupported(
            "This TIFF file holds Lab colours, which this version does not read. Save it as RGB."
        )
    jpeg = page.compression in (COMPRESSION.JPEG, COMPRESSION.JPEG_LOSSY)
    if page.photometric == PHOTOMETRIC.YCBCR and not jpeg:
        raise ImageUnsupported(
            "This TIFF file holds YCbCr colours without JPEG, which this version does not read. Save it as RGB."
        )


class _Layout:
    """Which axis of a series is what."""

    def __init__(self, level: TiffPageSeries) -> None:
        inner = len(level.keyframe.shape)
        if tuple(level.shape[-inner:]) != tuple(level.keyframe.shape):
            raise ImageCorrupt(
                "The description in this TIFF file does not fit its pixels. Save it again where it came from."
            )
        self._axes = level.axes[: len(level.axes) - inner] if len(level.axes) > inner else ""
        self._shape = tuple(int(size) for size in level.shape[: len(self._axes)])
        self.z = self._size(_DEPTH)
        self.channels = self._size(_CHANNEL)
        check_frames(prod(self._shape))
        self.frames = prod(self._shape) // (self.z * self.channels)

    def _size(self, axis: str) -> int:
        return self._shape[self._axes.index(axis)] if axis in self._axes else 1

    def indices(self, selection: Selection) -> list[int]:
        """Numbers of the planes of a selection, in the order of the series."""
        frame, z = find_plane(selection, self.frames, self.z)
        return [self._index(frame, z, channel) for channel in range(self.channels)]

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
    if level.dataoffset is not None and index > 0:
        return _as_hwc(_contiguous_plane(level, data, index), page)
    stored = level.pages[index] if index < len(level.pages) else None
    if stored is None:
        raise ImageCorrupt(
            "A plane of this TIFF file is in another file. Drop a file that holds all its planes."
        )
    check_segments(stored, page, data)
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
    if page.photometric == PHOTOMETRIC.PALETTE and page.colormap is not None:
        return (page.colormap[:, pixels_hwc[..., 0].astype(np.intp)] >> 8).astype(np.uint8).transpose(
            1, 2, 0
        ), "rgb"
    pixels_hwc = _spread(pixels_hwc, page)
    if channels > 1:
        return pixels_hwc, "channels"
    if page.photometric == PHOTOMETRIC.SEPARATED and page.tags.valueof(_INK_SET, default=_CMYK) == _CMYK:
        return _rgb_of_cmyk(pixels_hwc)
    return _name_samples(pixels_hwc, page)


def _spread(pixels_hwc: NDArray[Any], page: TiffPage) -> NDArray[Any]:
    """1, 2 and 4 bits become 0..255, as in Pillow; black is 0."""
    bits = page.bitspersample
    if bits == 1:
        pixels_hwc = (pixels_hwc > 0).astype(np.uint8)
    if bits in (1, 2, 4):
        pixels_hwc = pixels_hwc * np.uint8(255 // (2**bits - 1))
        bits = 8
    if page.photometric == PHOTOMETRIC.MINISWHITE and pixels_hwc.dtype.kind == "u":
        pixels_hwc = pixels_hwc.dtype.type(2**bits - 1) - pixels_hwc
    return pixels_hwc


def _rgb_of_cmyk(pixels_hwc: NDArray[Any]) -> tuple[NDArray[Any], Samples]:
    """As Pillow does, which looks at the higher byte of 16 bits."""
    if pixels_hwc.shape[2] < 4 or pixels_hwc.dtype not in (np.uint8, np.uint16):
        return pixels_hwc, "channels"
    inks = pixels_hwc[..., :4] if pixels_hwc.dtype == np.uint8 else pixels_hwc[..., :4] >> 8
    inks = np.ascontiguousarray(inks.astype(np.uint8))
    return np.asarray(
        PilImage.frombuffer("CMYK", inks.shape[1::-1], inks, "raw", "CMYK", 0, 1).convert("RGB")
    ), "rgb"


def _name_samples(pixels_hwc: NDArray[Any], page: TiffPage) -> tuple[NDArray[Any], Samples]:
    """Colours and alpha; what else an RGB image has is left out, as in Pillow; a grey one's are channels."""
    count = pixels_hwc.shape[2]
    colours = 3 if page.photometric in (PHOTOMETRIC.RGB, PHOTOMETRIC.YCBCR) else 1
    extra = page.tags.valueof(_EXTRA_SAMPLES)
    kind = extra[0] if isinstance(extra, tuple) and extra else extra
    if count == 4 and colours == 3 and kind is None:
        kind = _UNASSOCIATED  # as Pillow reads files that forget to say so
    if count > colours and kind in (_ASSOCIATED, _UNASSOCIATED) and (colours == 3 or count == 2):
        pixels_hwc = pixels_hwc[..., : colours + 1]
        if kind == _ASSOCIATED:
            pixels_hwc = _divide_by_alpha(pixels_hwc)
        return np.ascontiguousarray(pixels_hwc), "rgb+alpha" if colours == 3 else "grey+alpha"
    if colours == 3 and count >= 3:
        return np.ascontiguousarray(pixels_hwc[..., :3]), "rgb"
    return pixels_hwc, "grey" if count == 1 else "channels"


def _divide_by_alpha(pixels_hwc: NDArray[Any]) -> NDArray[Any]:
    """Undo the multiplication by alpha, as Pillow does: rounded down, black where there is nothing."""
    colours, alpha = pixels_hwc[..., :-1], pixels_hwc[..., -1:]
    if pixels_hwc.dtype.kind not in "uf":
        return pixels_hwc
    if pixels_hwc.dtype.kind == "f":
        straight = np.divide(colours, alpha, out=np.zeros_like(colours), where=alpha > 0)
        return np.concatenate([straight, alpha], axis=2)
    highest = np.iinfo(pixels_hwc.dtype).max
    wide = colours.astype(np.uint64) * np.uint64(highest) // np.maximum(alpha, 1)
    straight = np.where(alpha > 0, np.minimum(wide, highest), 0).astype(pixels_hwc.dtype)
    return np.concatenate([straight, alpha], axis=2)
