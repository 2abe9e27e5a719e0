"""The JavaScript side as Python sees it: it runs the network and lets cancel messages in."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import JobCancelled
from ..types import Stage
from .wire import from_js, to_wire


class Host(Protocol):
    """What `python.js` gives to `worker_api.connect`."""

    async def run(self, feeds: Any) -> Any:
        """Run the open network on ``[{name, data, dims}]``; the outputs come in the same form."""
        ...

    def checkpoint(self, stage: str) -> bool | Awaitable[bool]:
        """Tell the page the step, and say whether the call was cancelled.

        Now and then the host lets messages in first and answers with a promise; to wait for one
        costs Python about a millisecond, so it does not do so between steps that took less.
        """
        ...


class HostSession:
    """A `Session` on the network that the host holds open (onnxruntime-web)."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run once; arrays come back in their shapes, by output name."""
        feeds = [
            {"name": name, "data": tensor.reshape(-1), "dims": list(tensor.shape)}
            for name, tensor in inputs.items()
        ]
        outputs = from_js(await self._host.run(to_wire(feeds)))
        return {
            output["name"]: np.asarray(output["data"], dtype=np.float32).reshape(output["dims"])
            for output in outputs
        }


class HostCheckpoint:
    """A `Checkpoint` that asks the host, and measures the time between its calls."""

    def __init__(self, host: Host, clock: Any) -> None:
        self._host = host
        self._clock = clock
        self._stage: Stage | None = None
        self._since = 0.0
        self.timings_ms: dict[str, float] = {}

    async def __call__(self, stage: Stage) -> None:
        self.finish()
        cancelled = self._host.checkpoint(stage)
        if not isinstance(cancelled, bool):
            cancelled = await cancelled
        if cancelled:
            raise JobCancelled("Cancelled.")
        self._stage, self._since = stage, self._clock()

    def finish(self) -> None:
        """Close the books on the step that is under way."""
        if self._stage is not None:
            self.timings_ms[self._stage] = 1000 * (self._clock() - self._since)
        self._stage = None
