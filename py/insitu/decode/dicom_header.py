"""Whether bytes without the DICOM preamble begin like a data set all the same (PS3.5, chapter 7)."""

from __future__ import annotations

from collections.abc import Iterator

_LONG = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
_SHORT = (
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL",
    b"SS", b"ST", b"TM", b"UI", b"UL", b"US",
)  # fmt: skip
_FIRST_GROUPS = (0x0002, 0x0008)
_PREAMBLE, _MAGIC = 128, b"DICM"
_ELEMENTS = 3
"""That many in a row: their tags must rise and their lengths fit, which no text and hardly any chance does."""


def is_dicom(data: bytes) -> bool:
    """Whether this is a DICOM file, with its preamble or without."""
    return data.startswith(_MAGIC, _PREAMBLE) or any(_is_data_set(data, order) for order in _ORDERS)


_ORDERS: tuple[str, ...] = ("little", "big")


def _is_data_set(data: bytes, order: str) -> bool:
    previous = 0
    for count, (tag, length, end) in enumerate(_elements(data, order), 1):
        group = tag >> 16
        if count == 1 and group not in _FIRST_GROUPS:
            return False
        if tag <= previous or length % 2 or end > len(data):
            return False
        if count == _ELEMENTS:
            return True
        previous = tag
    return False


def _elements(data: bytes, order: str) -> Iterator[tuple[int, int, int]]:
    """Tag, length and end of each element; stops at what is none."""
    at = 0

    def number(start: int, size: int) -> int:
        return int.from_bytes(data[start : start + size], "little" if order == "little" else "big")

    while at + 12 <= len(data):
        tag = number(at, 2) << 16 | number(at + 2, 2)
        kind = data[at + 4 : at + 6]
        if kind in _SHORT:
            start, length = at + 8, number(at + 6, 2)
        elif kind in _LONG and not number(at + 6, 2):
            start, length = at + 12, number(at + 8, 4)
        elif order == "little":
            start, length = at + 8, number(at + 4, 4)
        else:
            return
        at = start + length
        yield tag, length, at
