"""What a reader has to do with any bytes: give an image or raise an `InsituError`, soon and in little memory.

Nothing of `insitu` is imported before it is called: what atheris shall follow has to be imported under its eyes.
"""

from __future__ import annotations

import hashlib
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

ARCHIVE = "zip"
"""The one reader that is no family."""

TIME_LIMIT_S = 5.0
MEMORY_LIMIT_MB = 1000
_LIMIT_PX, _LIMIT_BYTES = 4_000_000, 64_000_000
"""In place of the reader's own: what is within these takes seconds less than the limits above, whatever it is."""


def scale_limits() -> None:
    """Lower what a reader may decode, so that time and memory tell of mistakes, not of large images."""
    limits = import_module("insitu.decode.limits")
    for name, value in (("LIMIT_PX", _LIMIT_PX), ("LIMIT_BYTES", _LIMIT_BYTES)):
        setattr(limits, name, value)


def decode_all(data: bytes) -> None:
    """Decode the first and the last plane and show one."""
    from insitu.decode import decode
    from insitu.display import display
    from insitu.errors import InsituError
    from insitu.types import Selection

    with suppress(InsituError):
        image = decode(data)
        display(image)
        if image.extent.frames > 1 or image.extent.z > 1:
            decode(data, selection=Selection(image.extent.frames - 1, image.extent.z - 1))


def open_archive(data: bytes) -> None:
    """List an archive and read its first members."""
    from insitu.archive import list_archive
    from insitu.errors import InsituError

    for _, read in list_archive("a.zip", _Bytes(data)).files[:8]:
        with suppress(InsituError):
            read()


@dataclass(frozen=True)
class _Bytes:
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, start: int, length: int) -> bytes:
        return self.data[start : start + length]


def target_of(reader: str) -> Callable[[bytes], None]:
    """What to call with each input."""
    return open_archive if reader == ARCHIVE else decode_all


@dataclass
class Watch:
    """Calls the target and keeps one input of each kind of find.

    Attributes
    ----------
    folder
        Where they are written, as ``<kind>.bin`` beside ``<kind>.txt``.
    """

    target: Callable[[bytes], None]
    folder: Path
    executions: int = 0
    kinds: set[str] = field(default_factory=set)

    def __call__(self, data: bytes) -> None:
        since = time.perf_counter()
        try:
            self.target(data)
        except Exception as error:
            self._keep(data, kind_of(error), "".join(traceback.format_exception(error)))
        self.executions += 1
        seconds = time.perf_counter() - since
        if seconds > TIME_LIMIT_S:
            self._keep(data, "slow", f"took {seconds:.1f} s; the limit is {TIME_LIMIT_S:.0f} s")

    def _keep(self, data: bytes, kind: str, text: str) -> None:
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        (self.folder / f"{kind}.bin").write_bytes(data)
        (self.folder / f"{kind}.txt").write_text(text, "utf-8")


def kind_of(error: Exception) -> str:
    """A short name that is the same for the same mistake: type, and the place that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).stem}-{frames[-1].name}" if frames else "unknown"
    ours = next((frame for frame in reversed(frames) if "/insitu/" in frame.filename), None)
    where = f"{Path(ours.filename).stem}{ours.lineno}" if ours else "outside"
    digest = hashlib.sha256(f"{place}{where}".encode()).hexdigest()[:6]
    return f"{type(error).__name__}-{where}-{digest}"
