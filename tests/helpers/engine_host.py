"""The JavaScript side of an engine (under CPython values pass as they are)."""

from __future__ import annotations

from typing import Any

from insitu import worker_api
from insitu.types import Session

from .coroutines import finish


class EngineHost:
    """Runs a session for the engine."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def checkpoint(self, stage: str, done: float) -> bool:
        return False

    def converse(self, answer: Any) -> Any:
        """The value at the end of what asks on its way."""
        while answer["ok"] and "ask" in answer["value"]:
            if answer["value"]["ask"]["kind"] == "packages":
                answer = worker_api.resume(None)
                continue
            feed = answer["value"]["ask"]["feeds"][0]
            outputs = finish(self._session.run({"image": feed["data"].reshape(feed["dims"])}))
            answer = worker_api.resume(
                [
                    {"name": name, "data": data.reshape(-1), "dims": list(data.shape)}
                    for name, data in outputs.items()
                ]
            )
        assert answer["ok"], answer["error"]
        return answer["value"]["done"]
