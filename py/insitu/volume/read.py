"""From files to frames; what cannot be read is left out and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..decode import decode_planes
from ..errors import EngineOutOfMemory, InsituError
from ..types import Item
from .frames import Frame, read_frame


@dataclass(frozen=True)
class LeftOut:
    """A file, or the rest of one, that could not be read, and the code of why."""

    file: int
    name: str
    error: str


def read_frames(item: Item, file: int, side: int) -> Iterator[Frame | LeftOut]:
    """The slices of one file, one after the other; `file` is its number. Damage ends it, after the slices before."""
    try:
        for image in decode_planes(item.data):
            yield read_frame(image, file, item.name, side)
    except InsituError as error:
        yield LeftOut(file, item.name, error.code)
    except MemoryError:
        yield LeftOut(file, item.name, EngineOutOfMemory.code)
