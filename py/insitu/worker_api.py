"""What JavaScript may call; the outer catch of the engine.

Every function takes and gives plain JavaScript values and never raises: it answers
``{ok: true, value}`` or ``{ok: false, error: {code, message, details}}``. Where one needs what only
JavaScript can bring, its value is a question, and `resume` takes the answer (see `bridge.host`). What concerns
objects is in worker_objects and imported where it is first needed: an engine that classifies starts without it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import PIL
from PIL import Image as PilImage

from . import __version__
from .analysis import Classification, Segmentation
from .bridge.host import HostCheckpoint, HostSession, require_of_host
from .decode import decode, packages_for, self_test_codecs
from .decode.limits import limit
from .display import automatic_contrast, display, value_range
from .encode.jpeg import encode_jpeg
from .encode.png import encode_png
from .encode.summary import encode_summary
from .encode.table import Row, encode_table
from .packs import parse_pack
from .pipeline import analyse as analyse_item
from .render import render_overlay, scale_to_side
from .types import Item, Picture, Selection
from .worker_state import callable_from_js, engine, read_request, read_selection


@callable_from_js
def connect(host: Any) -> None:
    """Remember the JavaScript side; the proxy is kept for the life of the engine."""
    engine.host = host


@callable_from_js
def self_test() -> dict[str, str]:
    """Prove that JPEG decodes to desktop Pillow's pixels; answers the versions inside."""
    self_test_codecs()
    return {
        "insitu": __version__,
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "pillow": PIL.__version__,
    }


@callable_from_js
def limit_pixels(limit_px: int) -> None:
    """Refuse images of more pixels from now on: of a device with little memory."""
    limit(int(limit_px))


@callable_from_js
def open_pack(values: Any) -> None:
    """Use a pack, given the values of its pack.json; the host holds its network."""
    engine.pack = parse_pack(read_request(values))


@callable_from_js
def analyse(request: Any) -> dict[str, Any]:
    """Begin to analyse one image; see `AnalyseRequest` and `Analysis` in protocol.d.ts.

    Answers ``{ask: question}``, to be answered with `resume`, or ``{done: analysis}``.
    """
    return engine.converse(_analyse(read_request(request)))


@callable_from_js
def resume(answer: Any) -> dict[str, Any]:
    """Go on with what asked; the value is of the same kind as that of `analyse`."""
    if engine.conversation is None:
        raise RuntimeError("nothing has asked")
    return engine.conversation.resume(read_request(answer))


@callable_from_js
def abandon() -> None:
    """There is no answer: what asked is given up."""
    if engine.conversation is not None:
        engine.conversation.abandon()
    engine.conversation = None


async def _analyse(request: Mapping[str, Any]) -> dict[str, Any]:
    checkpoint = HostCheckpoint(engine.open_host(), time.perf_counter)
    analysis = await analyse_item(
        Item(request["name"], request["bytes"]),
        engine.open_pack(),
        HostSession(),
        selection=read_selection(request["selection"]),
        diameter_px=request["diameter"],
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
        "unlikeness": analysis.unlikeness,
        "flaw": analysis.flaw,
        **_result(analysis.result),
        "thumbnail": thumbnail,
        "timings": checkpoint.timings_ms,
    }


def _result(result: Classification | Segmentation) -> dict[str, Any]:
    if isinstance(result, Segmentation):
        from .objects_wire import objects_to_wire

        return {"label": None, "score": None, "probabilities": None, "objects": objects_to_wire(result)}
    return {
        "label": result.label,
        "score": result.score,
        "probabilities": result.probabilities,
        "objects": None,
    }


@callable_from_js
def overlay(request: Any) -> dict[str, Any]:
    """Draw the result over an image that is decoded again; see `OverlayRequest`; answers as `analyse` does."""
    return engine.converse(_overlay(read_request(request)))


async def _overlay(request: Mapping[str, Any]) -> dict[str, Any]:
    await require_of_host(packages_for(request["bytes"]))
    checkpoint = HostCheckpoint(engine.open_host(), time.perf_counter)
    await checkpoint("decode")
    image = decode(request["bytes"], request["name"], read_selection(request["selection"]))
    await checkpoint("prepare")
    contrast = request["contrast"]
    picture = display(image, None if contrast is None else (contrast[0], contrast[1]))
    if request["region"] is not None:
        left, top, right, bottom = (int(edge) for edge in request["region"])
        picture = Picture(picture.pixels_hwc[top:bottom, left:right])
    return {
        "png": encode_png(_draw(picture, request)),
        "contrast": list(contrast or automatic_contrast(image)),
        "range": list(value_range(image)),
    }


def _draw(picture: Picture, request: Mapping[str, Any]) -> PilImage.Image:
    """The class or the objects that a request names over a picture; the picture alone if it names neither."""
    if request["probabilities"] is not None:
        probabilities = np.asarray(request["probabilities"], dtype=np.float32)
        return render_overlay(picture, probabilities, engine.open_pack(), request["side"])
    if request["runs"] is not None:
        from .objects_wire import runs_from_wire
        from .render_objects import render_objects

        return render_objects(picture, runs_from_wire(request["runs"]), request["side"])
    return scale_to_side(picture, request["side"])


@callable_from_js
def table(request: Any) -> dict[str, Any]:
    """Write a CSV of a batch; see `TableRequest`."""
    values = read_request(request)
    rows, threshold, pack = [_row(each) for each in values["rows"]], values["threshold"], engine.open_pack()
    if values["kind"] == "summary":
        return {"csv": encode_summary(rows, pack, threshold).encode()}
    return {"csv": encode_table(rows, pack, __version__, threshold).encode()}


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
        unlikeness=values["unlikeness"],
        flaw=values["flaw"],
        reviewed_label=values["reviewedLabel"],
        excluded=values["excluded"],
    )
