"""Packs are validated when the site is built; what is wrong stops it with one sentence."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from insitu_build.packs import build_packs
from insitu_build.report import BuildError

pytestmark = pytest.mark.cpython_only

SHAPES = Path(__file__).parents[2] / "data" / "shapes"
CHANNELS = {"type": "channel", "channel_names": ["disc", "square", "star"]}
Change = Callable[[dict[str, Any]], None]


def named(folder: Path, file: str) -> dict[str, str]:
    return {"source": file, "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest()}


def description(folder: Path) -> dict[str, Any]:
    """A valid description of the pack of drawn shapes."""
    space = [{"id": name, "type": "space", "size": size} for name, size in (("y", 6), ("x", 8))]
    colours = {"type": "channel", "channel_names": ["r", "g", "b"]}
    return {
        "format_version": "0.5.4",
        "type": "model",
        "name": "Shapes",
        "version": "1.2.0",
        "description": "Three drawn shapes",
        "license": "MIT",
        "authors": [{"name": "The authors of Insitu"}],
        "cite": [{"text": "None", "url": "https://bioimage.io"}],
        "documentation": "CARD.md",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "inputs": [
            {
                "id": "image",
                "axes": [{"type": "batch"}, colours, *space],
                "test_tensor": named(folder, "input.npy"),
                "data": {"type": "float32"},
                "preprocessing": [{"id": "ensure_dtype", "kwargs": {"dtype": "float32"}}],
            }
        ],
        "outputs": [
            {
                "id": "logits",
                "axes": [{"type": "batch"}, CHANNELS],
                "test_tensor": named(folder, "logits.npy"),
                "data": {"type": "float32"},
            }
        ],
        "weights": {"onnx": {**named(folder, "model.onnx"), "opset_version": 17}},
        "config": {
            "insitu": {
                "id": "shapes",
                "task": "classify",
                "geometry": {"fit": "stretch", "width": 8, "height": 6, "filter": "box"},
                "activation": "softmax",
                "outputs": {"logits": "logits"},
                "expects": {"picture": "cover.png"},
                "samples": {"folder": "samples", "note": "Drawn by code, not real"},
                "classes": [
                    {"id": name, "name": name.title(), "letter": letter, "colour": "#E69F00"}
                    for name, letter in (("disc", "D"), ("square", "S"), ("star", "T"))
                ],
            }
        },
    }


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models with one valid pack."""
    folder = tmp_path / "models" / "shapes"
    (folder / "samples").mkdir(parents=True)
    shutil.copy(SHAPES / "model.onnx", folder)
    np.save(folder / "input.npy", np.zeros((1, 3, 6, 8), np.float32))
    np.save(folder / "logits.npy", np.zeros((1, 3), np.float32))
    (folder / "CARD.md").write_text("# Shapes\n", "utf-8")
    for name in ("cover.png", "samples/disc.png"):
        (folder / name).write_bytes(b"picture")
    write(folder, description(folder))
    return folder.parent


def write(folder: Path, values: dict[str, Any]) -> None:
    (folder / "rdf.yaml").write_text(yaml.safe_dump(values, sort_keys=False), "utf-8")


def change(models: Path, edit: Change) -> None:
    values = copy.deepcopy(description(models / "shapes"))
    edit(values)
    write(models / "shapes", values)


def test_a_pack_becomes_the_files_of_the_site(models: Path) -> None:
    files = build_packs(models)
    names = {"pack.json", "model.onnx", "cover.png", "samples/disc.png"}
    assert set(files) == {"packs/index.json", *(f"packs/shapes/{name}" for name in names)}
    assert json.loads(files["packs/index.json"]) == {"default": "shapes", "packs": ["shapes"]}
    values = json.loads(files["packs/shapes/pack.json"])
    assert values["model"]["sha256"] == hashlib.sha256(files["packs/shapes/model.onnx"]).hexdigest()


def test_folders_without_a_description_are_no_packs(models: Path) -> None:
    (models / "notes").mkdir()
    assert json.loads(build_packs(models)["packs/index.json"])["packs"] == ["shapes"]


def unknown_operation(values: dict[str, Any]) -> None:
    values["inputs"][0]["preprocessing"] = [{"id": "sharpen", "kwargs": {}}]


def wrong_weights(values: dict[str, Any]) -> None:
    values["weights"]["onnx"]["sha256"] = "0" * 64


def wrong_tensor(values: dict[str, Any]) -> None:
    values["inputs"][0]["test_tensor"]["sha256"] = "0" * 64


def absent_tensor(values: dict[str, Any]) -> None:
    values["outputs"][0]["test_tensor"]["source"] = "gone.npy"


def other_id(values: dict[str, Any]) -> None:
    values["config"]["insitu"]["id"] = "forms"


def absent_cover(values: dict[str, Any]) -> None:
    values["config"]["insitu"]["expects"]["picture"] = "gone.png"


def not_of_the_zoo(values: dict[str, Any]) -> None:
    values["timestamp"] = "yesterday"


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (unknown_operation, "sharpen"),
        (wrong_weights, "network"),
        (wrong_tensor, "sha256 of input.npy"),
        (absent_tensor, "gone.npy"),
        (other_id, "'forms'"),
        (absent_cover, "gone.png"),
        (not_of_the_zoo, "timestamp"),
    ],
)
def test_what_is_wrong_stops_the_build_with_its_reason(models: Path, edit: Change, reason: str) -> None:
    change(models, edit)
    with pytest.raises(BuildError, match=reason) as caught:
        build_packs(models)
    assert "shapes" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_description_that_is_no_yaml_is_said_so(models: Path) -> None:
    (models / "shapes" / "rdf.yaml").write_text("name: [", "utf-8")
    with pytest.raises(BuildError, match="not YAML"):
        build_packs(models)
