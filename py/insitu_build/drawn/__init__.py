"""Files drawn by code, with the pixels that desktop libraries read in them.

For the benchmarks and as seeds for fuzzing: nothing of anybody's data. One module per kind of writer.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import dicoms, pictures, tiffs, volumes
from .file import DrawnFile

__all__ = ["DrawnFile", "draw"]


def draw(side: int) -> Iterator[DrawnFile]:
    """One file of each family, compression and depth, `side` x `side` pixels."""
    yield from pictures.draw(side)
    yield from tiffs.draw(side)
    yield from dicoms.draw(side)
    yield from volumes.draw(side)
