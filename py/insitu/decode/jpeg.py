"""What desktop Pillow thinks of a JPEG stream, read from its markers (ITU-T T.81, annex B)."""

from __future__ import annotations

import re

_EOI = 0xD9
_SOS = 0xDA
_STANDALONE = frozenset([0x01, *range(0xD0, 0xD9)])  # TEM, RST0..7, SOI carry no length
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)


def is_complete(data: bytes) -> bool:
    """Whether the end-of-image marker stands where a decoder looks for it.

    Pillow refuses a JPEG whose decoder runs out of bytes before that marker, be it by one
    byte; what follows the marker does not matter. Markers inside segments (thumbnails in
    EXIF) do not count: segments are stepped over by their length.
    """
    position = 2
    while True:
        match = _NEXT_MARKER.search(data, position)
        if match is None:
            return False
        marker = data[match.end() - 1]
        position = match.end()
        if marker == _EOI:
            return True
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        if length < 2 or position + length > len(data):
            return False
        position += length
