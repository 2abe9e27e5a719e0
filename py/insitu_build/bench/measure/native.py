"""CPython as contestant: `insitu.analyse` with native onnxruntime in 1 or more processes."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import TracebackType

import insitu
from insitu.encode.jpeg import encode_jpeg
from insitu.pack_types import Pack

_pack: Pack | None = None
_thumbnail_side = 0


def _open(folder: Path, thumbnail_side: int) -> None:
    """In each process, once."""
    global _pack, _thumbnail_side
    _pack = insitu.load_pack(folder)
    _thumbnail_side = thumbnail_side


def _analyse(file: Path) -> None:
    assert _pack is not None
    analysis = asyncio.run(insitu.analyse(file, _pack, drawing_side=_thumbnail_side))
    assert analysis.drawing is not None
    encode_jpeg(analysis.drawing)


class Native:
    """Processes that stay, each with one thread of onnxruntime."""

    def __init__(self, processes: int, pack: Path, thumbnail_side: int) -> None:
        self._processes = processes
        self._pool = ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_open,
            initargs=(pack, thumbnail_side),
        )

    def warm_up(self, files: Sequence[Path]) -> None:
        """Until every process has worked."""
        self.run_s([*files] * self._processes)

    def run_s(self, files: Sequence[Path]) -> float:
        """Seconds from giving the files to the last result."""
        since = time.perf_counter()
        for _ in self._pool.map(_analyse, files):
            pass
        return time.perf_counter() - since

    def __enter__(self) -> Native:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
