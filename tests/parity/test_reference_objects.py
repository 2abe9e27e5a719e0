"""The shipped packs that find objects, against what `models/<id>/reference.py` stored of PyTorch."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.coroutines import finish
from helpers.packs import shipped_pack
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.objects.runs import Runs, labels_of_runs
from insitu.packs import load_pack
from insitu.segmentation import segment
from insitu.types import Session, Stage

ROOT = Path(__file__).parents[2]
SAMPLES = [
    pytest.param(reference.parent, entry, id=f"{reference.parent.name}/{Path(entry['file']).stem}")
    for reference in sorted((ROOT / "models").glob("*/reference-objects.json"))
    for entry in json.loads(reference.read_text("utf-8"))["samples"]
]


class NotingSession:
    """Keeps the hash of all tensors; answers that nothing is there, or what a network says."""

    def __init__(self, network: Session | None = None) -> None:
        self.tensors = hashlib.sha256()
        self.network = network

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        tensor = inputs["image"]
        self.tensors.update(tensor.astype("<f4").tobytes())
        if self.network is not None:
            return await self.network.run(inputs)
        nothing = np.full((1, 1, *tensor.shape[2:]), -9, np.float32)
        return {
            "foreground": nothing,
            "offsets": np.concatenate([nothing, nothing], axis=1),
            "features": np.zeros((1, 4), np.float32),
        }


async def go_on(stage: Stage, done: float = 0.0) -> None:
    """Never cancels."""


def find(folder: Path, entry: dict[str, Any], session: NotingSession) -> Runs:
    image = decode((folder / entry["file"]).read_bytes(), entry["file"])
    assert (
        hashlib.sha256(np.ascontiguousarray(image.pixels_hwc).tobytes()).hexdigest() == entry["pixels_sha256"]
    )
    pack = shipped_pack(folder)
    reference = json.loads((folder / "reference-objects.json").read_text("utf-8"))
    diameter = reference["diameter_px"]
    return finish(segment(image, pack, session, go_on, diameter_px=diameter)).runs


@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_tensors_are_bit_equal_to_those_that_pytorch_saw(folder: Path, entry: dict[str, Any]) -> None:
    session = NotingSession()
    find(folder, entry, session)
    assert session.tensors.hexdigest() == entry["tensors_sha256"]


@pytest.mark.cpython_only
@pytest.mark.skipif(sys.platform == "emscripten", reason="onnxruntime is native")
@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_objects_are_those_of_pytorch(folder: Path, entry: dict[str, Any]) -> None:
    from insitu.bridge import open_session

    runs = find(folder, entry, NotingSession(open_session(load_pack(folder))))
    labels = labels_of_runs(runs)
    assert runs.count == entry["objects"]
    same = hashlib.sha256(labels.astype("<i4").tobytes()).hexdigest() == entry["labels_sha256"]
    assert same, "label images differ; reference.py counts by how much"


def test_every_pack_that_finds_objects_has_references() -> None:
    assert len(SAMPLES) >= 6
