"""Compiling a bioimage.io description to pack.json."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from insitu.errors import PackInvalid
from insitu.packs import compile_description

yaml = pytest.importorskip("yaml", reason="descriptions are compiled under CPython only")
pytestmark = pytest.mark.cpython_only

AXES = [{"type": "batch"}, {"type": "channel"}, {"id": "y", "type": "space"}, {"id": "x", "type": "space"}]
DESCRIPTION: dict[str, Any] = {
    "name": "Shapes",
    "version": "2.1",
    "description": "Drawn shapes",
    "license": "MIT",
    "inputs": [
        {"id": "image", "axes": AXES, "preprocessing": [{"id": "scale_linear", "kwargs": {"gain": 2.0}}]}
    ],
    "weights": {"onnx": {"source": "model.onnx", "sha256": "ab"}},
    "config": {
        "insitu": {
            "id": "shapes",
            "task": "classify",
            "geometry": {"fit": "stretch", "width": 8, "height": 8, "filter": "box"},
            "activation": "softmax",
            "outputs": {"logits": "logits"},
            "classes": [
                {"id": "disc", "name": "Disc", "letter": "D", "colour": "#E69F00"},
                {"id": "star", "name": "Star", "letter": "S", "colour": "#009E73"},
            ],
            "samples": {"folder": "samples", "note": "Drawn"},
        }
    },
}


def write(folder: Path, description: dict[str, Any]) -> Path:
    (folder / "rdf.yaml").write_text(yaml.safe_dump(description), "utf-8")
    return folder


def test_a_description_becomes_the_values_of_a_pack(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"12345")
    (tmp_path / "samples").mkdir()
    for name in ("b.png", "a.png"):
        (tmp_path / "samples" / name).write_bytes(b"")
    values = compile_description(write(tmp_path, DESCRIPTION))
    assert values["model"] == {"file": "model.onnx", "sha256": "ab", "size": 5}
    assert values["input"]["operations"] == [{"id": "scale_linear", "kwargs": {"gain": 2.0}}]
    assert values["samples"] == {"note": "Drawn", "files": ["samples/a.png", "samples/b.png"]}
    assert (values["version"], values["licence"], values["classify"]["temperature"]) == ("2.1", "MIT", 1.0)


def test_statistics_of_the_training_images_come_from_a_file_beside_the_description(tmp_path: Path) -> None:
    statistics = {
        "means": [[0.5]],
        "components": [[1]],
        "variances": [2],
        "residual_variance": 1,
        "normalised": True,
        "limit": 3,
    }
    (tmp_path / "features.json").write_text(json.dumps(statistics), "utf-8")
    description = copy.deepcopy(DESCRIPTION)
    description["config"]["insitu"]["training_features"] = {"source": "features.json", "sha256": "ab"}
    assert compile_description(write(tmp_path, description))["training_features"] == statistics
    description["config"]["insitu"]["training_features"] = {"source": "none.json", "sha256": "ab"}
    with pytest.raises(PackInvalid, match="none.json"):
        compile_description(write(tmp_path, description))


@pytest.mark.parametrize("key", ["name", "description", "inputs", "weights", "config"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    with pytest.raises(PackInvalid, match=key):
        compile_description(write(tmp_path, {k: v for k, v in DESCRIPTION.items() if k != key}))


def test_an_unknown_operation_stops_with_its_name(tmp_path: Path) -> None:
    description = copy.deepcopy(DESCRIPTION)
    description["inputs"][0]["preprocessing"] = [{"id": "sharpen"}]
    with pytest.raises(PackInvalid, match="'sharpen' is not known"):
        compile_description(write(tmp_path, description))


def test_two_inputs_are_refused(tmp_path: Path) -> None:
    description = {**DESCRIPTION, "inputs": DESCRIPTION["inputs"] * 2}
    with pytest.raises(PackInvalid, match="one input"):
        compile_description(write(tmp_path, description))


def test_axes_in_another_order_are_refused(tmp_path: Path) -> None:
    description = copy.deepcopy(DESCRIPTION)
    description["inputs"][0]["axes"] = AXES[::-1]
    with pytest.raises(PackInvalid, match="batch, channel, y, x"):
        compile_description(write(tmp_path, description))
