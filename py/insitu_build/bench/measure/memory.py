"""Memory that a browser's pages take, sampled while they work (Linux only)."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType

_EVERY_S = 0.5
_PROC = Path("/proc")


class RendererMemory:
    """The largest proportional set size of one renderer among the descendants of this process.

    `peak_mb` is None where /proc does not tell.
    """

    def __init__(self) -> None:
        self.peak_mb: float | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> RendererMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_S):
            sizes = [size for pid in descendants(os.getpid()) if (size := _renderer_mb(pid)) is not None]
            if sizes:
                self.peak_mb = max(self.peak_mb or 0.0, *sizes)


def descendants(root: int) -> list[int]:
    """Numbers of the processes that a process started, and those that they started."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in _PROC.glob("[0-9]*"):
        if (parent := _parent(folder)) is not None:
            children[parent].append(int(folder.name))
    found, open_ = [], [root]
    while open_:
        started = children[open_.pop()]
        found += started
        open_ += started
    return found


def _parent(folder: Path) -> int | None:
    try:
        text = (folder / "stat").read_text()
    except OSError:
        return None  # it has ended meanwhile
    return int(text[text.rindex(")") + 2 :].split()[1])


def _renderer_mb(pid: int) -> float | None:
    folder = _PROC / str(pid)
    try:
        if "--type=renderer" not in (folder / "cmdline").read_text():
            return None
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return sizes[0] / 1024 if sizes else None
