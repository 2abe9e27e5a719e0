"""An engine that reads scans, driven as JavaScript drives it (under CPython values pass as they are)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insitu import worker_api, worker_volumes

from .coroutines import finish
from .scans import BrightSession


class ScanHost:
    """Runs `BrightSession` for the engine."""

    def checkpoint(self, stage: str, done: float) -> bool:
        return False

    def converse(self, answer: Any) -> Any:
        """The value at the end of what asks on its way."""
        while answer["ok"] and "ask" in answer["value"]:
            if answer["value"]["ask"]["kind"] == "packages":
                answer = worker_api.resume(None)
                continue
            feed = answer["value"]["ask"]["feeds"][0]
            outputs = finish(BrightSession().run({"image": feed["data"].reshape(feed["dims"])}))
            answer = worker_api.resume(
                [
                    {"name": name, "data": data.reshape(-1), "dims": list(data.shape)}
                    for name, data in outputs.items()
                ]
            )
        assert answer["ok"], answer["error"]
        return answer["value"]["done"]

    def read(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """What `locateInSeries` takes, and the files that were left out by name."""
        listed = [
            {"name": name, "bytes": data, "number": number}
            for number, (name, data) in enumerate(files.items())
        ]
        half = len(listed) // 2
        parts = [
            self.converse(worker_volumes.read_slices({"files": some, "batch": None}))
            for some in (listed[:half], listed[half:])
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
