"""What an engine holds between calls, and how functions answer JavaScript."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

from .bridge.host import Conversation, Host
from .bridge.wire import from_js, to_wire
from .errors import EngineOutOfMemory, InsituError, PackMissing
from .pack_types import Pack
from .types import Selection

_P = ParamSpec("_P")


@dataclass
class Engine:
    """The state of this interpreter: one host, at most one pack and one conversation."""

    host: Host | None = None
    pack: Pack | None = None
    conversation: Conversation | None = None

    def open_pack(self) -> Pack:
        """The pack; `PackMissing` if none is open."""
        if self.pack is None:
            raise PackMissing("No pack is open. Choose one.")
        return self.pack

    def open_host(self) -> Host:
        """The JavaScript side, which is there after `connect`."""
        if self.host is None:
            raise RuntimeError("connect() comes first")
        return self.host

    def converse(self, work: Coroutine[Any, Any, Any]) -> dict[str, Any]:
        """Begin what may ask on its way: ``{ask: question}`` or ``{done: value}``."""
        self.conversation = Conversation(work)
        return self.conversation.resume()


engine = Engine()


def callable_from_js(function: Callable[_P, Any]) -> Callable[_P, Any]:
    """Let JavaScript call a function: it answers ``{ok, value}`` or ``{ok, error}`` and never raises."""

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        try:
            return to_wire({"ok": True, "value": function(*args, **kwargs)})
        except Exception as error:
            return to_wire({"ok": False, "error": _wire_error(error)})

    return call


def _wire_error(error: BaseException) -> dict[str, Any]:
    """An exception as plain data; `details` has types and lines, never pixels or file names."""
    if isinstance(error, MemoryError):
        error = EngineOutOfMemory()
    if isinstance(error, InsituError):
        return {"code": error.code, "message": str(error), "details": ""}
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return {
        "code": "bug",
        "message": "Insitu met something it did not expect. Copy the details into a report, please.",
        "details": "\n".join([type(error).__name__, *lines]),
    }


def read_request(request: Any) -> Mapping[str, Any]:
    """The parameters of a call as Python values."""
    values: Mapping[str, Any] = from_js(request)
    return values


def read_selection(values: Mapping[str, Any] | None) -> Selection:
    """The plane that a request names, else the one that the pack wants."""
    return engine.open_pack().plane if values is None else Selection(**values)
