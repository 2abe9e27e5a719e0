"""From files to frames; what cannot be read is left out and named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..decode import decode_planes, decode_stored
from ..errors import EngineOutOfMemory, InsituError
from ..types import Item, Stage
from .frames import Frame, read_frame, read_stored_frame


@dataclass(frozen=True)
class LeftOut:
    """A file, or the rest of one, that could not be read, and the code of why."""

    file: int
    name: str
    error: str


def read_frames(
    item: Item, file: int, side: int, on_stage: Callable[[Stage], None] = lambda _: None
) -> Iterator[Frame | LeftOut]:
    """The slices of one file, one after the other; `file` is its number. Damage ends it, after the slices before.

    `on_stage` is told when decoding and when reducing ("prepare") begins.
    """
    try:
        on_stage("decode")
        stored = decode_stored(item.data)
        if stored is not None:
            on_stage("prepare")
            yield read_stored_frame(stored, file, item.name, side)
            return
        for image in decode_planes(item.data):
            on_stage("prepare")
            yield read_frame(image, file, item.name, side)
            on_stage("decode")
    except InsituError as error:
        yield LeftOut(file, item.name, error.code)
    except MemoryError:
        yield LeftOut(file, item.name, EngineOutOfMemory.code)
