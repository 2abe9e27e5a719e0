"""Rare raster formats by their first bytes: so strict that no text and no other format is taken for one."""

from __future__ import annotations

import re
import struct

_GAP = rb"(?:\s|#[^\r\n]*[\r\n])+"
PNM_BITS = re.compile(rb"P([14])" + _GAP + rb"(\d{1,10})" + _GAP + rb"(\d{1,10})\s")
PNM_NUMBERS = re.compile(
    rb"P([2356])" + _GAP + rb"(\d{1,10})" + _GAP + rb"(\d{1,10})" + _GAP + rb"(\d{1,10})\s"
)
PNM_FLOATS = re.compile(rb"P([fF])\s+(\d{1,10})\s+(\d{1,10})\s+([-+.\deE]{1,20})\s")
PNM_PAM = re.compile(rb"P7\s*\n(.{0,4000}?)ENDHDR\n", re.DOTALL)

_TGA = struct.Struct("<BBBHHBHHHHBB")
_TGA_FOOTER = b"TRUEVISION-XFILE.\0"
_TGA_DEPTHS = {1: (8,), 2: (16, 24, 32), 3: (1, 8, 16)}
"""Bits of a pixel by kind: palette, colour, grey."""


def is_pnm(data: bytes) -> bool:
    """Whether it starts with a whole header, which no sentence does by chance."""
    start = data[:4096]
    return any(pattern.match(start) for pattern in (PNM_BITS, PNM_NUMBERS, PNM_FLOATS, PNM_PAM))


def sniff_rare(data: bytes) -> str | None:
    """The key in `families.FAMILIES` of an ICO, CUR, PCX, SGI, QOI or TGA file."""
    if data.startswith(b"qoif") and len(data) > 14 and data[12] in (3, 4) and data[13] in (0, 1):
        return "qoi"
    if _is_icon(data):
        return "ico" if data[2] == 1 else "cur"
    if (
        data[:1] == b"\n"
        and len(data) >= 68
        and data[1] in (0, 2, 3, 5)
        and data[2] == 1
        and data[3] in (1, 2, 4, 8)
    ):
        return "pcx"
    if data[:2] == b"\x01\xda" and len(data) >= 12 and data[2] in (0, 1) and data[3] in (1, 2):
        return "sgi"
    return "tga" if _is_tga(data) else None


def _is_icon(data: bytes) -> bool:
    """Whether a directory of at least one picture follows, which lies behind it."""
    if len(data) < 22 or data[:4] not in (b"\0\0\1\0", b"\0\0\2\0"):
        return False
    count, first = struct.unpack_from("<H", data, 4)[0], struct.unpack_from("<I", data, 18)[0]
    return bool(count > 0 and first >= 22)


def _is_tga(data: bytes) -> bool:
    """TGA has no signature: every field of its header has to make sense, and they do so together."""
    if len(data) <= _TGA.size:
        return False
    _, has_map, kind, _, map_size, map_bits, _, _, width, height, bits, flags = _TGA.unpack_from(data)
    depths = _TGA_DEPTHS.get(kind & ~8, ())
    if not width or not height or bits not in depths or flags & 0xC0:
        return False
    if kind & ~8 == 1:
        return has_map == 1 and map_bits in (16, 24, 32) and 0 < map_size <= 65535
    if has_map or (flags & 0x0F) > 8:
        return False
    return data[3:8] == bytes(5) or data.endswith(_TGA_FOOTER)
