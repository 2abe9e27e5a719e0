"""The size of a WebP image from its header (RFC 9649), before a decoder allocates for it."""

from __future__ import annotations

from ..errors import ImageCorrupt


def read_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of the canvas.

    Raises
    ------
    ImageCorrupt
        The header is cut short or is of no known kind.
    """
    chunk = data[12:16]
    if len(data) < 30:
        raise ImageCorrupt("This WebP file ends within its header. Copy it again from its source.")
    if chunk == b"VP8X":
        return _little_endian(data[24:27]) + 1, _little_endian(data[27:30]) + 1
    if chunk == b"VP8L":
        bits = _little_endian(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        return _little_endian(data[26:28]) & 0x3FFF, _little_endian(data[28:30]) & 0x3FFF
    raise ImageCorrupt("This WebP file has no image in it. Copy it again from its source.")


def _little_endian(data: bytes) -> int:
    return int.from_bytes(data, "little")
