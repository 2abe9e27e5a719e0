"""CPython as contestant for scans: groups of files to processes, their answers joined in this one."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from pathlib import Path
from types import TracebackType

import insitu
from insitu.bridge import open_session
from insitu.pack_types import LocateRecipe, Pack
from insitu.types import Item, Stage
from insitu.volume.frames import Frame, FrameFacts
from insitu.volume.located import locate
from insitu.volume.look import Looks, join_looks, look_at
from insitu.volume.places import Box3
from insitu.volume.read import read_frames
from insitu.volume.series import group_series

from .scan_run import ScanRun
from .volume_grid import Box

Part = tuple[list[FrameFacts], Looks, dict[str, float]]

_pack: Pack | None = None


def _open(folder: Path) -> None:
    """In each process, once."""
    global _pack
    _pack = insitu.load_pack(folder)


def _look_at(files: Sequence[tuple[int, Path]]) -> Part:
    """What is in the slices of some files, and the milliseconds of each stage."""
    assert _pack is not None
    side = _pack.recipe_as(LocateRecipe).side_px
    spent_ms: Counter[str] = Counter()
    frames: list[Frame] = []
    since = time.perf_counter()

    def book(stage: str) -> None:
        nonlocal since
        now = time.perf_counter()
        spent_ms[stage] += 1000 * (now - since)  # type: ignore[assignment]
        since = now

    for number, path in files:
        data = path.read_bytes()
        book("read")
        stage = "decode"

        def on_stage(begins: Stage) -> None:
            nonlocal stage
            book(stage)
            stage = "reduce" if begins == "prepare" else "decode"

        for found in read_frames(Item(path.name, data), number, side, on_stage):
            assert isinstance(found, Frame), found
            frames.append(found)
        book(stage)
    looks = asyncio.run(look_at(frames, _pack, open_session(_pack)))
    book("run")
    return [frame.facts for frame in frames], looks, dict(spent_ms)


class NativeScan:
    """Processes that stay, each with one thread of onnxruntime."""

    def __init__(self, processes: int, pack: Path) -> None:
        self._recipe = insitu.load_pack(pack).recipe_as(LocateRecipe)
        self._pool = ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_open,
            initargs=(pack,),
        )

    def run(self, files: Sequence[Path]) -> ScanRun:
        """From giving the files to the box of the longest series."""
        since = time.perf_counter()
        numbered = list(enumerate(files))
        size = self._recipe.batch
        groups = [numbered[first : first + size] for first in range(0, len(numbered), size)]
        parts = list(self._pool.map(_look_at, groups))
        joining = time.perf_counter()
        facts = [one for part, _, _ in parts for one in part]
        looks = join_looks([part for _, part, _ in parts])
        located = locate(facts, looks, group_series(facts)[0], self._recipe)
        end = time.perf_counter()
        spent_ms: Counter[str] = Counter()
        for _, _, timings in parts:
            spent_ms.update(timings)
        spent_ms["join"] = 1000 * (end - joining)  # type: ignore[assignment]
        return ScanRun(1000 * (end - since), dict(spent_ms), _box(located.voxels), _box(located.patient_mm))

    def __enter__(self) -> NativeScan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()


def _box(found: Box3 | None) -> Box | None:
    if found is None:
        return None
    x0, y0, z0, x1, y1, z1 = astuple(found)
    return x0, y0, z0, x1, y1, z1
