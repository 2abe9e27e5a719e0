"""One build at a time for one folder. Standard library only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .report import say


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold `folder`'s lock; the system lets go of it when the process ends, however it ends."""
    with (folder / "build.lock").open("a+b") as file:
        if not _try(file):
            say("Another build.py is at work on this folder; waiting for it ...")
            _wait(file)
        yield


if sys.platform == "win32":
    import msvcrt
    import time

    def _try(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        while not _try(file):
            time.sleep(1)

else:
    import fcntl

    def _try(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _wait(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
