"""What JavaScript may call; the outer catch of the engine.

Every function takes and gives plain JavaScript values and never raises: it answers
``{ok: true, value}`` or ``{ok: false, error: {code, message, details}}``. Where `analyse` needs what only
JavaScript can bring, its value is a question, and `resume` takes the answer (see `bridge.host`).
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import PIL

from . import __version__
from .bridge.host import Conversation, Host, HostCheckpoint, HostSession, require_of_host
from .bridge.wire import from_js, to_wire
from .decode import decode, packages_for, self_test_codecs
from .display import automatic_contrast, display, value_range
from .encode.jpeg import encode_jpeg
from .encode.png import encode_png
from .encode.table import Row, encode_table
from .errors import EngineOutOfMemory, InsituError, PackMissing
from .packs import parse_pack
from .pipeline import analyse as analyse_item
from .render import render_overlay
from .types import Item, Pack, Selection


@dataclass
class _Engine:
    """The state of this interpreter: one host, at most one pack and one conversation."""

    host: Host | None = None
    pack: Pack | None = None
    conversation: Conversation | None = None


_engine = _Engine()
_P = ParamSpec("_P")


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


def _answer(value: Any) -> Any:
    return to_wire({"ok": True, "value": value})


def _refuse(error: BaseException) -> Any:
    return to_wire({"ok": False, "error": _wire_error(error)})


def _callable(function: Callable[_P, Any]) -> Callable[_P, Any]:
    """Let JavaScript call a function."""

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        try:
            return _answer(function(*args, **kwargs))
        except Exception as error:
            return _refuse(error)

    return call


@_callable
def connect(host: Any) -> None:
    """Remember the JavaScript side; the proxy is kept for the life of the engine."""
    _engine.host = host


@_callable
def self_test() -> dict[str, str]:
    """Prove that JPEG decodes to desktop Pillow's pixels; answers the versions inside."""
    self_test_codecs()
    return {
        "insitu": __version__,
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "pillow": PIL.__version__,
    }


@_callable
def open_pack(values: Any) -> None:
    """Use a pack, given the values of its pack.json; the host holds its network."""
    _engine.pack = parse_pack(from_js(values))


@_callable
def analyse(request: Any) -> dict[str, Any]:
    """Begin to analyse one image; see `AnalyseRequest` and `Analysis` in protocol.d.ts.

    Answers ``{ask: question}``, to be answered with `resume`, or ``{done: analysis}``.
    """
    _engine.conversation = Conversation(_analyse(from_js(request)))
    return _engine.conversation.resume()


@_callable
def resume(answer: Any) -> dict[str, Any]:
    """Go on with what asked; the value is of the same kind as that of `analyse`."""
    if _engine.conversation is None:
        raise RuntimeError("nothing has asked")
    return _engine.conversation.resume(from_js(answer))


@_callable
def abandon() -> None:
    """There is no answer: what asked is given up."""
    if _engine.conversation is not None:
        _engine.conversation.abandon()
    _engine.conversation = None


async def _analyse(request: Mapping[str, Any]) -> dict[str, Any]:
    checkpoint = HostCheckpoint(_open_host(), time.perf_counter)
    analysis = await analyse_item(
        Item(request["name"], request["bytes"]),
        _open_pack(),
        HostSession(),
        selection=_selection(request["selection"]),
        drawing_side=request["thumbnailSide"],
        checkpoint=checkpoint,
        require=require_of_host,
    )
    thumbnail = None if analysis.drawing is None else encode_jpeg(analysis.drawing)
    checkpoint.finish()
    return {
        "width": analysis.width,
        "height": analysis.height,
        "extent": asdict(analysis.extent),
        "selection": asdict(analysis.selection),
        "spacing": None if analysis.spacing is None else asdict(analysis.spacing),
        "dtype": analysis.dtype,
        "label": analysis.label,
        "score": analysis.score,
        "probabilities": analysis.result.probabilities,
        "thumbnail": thumbnail,
        "timings": checkpoint.timings_ms,
    }


@_callable
def overlay(request: Any) -> dict[str, Any]:
    """Draw the result over an image that is decoded again; see `OverlayRequest`; answers as `analyse` does."""
    _engine.conversation = Conversation(_overlay(from_js(request)))
    return _engine.conversation.resume()


async def _overlay(request: Mapping[str, Any]) -> dict[str, Any]:
    await require_of_host(packages_for(request["bytes"]))
    checkpoint = HostCheckpoint(_open_host(), time.perf_counter)
    await checkpoint("decode")
    image = decode(request["bytes"], request["name"], _selection(request["selection"]))
    await checkpoint("prepare")
    contrast = request["contrast"]
    picture = display(image, None if contrast is None else (contrast[0], contrast[1]))
    probabilities = np.asarray(request["probabilities"], dtype=np.float32)
    return {
        "png": encode_png(render_overlay(picture, probabilities, _open_pack(), request["side"])),
        "contrast": list(contrast or automatic_contrast(image)),
        "range": list(value_range(image)),
    }


@_callable
def table(request: Any) -> dict[str, Any]:
    """Write the CSV of a batch; see `TableRow`."""
    rows = [_row(values) for values in from_js(request)["rows"]]
    return {"csv": encode_table(rows, _open_pack(), __version__).encode()}


def _row(values: Mapping[str, Any]) -> Row:
    probabilities = values["probabilities"]
    return Row(
        file=values["file"],
        state=values["state"],
        width=values["width"],
        height=values["height"],
        label=values["label"],
        probabilities=None if probabilities is None else np.asarray(probabilities, dtype=np.float32),
        error=values["error"],
        plane=None if values["plane"] is None else Selection(**values["plane"]),
    )


def _selection(values: Mapping[str, Any] | None) -> Selection:
    return _open_pack().plane if values is None else Selection(**values)


def _open_pack() -> Pack:
    if _engine.pack is None:
        raise PackMissing("No pack is open. Choose one.")
    return _engine.pack


def _open_host() -> Host:
    if _engine.host is None:
        raise RuntimeError("connect() comes first")
    return _engine.host
