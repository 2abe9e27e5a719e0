"""Large images in parts: windows of the scaled image, each with enough around it that the parts fit seamlessly.

The network sees `halo_px` around each tile: at least as far as one of its outputs looks, so that what lies in the tile
is what the whole image would give. Beyond the image's edges it sees a reflection of `edge_px`, in any tiling alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .pack_types import Tiling

Span = tuple[int, int]
"""First pixel, and last plus one."""


@dataclass(frozen=True)
class Tile:
    """A part of the scaled image (`rows`, `columns`), and the window that the network sees for it."""

    rows: Span
    columns: Span
    window_rows: Span
    window_columns: Span

    @property
    def crop(self) -> tuple[slice, slice]:
        """The tile inside its window."""
        return _inside(self.rows, self.window_rows), _inside(self.columns, self.window_columns)

    @property
    def window_px(self) -> int:
        """Pixels that the network sees."""
        (top, bottom), (left, right) = self.window_rows, self.window_columns
        return (bottom - top) * (right - left)


def cut_tiles(height: int, width: int, tiling: Tiling) -> Iterator[Tile]:
    """Tiles in reading order that cover the scaled image once."""
    for rows, window_rows in _cut(height, tiling):
        for columns, window_columns in _cut(width, tiling):
            yield Tile(rows, columns, window_rows, window_columns)


def _cut(size: int, tiling: Tiling) -> Iterator[tuple[Span, Span]]:
    end = _round_up(size + tiling.edge_px, tiling.multiple)
    begin = -_round_up(tiling.edge_px, tiling.multiple)
    for first in range(0, size, tiling.tile_px):
        stop = min(first + tiling.tile_px, size)
        window_stop = _round_up(stop + tiling.halo_px, tiling.multiple)
        yield (first, stop), (max(begin, first - tiling.halo_px), min(end, window_stop))


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def _inside(part: Span, whole: Span) -> slice:
    return slice(part[0] - whole[0], part[1] - whole[0])
