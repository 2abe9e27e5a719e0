"""PBM, PGM, PPM, PAM and PFM (netpbm's own manual pages), with numpy.

Not by Pillow's plugin: that reads no PAM, keeps 8 bits of deep colour, and takes seconds for what is not of 8 bits.
Values of up to 255 are scaled as Pillow scales them, so that the highest is 255. Deeper ones are as they are in the
file; Pillow's grey is that times 65535 over the highest, so equal where the highest is 65535.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageCorrupt, ImageUnsupported
from ..types import Image, Selection
from .limits import check_bytes
from .planes import SAMPLES
from .rare_headers import PNM_BITS, PNM_FLOATS, PNM_NUMBERS, PNM_PAM

FAILURES = (ValueError, KeyError)

_COMMENT = re.compile(rb"#[^\r\n]*[\r\n]?")
_DIGITS = re.compile(rb"[\d\s]*")

_PLAIN = ("1", "2", "3")
_PLAIN_BYTES = 8
"""A number in words is held as 64 bits for a while."""


@dataclass(frozen=True)
class _Header:
    kind: str
    width: int
    height: int
    depth: int
    highest: float
    end: int

    @property
    def count(self) -> int:
        return self.width * self.height * self.depth


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode the first image of the file."""
    if selection.frame:
        raise ImageCorrupt(f"Of this file only the first image is read, not number {selection.frame + 1}.")
    header = _read_header(data)
    if header.kind in _PLAIN:
        check_bytes(header.width, header.height, header.depth, _PLAIN_BYTES)
        values = _plain(data, header)
    else:
        check_bytes(header.width, header.height, header.depth, _dtype(header).itemsize)
        values = _binary(data, header)
    pixels_hwc = _scaled(values.reshape(header.height, header.width, header.depth), header)
    if header.kind in "fF":
        pixels_hwc = np.ascontiguousarray(pixels_hwc[::-1])  # rows run from the bottom to the top
    return Image(pixels_hwc, family, SAMPLES[header.depth])


def _read_header(data: bytes) -> _Header:
    if data.startswith(b"P7"):
        return _read_pam_header(data)
    match = PNM_BITS.match(data) or PNM_NUMBERS.match(data) or PNM_FLOATS.match(data)
    if match is None:
        raise ValueError("no header")
    kind = match[1].decode()
    highest = float(match[4]) if len(match.groups()) > 3 else 1.0
    if kind not in "fF" and not 0 < highest < 65536:
        raise ValueError("the highest value makes no sense")
    return _Header(kind, int(match[2]), int(match[3]), 3 if kind in "36F" else 1, highest, match.end())


def _read_pam_header(data: bytes) -> _Header:
    match = PNM_PAM.match(data)
    if match is None:
        raise ValueError("no end of the header")
    lines = [line.split(None, 1) for line in match[1].splitlines() if not line.startswith(b"#")]
    fields = {line[0]: line[1] for line in lines if len(line) == 2}
    width, height, depth, highest = (int(fields[name]) for name in (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL"))
    if not 0 < highest < 65536:
        raise ValueError("the highest value makes no sense")
    if not 1 <= depth <= 4:
        raise ImageUnsupported(
            f"This PAM file has {depth} channels; up to 4 are read. Save it as TIFF and drop it again."
        )
    return _Header("7", width, height, depth, highest, match.end())


def _dtype(header: _Header) -> np.dtype[Any]:
    if header.kind in "fF":
        return np.dtype("<f4" if header.highest < 0 else ">f4")
    return np.dtype("u1" if header.highest < 256 else ">u2")


def _binary(data: bytes, header: _Header) -> NDArray[Any]:
    if header.kind == "4":
        row = -(-header.width // 8)
        packed = np.frombuffer(data, np.uint8, row * header.height, header.end).reshape(header.height, row)
        return 1 - np.unpackbits(packed, axis=1, count=header.width)  # 1 is black
    return np.frombuffer(data, _dtype(header), header.count, header.end)


def _plain(data: bytes, header: _Header) -> NDArray[Any]:
    text = _COMMENT.sub(b"", data[header.end :])
    if header.kind == "1":
        digits = np.frombuffer(b"".join(text.split()), np.uint8, header.count) - np.uint8(ord("0"))
        if digits.max() > 1:
            raise ValueError("not a bit")
        return 1 - digits
    numbers = _DIGITS.match(text)
    assert numbers is not None
    written = numbers[0]
    if len(written) < len(text) and not written[-1:].isspace():
        raise ValueError("a number that goes on as something else")
    values = np.fromstring(written.decode(), np.int64, sep=" ")[: header.count]
    if written.isspace() or values.size < header.count:  # of white space alone numpy makes a number
        raise ValueError("too few numbers")
    if values.max() > header.highest:
        raise ValueError("a value over the highest")
    return values


def _scaled(values: NDArray[Any], header: _Header) -> NDArray[Any]:
    if header.kind in "fF":
        return values.astype(np.float32)
    if header.highest > 255:
        return values.astype(np.uint16)
    if header.highest == 255:
        return values.astype(np.uint8)
    table = np.minimum(np.rint(np.arange(256) / header.highest * 255), 255).astype(np.uint8)
    scaled: NDArray[np.uint8] = table[values]
    return scaled
