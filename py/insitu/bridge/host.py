"""The JavaScript side as Python sees it: it runs the network and lets cancel messages in.

An asynchronous call of JavaScript is a conversation: Python runs until it needs something that only
JavaScript can bring, hands out a question and stops there; JavaScript resumes it with the answer. So
no event loop, task or promise crosses the boundary, each of which would cost an image a millisecond.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Mapping
from types import coroutine
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import JobCancelled
from ..types import Stage

Question = Mapping[str, Any]
"""``{kind: "run", feeds}``, ``{kind: "packages", names}`` or ``{kind: "pause"}``; python.js has the answers."""


class Host(Protocol):
    """What `python.js` gives to `worker_api.connect`."""

    def checkpoint(self, stage: str, done: float) -> bool:
        """Take note of the step, and say whether to pause here, so that messages get in."""
        ...


@coroutine
def _ask(question: Question) -> Generator[Question, Any, Any]:
    """Stop until the conversation is resumed with an answer."""
    return (yield question)


class Conversation:
    """A coroutine that JavaScript brings to its end, one answer at a time."""

    def __init__(self, work: Coroutine[Question, Any, Any]) -> None:
        self._work = work

    def resume(self, answer: Any = None) -> dict[str, Any]:
        """Go on to the next question, ``{ask: question}``, or to the end, ``{done: value}``."""
        try:
            return {"ask": self._work.send(answer)}
        except StopIteration as end:
            return {"done": end.value}

    def abandon(self) -> None:
        """Nobody will answer: unwind what is under way."""
        self._work.close()


class HostSession:
    """A `Session` on the network that the host holds open (onnxruntime-web)."""

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run once; arrays come back in their shapes, by output name."""
        feeds = [
            {"name": name, "data": tensor.reshape(-1), "dims": list(tensor.shape)}
            for name, tensor in inputs.items()
        ]
        outputs = await _ask({"kind": "run", "feeds": feeds})
        return {
            output["name"]: np.asarray(output["data"], dtype=np.float32).reshape(output["dims"])
            for output in outputs
        }


async def require_of_host(packages: tuple[str, ...]) -> None:
    """A `Require` that has packages loaded from the site."""
    missing = [name for name in packages if name not in _loaded]
    if missing:
        await _ask({"kind": "packages", "names": missing})
        _loaded.update(missing)


_loaded: set[str] = set()


class HostCheckpoint:
    """A `Checkpoint` that asks the host, and measures the time between its calls."""

    def __init__(self, host: Host, clock: Any) -> None:
        self._host = host
        self._clock = clock
        self._stage: Stage | None = None
        self._since = 0.0
        self.timings_ms: dict[str, float] = {}

    async def __call__(self, stage: Stage, done: float = 0.0) -> None:
        self.finish()
        if self._host.checkpoint(stage, done) and await _ask({"kind": "pause"}):
            raise JobCancelled("Cancelled.")
        self.measure(stage)

    def measure(self, stage: Stage) -> None:
        """Count the time from here on for another stage, without asking."""
        now = self._clock()
        self._count(now)
        self._stage, self._since = stage, now

    def finish(self) -> None:
        """Close the books on the step that is under way."""
        self._count(self._clock())
        self._stage = None

    def _count(self, now: float) -> None:
        if self._stage is not None:
            spent = 1000 * (now - self._since)
            self.timings_ms[self._stage] = self.timings_ms.get(self._stage, 0.0) + spent
