"""Whether what a TIFF file says of itself can be true, found out before tifffile follows it.

Offsets and counts are those of TIFF 6.0 (Adobe, 1992) and of BigTIFF.
"""

from __future__ import annotations

import struct
from math import prod
from typing import NamedTuple

import numpy as np
from tifffile import COMPRESSION, TiffFrame, TiffPage

from ..errors import ImageCorrupt, ImageTooHeavy
from .jpeg import is_complete
from .limits import LIMIT_BYTES, check_bytes, check_frames

_LIMIT_TAGS = 4096
_LIMIT_SUB_DIRECTORIES = 20_000
_LIMIT_SEGMENTS = 500_000
_SUB_DIRECTORIES = 330
_JPEG = (COMPRESSION.JPEG, COMPRESSION.JPEG_LOSSY)
_JPEG_2000 = (COMPRESSION.JPEG2000, COMPRESSION.APERIO_JP2000_RGB)
_WITH_HEADER = (*_JPEG, *_JPEG_2000, COMPRESSION.LERC)
_SEARCHED = 65_536
"""Bytes at the start of a segment in which the header of its codec has to lie."""


class _Format(NamedTuple):
    """How one of the two kinds of TIFF writes numbers: struct formats and sizes in bytes."""

    order: str
    tag_count: str
    tag_count_size: int
    offset: str
    offset_size: int
    entry_size: int


def end_chain(data: bytes) -> bytes:
    """Check all directories; the same bytes, with the chain ended where it leaves the file or comes back.

    So does libtiff under Pillow: what is damaged behind the first image does not make that unreadable.

    Raises
    ------
    ImageCorrupt
        The first directory is outside the file, there are more directories than `limits` allow, or the same
        bytes are values of so many of them that reading these would take far more memory than the file.
    """
    form = _format(data)
    pointer = 4 if form.offset_size == 4 else 8
    budget = 4 * len(data)
    seen: set[int] = set()
    subs = 0
    while offset := _number(data, pointer, form.order + form.offset):
        end = _end(data, offset, form)
        if offset in seen or end is None:
            if not seen:
                raise ImageCorrupt(
                    "This TIFF file ends before its first image. Copy it again from its source."
                )
            return data[:pointer] + bytes(form.offset_size) + data[pointer + form.offset_size :]
        seen.add(offset)
        check_frames(len(seen))
        claimed, sub_count, sub_offsets = _measure(data, offset, form)
        subs += sub_count
        if subs > _LIMIT_SUB_DIRECTORIES:
            raise ImageCorrupt(
                f"This TIFF file says that it has more than {_LIMIT_SUB_DIRECTORIES} reduced images."
            )
        for sub in sub_offsets:
            if _end(data, sub, form) is not None:
                claimed += _measure(data, sub, form)[0]
        budget -= claimed
        if budget < 0:
            raise ImageCorrupt(
                "The descriptions in this TIFF file say that they are longer than the file. It is damaged."
            )
        pointer = end
    return data


def _format(data: bytes) -> _Format:
    order = "<" if data[:2] == b"II" else ">"
    if data[2:4] in (b"+\0", b"\0+"):
        return _Format(order, "Q", 8, "Q", 8, 20)
    return _Format(order, "H", 2, "I", 4, 12)


def _number(data: bytes, position: int, form: str) -> int:
    """0 behind the end of the file, as at the end of a chain."""
    if position + struct.calcsize(form) > len(data):
        return 0
    return int(struct.unpack_from(form, data, position)[0])


def _end(data: bytes, offset: int, form: _Format) -> int | None:
    """Where a directory ends and the offset of the next one stands; None if it is not in the file."""
    if offset + form.tag_count_size > len(data):
        return None
    count = _number(data, offset, form.order + form.tag_count)
    end = offset + form.tag_count_size + count * form.entry_size
    return end if count <= _LIMIT_TAGS and end <= len(data) else None


_TYPE_SIZES = np.array([0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8] + [0] * 237, np.float64)


def _measure(data: bytes, offset: int, form: _Format) -> tuple[int, int, list[int]]:
    """Bytes of the values of a directory that are in the file; how many sub-directories it has, and where."""
    count = _number(data, offset, form.order + form.tag_count)
    number = f"{form.order}u{form.offset_size}"
    entry = np.dtype(
        [("tag", f"{form.order}u2"), ("type", f"{form.order}u2"), ("count", number), ("value", number)]
    )
    entries = np.frombuffer(data, entry, count, offset + form.tag_count_size)
    sizes = _TYPE_SIZES[np.minimum(entries["type"], 255)] * entries["count"]
    claimed = int(sizes[entries["value"] + sizes <= len(data)].sum())
    found = entries[entries["tag"] == _SUB_DIRECTORIES]
    if found.size == 0:
        return claimed, 0, []
    length, where = int(found["count"][0]), int(found["value"][0])
    if length == 1:
        return claimed, 1, [where]
    if length > _LIMIT_SUB_DIRECTORIES or where + length * form.offset_size > len(data):
        return claimed, length, []
    return claimed, length, np.frombuffer(data, number, length, where).tolist()


