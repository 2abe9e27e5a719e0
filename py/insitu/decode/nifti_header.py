"""NIfTI's magic, by which one is told from other files; also in gzip."""

from __future__ import annotations

import zlib
from typing import Literal

GZIP = b"\x1f\x8b"

_LOOKED_AT = 1 << 16
"""Bytes of a gzip file that hold its own header and the beginning of what is packed."""


def nifti_version(start: bytes) -> Literal["1", "2", "pair"] | None:
    """What an unpacked file that starts with these 348 bytes is: NIfTI-1 or 2 in one file, or half of a pair."""
    magic_1, magic_2 = start[344:348], start[4:12]
    if magic_1 == b"n+1\0" or magic_2 == b"n+2\0\r\n\x1a\n":
        return "1" if magic_1 == b"n+1\0" else "2"
    if magic_1 == b"ni1\0" or magic_2 == b"ni2\0\r\n\x1a\n":
        return "pair"
    return None


def unpacked_start(data: bytes) -> bytes:
    """The first 540 bytes, the length of a NIfTI-2 header, of what gzip holds or of the file itself."""
    if not data.startswith(GZIP):
        return data[:540]
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data[:_LOOKED_AT], 540)
    except zlib.error:
        return b""
