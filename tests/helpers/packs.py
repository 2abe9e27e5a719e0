"""A small pack of our own for tests: three classes, and sessions that answer with given logits."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insitu.analysis import Analysis, Classification
from insitu.pack_types import Pack
from insitu.packs import load_pack, parse_pack

VALUES: dict[str, Any] = {
    "format": 3,
    "id": "shapes",
    "name": "Shapes",
    "version": "1.2.0",
    "description": "Three drawn shapes",
    "licence": "MIT",
    "task": "classify",
    "model": {"file": "model.onnx", "sha256": "00", "size": 0},
    "input": {
        "name": "image",
        "operations": [
            {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
            {"id": "scale_linear", "kwargs": {"gain": 1 / 255}},
        ],
    },
    "outputs": {"logits": "logits", "features": "features"},
    "classify": {
        "geometry": {"fit": "stretch", "width": 8, "height": 6, "filter": "bilinear"},
        "activation": "softmax",
        "temperature": 1.0,
        "threshold": 0.5,
    },
    "classes": [
        {"id": "disc", "name": "Disc", "letter": "D", "colour": "#E69F00"},
        {"id": "square", "name": "Square", "letter": "S", "colour": "#0072B2"},
        {"id": "star", "name": "Star", "letter": "T", "colour": "#009E73"},
    ],
    "expects": {},
    "notice": "For tests only.",
    "tolerance": 0.0001,
    "samples": {"note": "", "files": []},
    "metrics": {},
}


def pack_values(**changes: Any) -> dict[str, Any]:
    """The values of a pack.json, with top-level keys changed."""
    return {**copy.deepcopy(VALUES), **changes}


def recipe_values(**changes: Any) -> dict[str, Any]:
    """The part of a pack.json that is the task's, with some of its keys changed."""
    return {"classify": {**copy.deepcopy(VALUES["classify"]), **changes}}


def small_pack(**changes: Any) -> Pack:
    """The pack, with top-level keys of its pack.json changed."""
    return parse_pack(pack_values(**changes))


def classified(analysis: Analysis) -> Classification:
    """The result of a pack that classifies."""
    assert isinstance(analysis.result, Classification)
    return analysis.result


def shipped_pack(folder: Path) -> Pack:
    """A pack of models/; inside Pyodide there is no YAML, but the build has compiled the description."""
    if sys.platform == "emscripten":
        compiled = folder.parents[1] / "dist" / "packs" / folder.name / "pack.json"
        return parse_pack(json.loads(compiled.read_text("utf-8")))
    return load_pack(folder)


class FixedSession:
    """A session that answers every image with the same logits and keeps what it was given."""

    def __init__(self, logits: Sequence[float]) -> None:
        self.logits = np.asarray([logits], dtype=np.float32)
        self.inputs: list[Mapping[str, NDArray[np.float32]]] = []

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        self.inputs.append(inputs)
        return {"logits": self.logits, "features": np.zeros((1, 4), np.float32)}
