"""Images with objects, driven as JavaScript drives them (under CPython values pass as they are)."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import Any

import numpy as np
import pytest
from helpers.engine_host import EngineHost
from helpers.objects import ReadingSession, draw_discs, segmenter_values
from helpers.pictures import encoded

from insitu import worker_api, worker_objects
from insitu.decode import decode
from insitu.objects.measure import measure, usual_diameter_px
from insitu.objects_wire import runs_from_wire
from insitu.signal import find_channels
from insitu.worker_state import engine

pytestmark = [
    pytest.mark.cpython_only,
    pytest.mark.skipif(sys.platform == "emscripten", reason="values are JavaScript's there"),
]

TWO = draw_discs(60, 80, [(20, 15, 5), (30, 60, 7)])
DATA = encoded(TWO)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> EngineHost:
    for name in ("host", "pack", "conversation"):
        monkeypatch.setattr(engine, name, None)
    host = EngineHost(ReadingSession())
    worker_api.connect(host)
    assert worker_api.open_pack(segmenter_values(tile_px=256))["ok"]
    return host


def request(**changes: Any) -> dict[str, Any]:
    return {"name": "two.png", "bytes": DATA, "selection": None, **changes}


def found(host: EngineHost) -> dict[str, Any]:
    analysis = host.converse(worker_api.analyse(request(diameter=10.0, thumbnailSide=64)))
    objects: dict[str, Any] = analysis["objects"]
    assert (analysis["label"], analysis["score"], analysis["probabilities"]) == (None, None, None)
    return objects


def areas(objects: dict[str, Any]) -> list[float]:
    measured = objects["measurements"]
    assert measured["columns"][0]["id"] == "area_px"
    values: list[float] = measured["values"][: measured["count"]].tolist()
    return values


def test_objects_cross_as_flat_arrays(host: EngineHost) -> None:
    objects = found(host)
    assert areas(objects) == [81, 149]
    assert objects["runs"]["height"] == 60
    for name in ("rows", "starts", "stops", "ids"):
        assert objects["runs"][name].dtype == np.int32
        assert objects["runs"][name].ndim == 1


def test_outlines_are_traced_from_runs(host: EngineHost) -> None:
    answer = worker_objects.outline({"runs": found(host)["runs"]})["value"]
    assert answer["ids"].tolist() == [1, 2]
    assert answer["starts"][-1] * 2 == len(answer["points"])


def test_a_picture_is_drawn_with_and_without_objects(host: EngineHost) -> None:
    drawing = {"contrast": None, "probabilities": None, "region": None, "side": 256}
    plain = host.converse(worker_api.overlay(request(**drawing, runs=None)))["png"]
    drawn = host.converse(worker_api.overlay(request(**drawing, runs=found(host)["runs"])))["png"]
    assert plain.startswith(b"\x89PNG")
    assert plain != drawn


def test_a_part_of_a_picture_is_that_of_the_whole(host: EngineHost) -> None:
    drawing = {"contrast": None, "probabilities": None, "runs": None, "side": 4096}
    data = encoded(np.tile(TWO, (5, 5, 1)))
    png = host.converse(worker_api.overlay(request(**drawing, bytes=data, region=[30, 0, 330, 280])))["png"]
    np.testing.assert_array_equal(decode(png).pixels_hwc, np.tile(TWO, (5, 5, 1))[:280, 30:330])


@pytest.mark.parametrize(
    ("edit", "expected", "origins"),
    [
        ({"kind": "remove", "ids": [1]}, [149], [2]),
        ({"kind": "merge", "ids": [2, 1]}, [230], [0]),
        ({"kind": "split", "id": 1, "points": [15.5, 10.0, 15.5, 40.0]}, [46, 35, 149], [0, 0, 2]),
        ({"kind": "draw", "points": [2.0, 50.0, 6.0, 50.0, 6.0, 55.0, 2.0, 55.0]}, [81, 149, 20], [1, 2, 0]),
    ],
)
def test_objects_can_be_corrected(
    host: EngineHost, edit: dict[str, Any], expected: list[int], origins: list[int]
) -> None:
    before = found(host)
    after = host.converse(worker_objects.edit_objects(request(objects=before, edit=edit)))
    assert sorted(areas(after["objects"])) == sorted(expected)
    assert after["origins"].tolist() == origins
    assert np.isnan(after["objects"]["scores"]).tolist() == [origin == 0 for origin in origins]
    assert areas(before) == [81, 149]


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "remove", "ids": [1]},
        {"kind": "split", "id": 2, "points": [60.0, 15.0, 60.0, 45.0]},
        {"kind": "draw", "points": [2.0, 50.0, 6.0, 50.0, 6.0, 55.0, 2.0, 55.0]},
    ],
)
def test_measurements_after_a_correction_are_those_of_all_objects_measured_anew(
    host: EngineHost, edit: dict[str, Any]
) -> None:
    after = host.converse(worker_objects.edit_objects(request(objects=found(host), edit=edit)))["objects"]
    pixels_hwc, names = find_channels(decode(DATA))
    anew = measure(runs_from_wire(after["runs"]), pixels_hwc, names, None)
    np.testing.assert_array_equal(after["measurements"]["values"], anew.values.reshape(-1))
    assert after["diameter"] == usual_diameter_px(runs_from_wire(after["runs"]))


def test_the_first_object_of_an_image_can_be_drawn(host: EngineHost) -> None:
    none = host.converse(
        worker_objects.edit_objects(request(objects=found(host), edit={"kind": "remove", "ids": [1, 2]}))
    )["objects"]
    draw = {"kind": "draw", "points": [2.0, 50.0, 6.0, 50.0, 6.0, 55.0, 2.0, 55.0]}
    assert areas(host.converse(worker_objects.edit_objects(request(objects=none, edit=draw)))["objects"]) == [
        20
    ]


def test_without_an_object_that_changed_the_image_is_not_needed(host: EngineHost) -> None:
    edit = {"kind": "remove", "ids": [1, 2]}
    after = host.converse(
        worker_objects.edit_objects(request(objects=found(host), edit=edit, bytes=b"not an image"))
    )
    assert (after["objects"]["measurements"]["count"], after["objects"]["diameter"]) == (0, None)


def test_a_correction_that_cannot_be_is_an_answer(host: EngineHost) -> None:
    edit = {"kind": "split", "id": 1, "points": [0.0, 0.0, 1.0, 1.0]}
    answer = worker_objects.edit_objects(request(objects=found(host), edit=edit))
    assert answer["error"]["code"] == "edit/impossible"


def test_the_files_of_an_image_are_made(host: EngineHost) -> None:
    files = host.converse(worker_objects.object_files(request(objects=found(host))))["files"]
    assert [file["ending"] for file in files] == ["_labels.tif", "_rois.zip", ".geojson", "_overlay.png"]
    assert all(isinstance(file["bytes"], bytes) and file["bytes"] for file in files)


def test_the_files_of_a_batch_are_put_together_from_parts(host: EngineHost) -> None:
    objects = found(host)
    row = {
        "file": "two.png",
        "state": "done",
        "width": 80,
        "height": 60,
        "error": None,
        "plane": None,
        "unlikeness": 0.5,
    }
    rows = [
        {**row, "objects": objects},
        {**row, "state": "failed", "objects": None, "error": "image/corrupt"},
    ]
    batch = worker_objects.batch_table({"rows": rows})["value"]
    assert len(batch["images"].decode().splitlines()) == 3

    part = {"file": "two.png", "objects": objects, "columns": batch["columns"], "imageId": 1, "firstId": 1}
    lines = worker_objects.batch_part({**part, "format": "csv"})["value"]["bytes"]
    table = list(csv.DictReader(io.StringIO((batch["objectsHead"] + lines).decode(), newline="")))
    assert [entry["area_px"] for entry in table] == ["81", "149"]

    annotations = worker_objects.batch_part({**part, "format": "coco"})["value"]["bytes"]
    second = worker_objects.batch_part({**part, "format": "coco", "imageId": 2, "firstId": 3})["value"][
        "bytes"
    ]
    coco = json.loads(batch["cocoHead"] + annotations + second + batch["cocoTail"])
    assert [(one["id"], one["image_id"], one["area"]) for one in coco["annotations"]] == [
        (1, 1, 81),
        (2, 1, 149),
        (3, 2, 81),
        (4, 2, 149),
    ]
    assert coco["images"][0]["file_name"] == "two.png"