def check_segments(stored: TiffPage | TiffFrame, page: TiffPage, data: bytes) -> None:
    """Raise unless every strip or tile of a plane is in the file and promises no more than its part of it.

    Parameters
    ----------
    stored
        The plane.
    page
        What it has in common with the others of its series.
    """
    assert page.dtype is not None
    if page.is_contiguous:
        size = prod(page.shape) * page.dtype.itemsize
        if not stored.dataoffsets or not 0 < stored.dataoffsets[0] <= len(data) - size:
            raise _outside()
        return
    count = prod(page.chunked)
    _check_segment_sizes(page, count)
    offsets, sizes = stored.dataoffsets, stored.databytecounts
    if min(len(offsets), len(sizes)) < count:
        raise _outside()
    whole = prod(_segment_shape(page)) * page.dtype.itemsize
    empty = 0
    for offset, size in zip(offsets[:count], sizes[:count], strict=True):
        if page.is_tiled and offset == size == 0:  # as GDAL and slide scanners write tiles of background
            empty += 1
            continue
        needed = min(size, whole) if page.compression == COMPRESSION.NONE else size
        if offset <= 0 or size <= 0 or offset + needed > len(data):
            raise _outside()
        if page.compression in _WITH_HEADER:
            _check_codec_header(data[offset : offset + size], page)
    if empty == count:
        raise _outside()


def _outside() -> ImageCorrupt:
    return ImageCorrupt("A part of this image lies outside its TIFF file. Copy it again from its source.")


def _segment_shape(page: TiffPage) -> tuple[int, int, int]:
    """Rows, columns and samples of one strip or tile; the rows of a single strip may be written as 2**32 - 1."""
    samples = page.samplesperpixel if page.planarconfig == 1 else 1
    if page.is_tiled:
        return page.tilelength, page.tilewidth, samples
    return min(page.rowsperstrip, page.imagelength), page.imagewidth, samples


def _check_segment_sizes(page: TiffPage, count: int) -> None:
    """Tiles are decoded whole, however little of them is inside the image."""
    assert page.dtype is not None
    rows, columns, samples = _segment_shape(page)
    check_bytes(columns, rows, samples, page.dtype.itemsize)
    decoded = count * rows * columns * samples * page.dtype.itemsize
    if count > _LIMIT_SEGMENTS or decoded > 2 * LIMIT_BYTES:
        raise ImageTooHeavy(page.imagewidth, page.imagelength, decoded, LIMIT_BYTES)


def _check_codec_header(segment: bytes, page: TiffPage) -> None:
    """A strip or tile with a header of its own must not be larger there than in the directory."""
    header = segment[:_SEARCHED]
    size: tuple[int, ...] | None = None
    if page.compression in _JPEG:
        if not is_complete(segment):
            raise _outside()
        size = _jpeg_size(segment)
    elif page.compression in _JPEG_2000:
        if (start := header.find(b"\xff\x4f\xff\x51")) >= 0:
            right, bottom, left, top = _numbers(header, start + 8, ">4I")
            size = (right - left, bottom - top)
    elif page.compression == COMPRESSION.LERC and header.startswith(b"Lerc2 "):
        (version,) = _numbers(header, 6, "<i")
        size = _numbers(header, 14 if version >= 3 else 10, "<2i")
    elif page.compression == COMPRESSION.LERC and header.startswith(b"CntZImage "):
        size = _numbers(header, 18, "<2i")
    if size is not None and not 0 < size[0] * size[1] <= 2 * prod(_segment_shape(page)) + _SEARCHED:
        raise ImageCorrupt(
            f"A part of this TIFF file says that it has {size[0]} x {size[1]} pixels, more than the image. "
            "It is damaged."
        )


def _jpeg_size(segment: bytes) -> tuple[int, int] | None:
    """Width and height of the frame header (ITU-T T.81, B.2.2)."""
    position = 2
    while position + 9 <= len(segment):
        if segment[position] != 0xFF:
            return None
        marker = segment[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _numbers(segment, position + 5, ">2H")
            return width, height
        if marker == 0xFF:
            position += 1
            continue
        alone = marker == 0x01 or 0xD0 <= marker <= 0xD8
        position += 2 if alone else 2 + _numbers(segment, position + 2, ">H")[0]
    return None


def _numbers(data: bytes, position: int, form: str) -> tuple[int, ...]:
    if position + struct.calcsize(form) > len(data):
        raise _outside()
    return struct.unpack_from(form, data, position)
