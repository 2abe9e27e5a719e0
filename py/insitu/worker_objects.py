"""What JavaScript may call of images with objects; see worker_api."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import __version__
from .analysis import Segmentation
from .bridge.host import HostCheckpoint, require_of_host
from .decode import decode, packages_for
from .deliver import OVERLAY_SIDE_PX, PACKAGES
from .deliver import object_files as files_of
from .display import display
from .encode.coco import CocoImage, close_coco, encode_annotations, open_coco
from .encode.objects_table import ImageRow, encode_head, encode_images, encode_objects_of, join_columns
from .objects.edit import Edited, draw, merge, remove, split
from .objects.measure import Column, Measurements, measure, usual_diameter_px
from .objects.outlines import trace_outlines
from .objects_wire import objects_from_wire, objects_to_wire, outlines_to_wire, runs_from_wire
from .render_objects import render_objects
from .signal import find_channels
from .types import Image, Selection
from .worker_state import callable_from_js, engine, read_request, read_selection


@callable_from_js
def outline(request: Any) -> dict[str, Any]:
    """Trace the edges of objects; see `Outlines` in objects-types.d.ts."""
    return outlines_to_wire(trace_outlines(runs_from_wire(read_request(request)["runs"])))


@callable_from_js
def edit_objects(request: Any) -> dict[str, Any]:
    """Correct objects and measure those that changed; see `EditRequest`; answers as `analyse` does."""
    return engine.converse(_edit(read_request(request)))


async def _edit(request: Mapping[str, Any]) -> dict[str, Any]:
    before = objects_from_wire(request["objects"])
    edited = _apply(before, request["edit"])
    values = edited.carry(before.measurements.values)
    if (edited.origins == 0).any():
        image = await _decode_all_channels(request)
        pixels_hwc, names = find_channels(image)
        changed = measure(edited.changed, pixels_hwc, names, image.spacing)
        assert changed.columns == before.measurements.columns, "the file is another one than before"
        values[:, edited.origins == 0] = changed.values
    after = Segmentation(
        runs=edited.runs,
        scores=edited.carry(before.scores),
        measurements=Measurements(before.measurements.columns, values),
        scale=before.scale,
        diameter_px=usual_diameter_px(edited.runs),
    )
    return {"objects": objects_to_wire(after), "origins": edited.origins}


def _apply(before: Segmentation, edit: Mapping[str, Any]) -> Edited:
    match edit["kind"]:
        case "remove":
            return remove(before.runs, edit["ids"])
        case "merge":
            return merge(before.runs, edit["ids"])
        case "split":
            return split(before.runs, edit["id"], _points(edit["points"]))
        case "draw":
            return draw(before.runs, _points(edit["points"]))
        case kind:
            raise ValueError(f"no such correction: {kind}")


def _points(values: Any) -> Any:
    return np.asarray(values, dtype=np.float64).reshape(-1, 2)


async def _decode_all_channels(request: Mapping[str, Any]) -> Image:
    await require_of_host(packages_for(request["bytes"]))
    await HostCheckpoint(engine.open_host(), time.perf_counter)("decode")
    selection = read_selection(request["selection"])
    everything = Selection(selection.frame, selection.z, None, selection.level)
    return decode(request["bytes"], request["name"], everything)


@callable_from_js
def object_files(request: Any) -> dict[str, Any]:
    """Make the files of one image; see `ObjectFilesRequest`; answers as `analyse` does."""
    return engine.converse(_object_files(read_request(request)))


async def _object_files(request: Mapping[str, Any]) -> dict[str, Any]:
    found = objects_from_wire(request["objects"])
    await require_of_host(PACKAGES)
    image = await _decode_all_channels(request)
    drawing = render_objects(display(image), found.runs, OVERLAY_SIDE_PX)
    files = files_of(request["name"], found, engine.open_pack(), image.spacing, drawing)
    return {"files": [{"ending": ending, "bytes": b"".join(parts())} for ending, parts in files.items()]}


@callable_from_js
def batch_table(request: Any) -> dict[str, Any]:
    """The table of images, and how the files of all objects begin and end; see `BatchTableRequest`."""
    values = read_request(request)
    rows = [_image_row(row) for row in values["rows"]]
    columns = join_columns(rows)
    pack = engine.open_pack()
    pictured = [(row.file, row.found.runs.width, row.found.runs.height) for row in rows if row.found]
    return {
        "images": encode_images(rows, pack, __version__),
        "columns": [vars(column) for column in columns],
        "objectsHead": encode_head(columns),
        "cocoHead": open_coco(),
        "cocoTail": close_coco(pictured, pack.classes[0].id),
    }


def _image_row(values: Mapping[str, Any]) -> ImageRow:
    return ImageRow(
        file=values["file"],
        state=values["state"],
        width=values["width"],
        height=values["height"],
        found=None if values["objects"] is None else objects_from_wire(values["objects"]),
        error=values["error"],
        plane=None if values["plane"] is None else Selection(**values["plane"]),
        unlikeness=values["unlikeness"],
    )


@callable_from_js
def batch_part(request: Any) -> dict[str, Any]:
    """The objects of one image for the table of objects, or for COCO; see `BatchPartRequest`."""
    values = read_request(request)
    found = objects_from_wire(values["objects"])
    if values["format"] == "csv":
        columns = [Column(**column) for column in values["columns"]]
        parts = encode_objects_of(values["file"], found, columns)
    else:
        image = CocoImage(values["file"], found.runs, found.scores)
        parts = encode_annotations(image, values["imageId"], values["firstId"])
    return {"bytes": b"".join(parts)}
