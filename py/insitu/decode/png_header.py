"""The header of a PNG (ISO/IEC 15948, 11.2.2)."""

from __future__ import annotations

_IHDR = slice(12, 16)
_DEPTH, _COLOUR_TYPE = 24, 25
_GREY, _PALETTE = 0, 3


def is_deep_colour(data: bytes) -> bool:
    """Whether it holds 16-bit colour or 16-bit alpha, of which Pillow keeps the upper byte only."""
    return (
        len(data) > _COLOUR_TYPE
        and data[_IHDR] == b"IHDR"
        and data[_DEPTH] == 16
        and data[_COLOUR_TYPE] not in (_GREY, _PALETTE)
    )
