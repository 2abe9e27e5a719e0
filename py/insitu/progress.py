"""How far a command is, on a terminal."""

from __future__ import annotations

import sys

from .types import Stage


class Progress:
    """A line that is written over, where standard error is a terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = sys.stderr.isatty()

    def next(self) -> None:
        """One more file is done."""
        self._done += 1
        self._show("", "" if self._done < self._total else "\n")

    async def checkpoint(self, stage: Stage, done: float = 0.0) -> None:
        """A `Checkpoint` that never cancels; large images show how much of them is done."""
        if 0 < done < 1:
            self._show(f", {done:.0%} of the next", "")

    def _show(self, more: str, end: str) -> None:
        if self._shown:
            print(f"\r{self._done} of {self._total}{more:<24}", end=end, file=sys.stderr, flush=True)
