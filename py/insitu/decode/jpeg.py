"""What desktop Pillow thinks of a JPEG stream, read from its markers (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_EOI = 0xD9
_SOS = 0xDA
_APP1 = 0xE1
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset([0x01, *range(0xD0, 0xD9)])  # TEM, RST0..7, SOI carry no length
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)


def is_complete(data: bytes) -> bool:
    """Whether the end-of-image marker stands where a decoder looks for it.

    Pillow refuses a JPEG whose decoder runs out of bytes before that marker, be it by one
    byte; what follows the marker does not matter. Markers inside segments (thumbnails in
    EXIF) do not count: segments are stepped over by their length.
    """
    return any(marker == _EOI for marker, _ in _segments(data))


@dataclass(frozen=True)
class Frame:
    """A frame header (B.2.2): its marker, where it stands, and what it says."""

    marker: int
    position: int
    bits: int
    width: int
    height: int
    components: int


def read_frame(data: bytes) -> Frame | None:
    """The first frame header, if one stands before the first scan."""
    for marker, position in _segments(data):
        if marker in _SOF and position + 8 <= len(data):
            height, width = (int.from_bytes(data[at : at + 2], "big") for at in (position + 3, position + 5))
            return Frame(marker, position, data[position + 2], width, height, data[position + 7])
        if marker in (_SOS, _EOI):
            break
    return None


def find_exif(data: bytes) -> bytes:
    """The first EXIF block, with the name before it; empty where there is none."""
    for marker, position in _segments(data):
        if marker == _APP1 and data.startswith(b"Exif\0\0", position + 2):
            return data[position + 2 : position + int.from_bytes(data[position : position + 2], "big")]
        if marker in (_SOS, _EOI):
            break
    return b""


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Every marker but those inside segments, with the place behind it; ends where the bytes do."""
    position = 2
    while match := _NEXT_MARKER.search(data, position):
        marker = data[match.end() - 1]
        position = match.end()
        yield marker, position
        if marker == _EOI or marker in _STANDALONE:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if length < 2 or position + length > len(data):
            return
        position += length
