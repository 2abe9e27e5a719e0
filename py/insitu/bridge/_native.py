"""onnxruntime under CPython."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ..errors import PackInvalid
from ..pack_types import Pack

_KEPT = 4
_sessions: OrderedDict[tuple[str, int], NativeSession] = OrderedDict()


class NativeSession:
    """A network on the CPU. `threads` = 1 keeps results independent of the machine's cores."""

    def __init__(self, model: bytes, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            model, sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._outputs: list[str] = [output.name for output in self._session.get_outputs()]

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run once; arrays come back by output name."""
        return dict(zip(self._outputs, self._session.run(self._outputs, dict(inputs)), strict=True))


def open_native_session(pack: Pack, threads: int = 1) -> NativeSession:
    """Open the pack's network, or return the session that is open already.

    Raises
    ------
    PackInvalid
        onnxruntime cannot read it.
    """
    key = (pack.model_sha256, threads)
    if key not in _sessions:
        try:
            _sessions[key] = NativeSession(pack.model or b"", threads)
        except Exception as error:  # onnxruntime's own classes share no public base
            raise PackInvalid(f"onnxruntime cannot open the network of {pack.id!r}: {error}") from error
        while len(_sessions) > _KEPT:
            _sessions.popitem(last=False)
    _sessions.move_to_end(key)
    return _sessions[key]
