"""Memory that a browser's pages, or other processes, take, sampled while they work (Linux only)."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

_PROC = Path("/proc")


RENDERER = ("--type=renderer",)
BROWSER = ("--type=", "--remote-debugging-pipe")
"""Words in the command lines of a browser's processes."""
SPAWNED = ("multiprocessing.spawn",)
"""The same of processes that Python's multiprocessing starts."""


class ProcessMemory:
    """Proportional set size of the descendants of this process with one of some words in their command line.

    `peak_mb` is what the largest of them took, `peak_sum_mb` what all took together; None where /proc does not tell.
    """

    def __init__(self, words: Sequence[str] = RENDERER, every_s: float = 0.5) -> None:
        self.peak_mb: float | None = None
        self.peak_sum_mb: float | None = None
        self._words = words
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ProcessMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(self._every_s):
            found = [_size_mb(pid, self._words) for pid in descendants(os.getpid())]
            sizes = [size for size in found if size is not None]
            if sizes:
                self.peak_mb = max(self.peak_mb or 0.0, *sizes)
                self.peak_sum_mb = max(self.peak_sum_mb or 0.0, sum(sizes))


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


def _size_mb(pid: int, words: Sequence[str]) -> float | None:
    folder = _PROC / str(pid)
    try:
        command = (folder / "cmdline").read_text()
        if not any(word in command for word in words):
            return None
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return sizes[0] / 1024 if sizes else None
