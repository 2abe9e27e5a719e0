"""What a JPEG 2000 file says of itself: the boxes of JP2 (ISO/IEC 15444-1, annex I) and the SIZ marker (A.5.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

CODESTREAM = b"\xff\x4f\xff\x51"
SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"

CMYK, LAB, GREY, SYCC, EYCC = 12, 14, 17, 18, 24
"""Enumerated colour spaces (table I.10; ISO/IEC 15444-2, table M.25) that are not RGB."""

_SIZ = struct.Struct(">HHIIIIIIIIH")
_SOT = 0xFF90
_OPACITY = (1, 2)


class BrokenHeader(ValueError):
    """The boxes or markers contradict each other or end too early."""


@dataclass(frozen=True)
class Component:
    """Depth and subsampling of one component."""

    bits: int
    signed: bool
    step: tuple[int, int]


@dataclass(frozen=True)
class Size:
    """The SIZ marker: size in pixels, the components, and the number of tiles."""

    width: int
    height: int
    components: tuple[Component, ...]
    tiles: int


@dataclass(frozen=True)
class Palette:
    """Rows of values, the bits of each column, and for every channel (component, column or None for as it is)."""

    rows: tuple[tuple[int, ...], ...]
    bits: tuple[int, ...]
    channels: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True)
class Jp2:
    """What the boxes say around the codestream.

    Attributes
    ----------
    announced : (width, height, channels) or None
        What the header box says, which the SIZ marker must repeat.
    colours : int or None
        The enumerated colour space.
    order : tuple of int
        Channels as colours in their order, then opacity; empty for as they are.
    """

    codestream: bytes
    announced: tuple[int, int, int] | None = None
    colours: int | None = None
    palette: Palette | None = None
    order: tuple[int, ...] = ()


def read_boxes(data: bytes) -> Jp2:
    """Find the codestream, and what belongs to it, in a JP2 file; a bare codestream is only that.

    Raises
    ------
    BrokenHeader
        There is none, or a box is cut short.
    """
    if data.startswith(CODESTREAM):
        return Jp2(data)
    header: dict[bytes, bytes] = {}
    for kind, body in _boxes(data):
        if kind == b"jp2h":
            for inner, content in _boxes(body):
                header.setdefault(inner, content)  # of several colour boxes the first counts (I.5.3.3)
        elif kind == b"jp2c":
            if b"ihdr" not in header:
                raise BrokenHeader("no header box before the codestream")
            height, width, channels = struct.unpack_from(">IIH", header[b"ihdr"])
            announced = (width, height, channels)
            return Jp2(body, announced, _colour_space(header), _palette(header), _order(header))
    raise BrokenHeader("no codestream")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        start = position + 8
        if length == 1:
            length = int.from_bytes(data[start : start + 8], "big")
            start += 8
        end = len(data) if length == 0 else position + length
        # How much of a code stream is needed, its decoder knows.
        if end < start or (end > len(data) and kind != b"jp2c"):
            raise BrokenHeader("a box is cut short")
        yield kind, data[start:end]
        position = end


def _colour_space(header: dict[bytes, bytes]) -> int | None:
    body = header.get(b"colr", b"")
    return int.from_bytes(body[3:7], "big") if len(body) >= 7 and body[0] == 1 else None


def _palette(header: dict[bytes, bytes]) -> Palette | None:
    if b"pclr" not in header:
        return None
    body, mapping = header[b"pclr"], header.get(b"cmap", b"")
    entries, columns = struct.unpack_from(">HB", body)
    bits = tuple(
        depth + 1 for depth in body[3 : 3 + columns]
    )  # of a signed column, over 128, which no one writes
    row = struct.Struct(">" + "".join("B" if depth <= 8 else "H" for depth in bits))
    rows = tuple(row.unpack_from(body, 3 + columns + index * row.size) for index in range(entries))
    channels = tuple(
        (component, column if kind == 1 else None)
        for component, kind, column in struct.iter_unpack(">HBB", mapping)
    )
    if not rows or not channels or any(column is not None and column >= columns for _, column in channels):
        raise BrokenHeader("a palette without a use")
    return Palette(rows, bits, channels)


def _order(header: dict[bytes, bytes]) -> tuple[int, ...]:
    definitions = list(struct.iter_unpack(">HHH", header.get(b"cdef", b"\0\0")[2:]))
    colours = sorted((place, channel) for channel, kind, place in definitions if kind == 0)
    opacity = [channel for channel, kind, _ in definitions if kind in _OPACITY]
    order = (*(channel for _, channel in colours), *opacity)
    return order if sorted(order) == list(range(len(order))) else ()


def read_size(codestream: bytes) -> Size:
    """Read the SIZ marker.

    Raises
    ------
    BrokenHeader
        It is cut short or makes no sense.
    """
    if not codestream.startswith(CODESTREAM) or len(codestream) < 4 + _SIZ.size:
        raise BrokenHeader("no SIZ marker")
    length, _, x1, y1, x0, y0, tile_w, tile_h, tile_x, tile_y, count = _SIZ.unpack_from(codestream, 4)
    described = codestream[4 + _SIZ.size : 4 + _SIZ.size + 3 * count]
    if not 1 <= count <= 16384 or length != _SIZ.size + 3 * count or len(described) != 3 * count:
        raise BrokenHeader("SIZ of another length")
    if not tile_w or not tile_h or x0 >= x1 or y0 >= y1 or tile_x > x0 or tile_y > y0:
        raise BrokenHeader("no area")
    components = tuple(
        Component((depth & 0x7F) + 1, bool(depth & 0x80), (across, down))
        for depth, across, down in struct.iter_unpack("BBB", described)
    )
    tiles = -(-(x1 - tile_x) // tile_w) * -(-(y1 - tile_y) // tile_h)
    return Size(x1 - x0, y1 - y0, components, tiles)


def has_all_tiles(codestream: bytes, size: Size) -> bool:
    """Whether each tile has a part; where one has none, OpenJPEG leaves its place black without a word."""
    if size.tiles > 65535:
        return False
    found: set[int] = set()
    position = 2
    while position + 4 <= len(codestream):
        marker, length = struct.unpack_from(">HH", codestream, position)
        if marker == _SOT and position + 12 <= len(codestream):
            tile, length = struct.unpack_from(">HI", codestream, position + 4)
            found.add(tile)
            if length < 12:
                break  # 0: this part ends with the file
            position += length
        elif found or length < 2:
            break
        else:
            position += 2 + length
    return len(found) >= size.tiles
