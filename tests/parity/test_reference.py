"""The shipped packs against what `evaluate.py` stored: hashes of each step, and PyTorch's results."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.packs import shipped_pack

from insitu.decode import decode
from insitu.display import display
from insitu.pack_types import ClassifyRecipe
from insitu.prepare import prepare

ROOT = Path(__file__).parents[2]
REFERENCES = sorted((ROOT / "models").glob("*/reference.json"))
SAMPLES = [
    pytest.param(reference.parent, entry, id=f"{reference.parent.name}/{Path(entry['file']).stem}")
    for reference in REFERENCES
    for entry in json.loads(reference.read_text("utf-8"))["samples"]
]

TEXTBOOK_LIMIT = 2e-6
"""Eight units in the last place of a float32 between 2 and 4, where normalised bytes end."""

LIMIT = 1e-4
"""Of logits and probabilities: PyTorch and onnxruntime add up in different orders."""


def test_every_pack_that_classifies_has_at_least_twelve_references() -> None:
    folders = sorted(path.parent for path in (ROOT / "models").glob("*/rdf.yaml"))
    assert folders
    for folder in folders:
        if isinstance(shipped_pack(folder).recipe, ClassifyRecipe):
            assert len(json.loads((folder / "reference.json").read_text("utf-8"))["samples"]) >= 12


@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_pixels_and_tensor_are_bit_equal_to_those_that_training_saw(
    folder: Path, entry: dict[str, Any]
) -> None:
    data = (folder / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"], "the sample is not the one that was measured"
    pack = shipped_pack(folder)
    picture = display(decode(data, entry["file"]))
    assert list(picture.pixels_hwc.shape) == entry["pixels_shape"]
    assert hashlib.sha256(picture.pixels_hwc.tobytes()).hexdigest() == entry["pixels_sha256"]
    tensor_nchw = prepare(picture, pack.recipe_as(ClassifyRecipe).geometry, pack.operations)
    assert list(tensor_nchw.shape) == entry["tensor_shape"]
    assert hashlib.sha256(tensor_nchw.astype("<f4").tobytes()).hexdigest() == entry["tensor_sha256"]


@pytest.mark.parametrize(("folder", "entry"), SAMPLES)
def test_the_tensor_was_within_reach_of_the_textbooks(folder: Path, entry: dict[str, Any]) -> None:
    assert 0 <= entry["textbook_difference"] <= TEXTBOOK_LIMIT


@pytest.mark.cpython_only
@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.parent.name)
def test_onnxruntime_gives_what_pytorch_gave(
    reference: Path, capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    from insitu_build.bench.measure.equality import compare, native_outcomes, stored_outcomes

    stored = stored_outcomes(reference.parent)
    native = native_outcomes(reference.parent, [outcome.file for outcome in stored])
    difference = compare(stored, native)
    record_property("difference", str(difference))
    with capsys.disabled():
        print(f"\n{reference.parent.name}, PyTorch and onnxruntime: {difference}")
    assert difference.labels_differ == 0
    assert difference.logits <= LIMIT
    assert difference.probabilities <= LIMIT
