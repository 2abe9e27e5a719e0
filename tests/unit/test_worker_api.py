"""The engine's Python half, driven as JavaScript drives it (under CPython values pass as they are)."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from helpers.arrays import float32
from helpers.packs import pack_values
from helpers.pictures import encoded, gradient

from insitu import worker_api
from insitu.worker_state import engine

pytestmark = [
    pytest.mark.cpython_only,
    pytest.mark.skipif(sys.platform == "emscripten", reason="values are JavaScript's there"),
]


class FakeHost:
    """Flat tensors in, flat tensors out."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.pause_at = ""
        self.cancelled = False
        self.feeds: list[Any] = []

    def run(self, feeds: Any) -> Any:
        self.feeds.append(feeds)
        return [
            {"name": "logits", "data": float32([0, 1, 5]), "dims": [1, 3]},
            {"name": "features", "data": float32([1, 2]), "dims": [1, 2]},
        ]

    def checkpoint(self, stage: str, done: float) -> bool:
        self.stages.append(stage)
        return stage == self.pause_at

    def analyse(self, request: Any) -> Any:
        return self.converse(worker_api.analyse(request))

    def overlay(self, request: Any) -> Any:
        return self.converse(worker_api.overlay(request))

    def converse(self, answer: Any) -> Any:
        """Answer every question, as python.js does."""
        while answer["ok"] and "ask" in answer["value"]:
            question = answer["value"]["ask"]
            answer = worker_api.resume(
                self.run(question["feeds"]) if question["kind"] == "run" else self.cancelled
            )
        return {"ok": True, "value": answer["value"]["done"]} if answer["ok"] else answer


@pytest.fixture
def fresh_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("host", "pack", "conversation"):
        monkeypatch.setattr(engine, name, None)


@pytest.fixture
def host(fresh_engine: None) -> FakeHost:
    host = FakeHost()
    worker_api.connect(host)
    assert worker_api.open_pack(pack_values())["ok"]
    return host


def request(data: bytes, **changes: Any) -> dict[str, Any]:
    defaults = {
        "name": "secret-name.png",
        "thumbnailSide": 0,
        "selection": None,
        "contrast": None,
        "diameter": None,
        "probabilities": None,
        "runs": None,
    }
    return {**defaults, "bytes": data, **changes}


def test_the_self_test_answers_the_versions() -> None:
    answer = worker_api.self_test()
    assert answer["ok"]
    assert set(answer["value"]) == {"insitu", "python", "numpy", "pillow"}


def test_an_image_is_analysed(host: FakeHost) -> None:
    answer = host.analyse(request(encoded(gradient()), thumbnailSide=64))
    value = answer["value"]
    assert (value["label"], value["width"], value["height"]) == ("star", 12, 9)
    assert value["probabilities"].dtype == np.float32
    assert value["thumbnail"].startswith(b"\xff\xd8\xff")
    assert list(value["timings"]) == ["decode", "prepare", "run", "postprocess", "render"]
    assert host.feeds[0][0]["dims"] == [1, 3, 6, 8]
    assert host.feeds[0][0]["data"].ndim == 1


def test_a_bad_image_is_an_answer_not_an_exception(host: FakeHost) -> None:
    answer = host.analyse(request(b""))
    assert not answer["ok"]
    assert answer["error"]["code"] == "image/corrupt"


def test_after_a_pause_the_call_goes_on(host: FakeHost) -> None:
    host.pause_at = "run"
    assert host.analyse(request(encoded(gradient())))["value"]["label"] == "star"


def test_a_cancelled_call_says_so(host: FakeHost) -> None:
    host.pause_at, host.cancelled = "run", True
    answer = host.analyse(request(encoded(gradient())))
    assert answer["error"]["code"] == "job/cancelled"
    assert host.feeds == []


def test_a_call_that_is_abandoned_cannot_be_resumed(host: FakeHost) -> None:
    assert "ask" in worker_api.analyse(request(encoded(gradient())))["value"]
    worker_api.abandon()
    assert worker_api.resume(None)["error"]["code"] == "bug"
    assert host.analyse(request(encoded(gradient())))["ok"]


def test_exhausted_memory_has_its_own_code(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*args: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(worker_api, "decode", exhaust)
    answer = host.overlay(request(encoded(gradient()), probabilities=float32([1, 0, 0]), side=64))
    assert answer["error"]["code"] == "engine/out-of-memory"


def test_the_details_of_a_bug_hold_no_file_name(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise ZeroDivisionError("secret-name.png")

    monkeypatch.setattr(worker_api, "decode", fail)
    error = host.overlay(
        request(encoded(gradient()), probabilities=float32([1, 0, 0]), region=None, side=64)
    )["error"]
    assert error["code"] == "bug"
    assert "ZeroDivisionError" in error["details"]
    assert "secret-name" not in error["details"] + error["message"]


def test_an_overlay_is_drawn_without_the_network(host: FakeHost) -> None:
    answer = host.overlay(
        request(encoded(gradient()), probabilities=float32([0.1, 0.8, 0.1]), region=None, side=64)
    )
    assert answer["value"]["png"].startswith(b"\x89PNG")
    assert host.feeds == []


def test_the_table_has_a_row_for_each_item(host: FakeHost) -> None:
    row = {
        "file": "a.png",
        "state": "done",
        "width": 3,
        "height": 4,
        "label": "disc",
        "error": None,
        "plane": None,
        "unlikeness": None,
        "flaw": None,
        "reviewedLabel": "star",
        "excluded": False,
    }
    rows = [
        {**row, "probabilities": float32([0.5, 0.25, 0.25])},
        {**row, "state": "failed", "label": None, "probabilities": None, "error": "image/corrupt"},
    ]
    request = {"kind": "images", "rows": rows, "threshold": 0.7}
    lines = worker_api.table(request)["value"]["csv"].decode().splitlines()
    assert lines[1].startswith(
        "a.png,3,4,done,disc,0.5000,0.5000,0.2500,0.2500,uncertain,between disc and square,,star,,,shapes,1.2.0,"
    )
    assert "image/corrupt" in lines[2]
    lines = worker_api.table({**request, "kind": "summary"})["value"]["csv"].decode().splitlines()
    assert ",star,class,2,1.0000" in lines


def test_without_a_pack_there_is_a_sentence(fresh_engine: None) -> None:
    answer = worker_api.table({"kind": "images", "rows": [], "threshold": None})
    assert answer["error"]["code"] == "pack/missing"


def test_an_invalid_pack_is_refused() -> None:
    answer = worker_api.open_pack(pack_values(task="dream"))
    assert answer["error"]["code"] == "pack/invalid"
