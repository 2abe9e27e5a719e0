"""Plain slices of CT, read without pydicom's data sets.

pydicom makes objects of some hundred elements, which takes longer in a browser than all else that is done with a
slice, and a scan has hundreds. What is plain here: CT, one frame of 16-bit grey values, little endian and not
compressed, in elements that follow each other as PS3.5, 7.1 says. `read_stored`
answers None for everything else, also for anything odd: pydicom then decides what the file is worth. What is given is
what pydicom gives.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from ..types import StoredSlice
from .dicom_metadata import read_rescale, read_spacing
from .dicom_native import read_native
from .dicom_place import read_membership, read_place
from .limits import check_bytes

_PREAMBLE = 132
_SYNTAX = 0x0002_0010
_UNDEFINED = 0xFFFF_FFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFE_E000, b"\xfe\xff\x0d\xe0", 0xFFFE_E0DD
_OPEN = -1
"""In place of an end: it has to be looked for."""
_MOST_NESTED = 8
_Read = Callable[[bytes, int], tuple[int, int, int]]
"""Tag of the element at a place, and start and end of its value."""

_LONG = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
"""Representations whose length takes four bytes (PS3.5, table 7.1-1)."""
_SHORT = frozenset(
    (b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS",
     b"ST", b"TM", b"UI", b"UL", b"US")
)  # fmt: skip

_WANTED = {
    0x0008_0008: ("ImageType", b"CS"),
    0x0008_0060: ("Modality", b"CS"),
    0x0018_0050: ("SliceThickness", b"DS"),
    0x0018_0088: ("SpacingBetweenSlices", b"DS"),
    0x0018_1164: ("ImagerPixelSpacing", b"DS"),
    0x0018_2010: ("NominalScannedPixelSpacing", b"DS"),
    0x0020_000E: ("SeriesInstanceUID", b"UI"),
    0x0020_0013: ("InstanceNumber", b"IS"),
    0x0020_0032: ("ImagePositionPatient", b"DS"),
    0x0020_0037: ("ImageOrientationPatient", b"DS"),
    0x0028_0002: ("SamplesPerPixel", b"US"),
    0x0028_0004: ("PhotometricInterpretation", b"CS"),
    0x0028_0008: ("NumberOfFrames", b"IS"),
    0x0028_0010: ("Rows", b"US"),
    0x0028_0011: ("Columns", b"US"),
    0x0028_0030: ("PixelSpacing", b"DS"),
    0x0028_0100: ("BitsAllocated", b"US"),
    0x0028_0101: ("BitsStored", b"US"),
    0x0028_0103: ("PixelRepresentation", b"US"),
    0x0028_1050: ("WindowCenter", b"DS"),
    0x0028_1051: ("WindowWidth", b"DS"),
    0x0028_1052: ("RescaleIntercept", b"DS"),
    0x0028_1053: ("RescaleSlope", b"DS"),
    0x0028_1056: ("VOILUTFunction", b"CS"),
    0x7FE0_0010: ("PixelData", b"OW"),
}
"""What is read of a slice, by tag, with its representation."""
_ELSEWHERE = frozenset((0x0028_3000, 0x5200_9229, 0x5200_9230, 0x7FE0_0008, 0x7FE0_0009))
"""Modality table, functional groups and pixels of other kinds: files that have them are not plain."""

_read_explicit = struct.Struct("<HH2sH").unpack_from
_read_implicit = struct.Struct("<HHI").unpack_from
_read_length = struct.Struct("<I").unpack_from

_NUMBER = re.compile(rb" *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *\Z")
_WHOLE = re.compile(rb" *[+-]?\d+ *\Z")
_TEXT = re.compile(rb"[A-Za-z0-9_. ]*\Z")


class _NotPlainError(Exception):
    """pydicom has to look at the file."""


def read_stored(data: bytes) -> StoredSlice | None:
    """The slice of a plain file; None where the file is another or odd in any way.

    Raises
    ------
    ImageTooLarge
        As `decode` does.
    """
    try:
        syntax, start = _read_meta(data)
        elements = dict(_elements(data, start, syntax == ExplicitVRLittleEndian))
        slope, intercept = read_rescale(elements, ())
    except (_NotPlainError, struct.error, ValueError):
        return None
    if not _is_plain(elements) or not (slope.is_integer() and intercept.is_integer()):
        return None
    if type(elements.get("Rows")) is int and type(elements.get("Columns")) is int:
        check_bytes(elements["Columns"], elements["Rows"], 1, 2)
    native = read_native(elements, syntax, 0)
    if native is None:
        return None
    return StoredSlice(
        native[0],
        int(slope),
        int(intercept),
        read_spacing(elements, ()),
        read_place(elements, ()),
        read_membership(elements),
    )


def _is_plain(elements: Mapping[str, Any]) -> bool:
    return (
        elements.get("Modality") == "CT"
        and elements.get("PhotometricInterpretation") == "MONOCHROME2"
        and elements.get("NumberOfFrames", 1) == 1
        and "PixelData" in elements
    )


def _read_meta(data: bytes) -> tuple[UID, int]:
    """The transfer syntax, and where the data set begins."""
    if data[_PREAMBLE - 4 : _PREAMBLE] != b"DICM":
        raise _NotPlainError
    at, syntax = _PREAMBLE, None
    while data[at : at + 2] == b"\x02\x00":
        tag, start, end = _explicit(data, at)
        if tag == _SYNTAX:
            syntax = data[start:end].rstrip(b"\0 ").decode("ascii", "replace")
        at = end
    if syntax not in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
        raise _NotPlainError
    return UID(syntax), at


def _elements(data: bytes, at: int, is_explicit: bool) -> Iterator[tuple[str, Any]]:
    """What is wanted, to the end of the file; tags must rise and everything must have a length that fits."""
    read = _explicit if is_explicit else _implicit
    before, size = 0, len(data)
    while at < size:
        tag, start, end = read(data, at)
        if end == _OPEN:
            end = _skip_items(data, start, read, _MOST_NESTED)
        if tag <= before or tag in _ELSEWHERE or end > size:
            raise _NotPlainError
        wanted = _WANTED.get(tag)
        if wanted is not None:
            keyword, kind = wanted
            if is_explicit and data[at + 4 : at + 6] != kind:
                raise _NotPlainError
            yield keyword, _value(data, start, end, kind)
        before, at = tag, end


def _explicit(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start and end of the value of an element that names its representation."""
    group, element, kind, length = _read_explicit(data, at)
    tag, start = group << 16 | element, at + 8
    if kind in _SHORT:
        return tag, start, start + length
    if kind not in _LONG:
        raise _NotPlainError
    (length,) = _read_length(data, start)
    start += 4
    if length == _UNDEFINED:
        if kind != b"SQ" or tag in _WANTED:
            raise _NotPlainError
        return tag, start, _OPEN
    return tag, start, start + length


