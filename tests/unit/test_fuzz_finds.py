"""Inputs that a fuzzer found to break a reader once, in `tests/data/fuzz`: each stays mended, in every runtime."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from insitu.decode import decode
from insitu.display import display
from insitu.errors import InsituError
from insitu.types import Selection

FINDS = sorted((Path(__file__).parents[1] / "data" / "fuzz").glob("*.bin"))


def test_there_are_finds() -> None:
    assert FINDS


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.stem)
def test_what_broke_a_reader_once_is_an_image_or_is_refused_soon(path: Path) -> None:
    since = time.perf_counter()
    data = path.read_bytes()
    with suppress(InsituError):
        image = decode(data)
        display(image)
        decode(data, selection=Selection(image.extent.frames - 1, image.extent.z - 1))
    assert time.perf_counter() - since < 10, "a hang was found once; the limit is for a loaded machine"
