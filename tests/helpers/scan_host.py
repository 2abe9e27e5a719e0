"""An engine that reads scans, driven as JavaScript drives it (under CPython values pass as they are)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insitu import worker_volumes

from .engine_host import EngineHost
from .scans import BrightSession


class ScanHost(EngineHost):
    """Runs `BrightSession` for the engine."""

    def __init__(self) -> None:
        super().__init__(BrightSession())

    def read(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """What `locateInSeries` takes, and the files that were left out by name; groups as of a first look."""
        listed = [
            {"name": name, "bytes": data, "number": number}
            for number, (name, data) in enumerate(files.items())
        ]
        first = listed[::4]
        others = [one for one in listed if one not in first]
        parts = [
            self.converse(worker_volumes.read_slices({"files": some, "batch": None}))
            for some in (first, others)
        ]
        left_out = [
            {"name": listed[one["file"]]["name"], "error": one["error"]}
            for part in parts
            for one in part["leftOut"]
        ]
        return {
            "facts": [part["facts"] for part in parts],
            "looks": [part["looks"] for part in parts],
            "leftOut": left_out,
        }