def _implicit(data: bytes, at: int) -> tuple[int, int, int]:
    group, element, length = _read_implicit(data, at)
    tag = group << 16 | element
    if length == _UNDEFINED:
        if tag in _WANTED:
            raise _NotPlainError
        return tag, at + 8, _OPEN
    return tag, at + 8, at + 8 + length


def _skip_items(data: bytes, at: int, read: _Read, depth: int) -> int:
    """The end of a sequence that says nowhere how long it is (PS3.5, 7.5)."""
    while True:
        group, element, length = _read_implicit(data, at)
        tag, at = group << 16 | element, at + 8
        if tag == _SEQUENCE_END and length == 0:
            return at
        if tag != _ITEM or depth == 0:
            raise _NotPlainError
        at = _skip_item(data, at, read, depth) if length == _UNDEFINED else at + length


def _skip_item(data: bytes, at: int, read: _Read, depth: int) -> int:
    while data[at : at + 4] != _ITEM_END:
        _, start, end = read(data, at)
        at = _skip_items(data, start, read, depth - 1) if end == _OPEN else end
    return at + 8


def _value(data: bytes, start: int, end: int, kind: bytes) -> Any:
    """As pydicom converts it; values that are empty are None."""
    if kind == b"OW":
        return memoryview(data)[start:end]
    if kind == b"US":
        if end - start != 2:
            raise _NotPlainError
        return data[start] | data[start + 1] << 8
    return _read_text(data[start:end], kind)


@lru_cache(maxsize=1024)
def _read_text(text: bytes, kind: bytes) -> Any:
    """Kept, because the slices of a series have most values in common."""
    if kind == b"UI":
        text = text.rstrip(b"\0")
    parts = text.split(b"\\")
    if kind == b"UI" and len(parts) > 1:
        raise _NotPlainError
    values = tuple(_convert(part, kind) for part in parts)
    return values[0] if len(values) == 1 else values


def _convert(text: bytes, kind: bytes) -> Any:
    if kind in (b"DS", b"IS"):
        if not text.strip(b" "):
            return None
        if not (_NUMBER if kind == b"DS" else _WHOLE).match(text):
            raise _NotPlainError
        return float(text) if kind == b"DS" else int(text)
    if not _TEXT.match(text):
        raise _NotPlainError
    return text.decode("ascii").rstrip(" ")
