"""PyTorch, CPython and the browser on the same files: what each gives, and the largest differences.

PyTorch's part was stored by the pack's `evaluate.py` in `reference.json`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import insitu
from insitu.bridge import open_session
from insitu.pack_types import ClassifyRecipe
from insitu.packs import compile_description
from insitu.postprocess.classify import classify

from .fingerprint import fingerprint


@dataclass(frozen=True)
class Outcome:
    """What one runtime gave for one file; `file` is its address inside the pack."""

    file: str
    pixels_sha256: str
    tensor_sha256: str
    logits: tuple[float, ...]
    probabilities: tuple[float, ...]
    label: str


@dataclass(frozen=True)
class Difference:
    """Two runtimes on the same files: counts of what is not equal, and largest absolute differences."""

    files: int
    pixels_differ: int
    tensors_differ: int
    logits: float
    probabilities: float
    labels_differ: int


def referenced_packs(models: Path) -> list[Path]:
    """Folders of the packs that have stored results of PyTorch."""
    return sorted(file.parent for file in models.glob("*/reference.json"))


def stored_outcomes(pack: Path) -> list[Outcome]:
    """PyTorch's, with textbook preprocessing, as `evaluate.py` stored them."""
    reference = json.loads((pack / "reference.json").read_text("utf-8"))
    return [
        Outcome(
            entry["file"],
            entry["pixels_sha256"],
            entry["tensor_sha256"],
            tuple(entry["logits"]),
            tuple(entry["probabilities"]),
            entry["label"],
        )
        for entry in reference["samples"]
    ]


def native_outcomes(folder: Path, files: Sequence[str]) -> list[Outcome]:
    """Those of CPython and native onnxruntime, computed now."""
    with ThreadPoolExecutor(1) as thread:  # Playwright keeps an event loop in the caller's
        return thread.submit(asyncio.run, _native_outcomes(folder, files)).result()


async def _native_outcomes(folder: Path, files: Sequence[str]) -> list[Outcome]:
    pack = insitu.load_pack(folder)
    session = open_session(pack)
    pack_json = json.dumps(compile_description(folder))
    recipe = pack.recipe_as(ClassifyRecipe)
    shape = (1, 3, recipe.geometry.height, recipe.geometry.width)
    outcomes = []
    for file in files:
        made = fingerprint(pack_json, (folder / file).read_bytes())
        outputs = await session.run({pack.input_name: made["tensor"].reshape(shape)})
        result = classify(outputs, pack)
        outcomes.append(
            Outcome(
                file,
                made["pixels_sha256"],
                made["tensor_sha256"],
                tuple(outputs[recipe.logits_name].reshape(-1).tolist()),
                tuple(result.probabilities.tolist()),
                result.label,
            )
        )
    return outcomes


def compare(one: Sequence[Outcome], other: Sequence[Outcome]) -> Difference:
    """Compare file by file; both lists name the same files in the same order."""
    pairs = list(zip(one, other, strict=True))
    assert all(a.file == b.file for a, b in pairs)
    return Difference(
        files=len(pairs),
        pixels_differ=sum(a.pixels_sha256 != b.pixels_sha256 for a, b in pairs),
        tensors_differ=sum(a.tensor_sha256 != b.tensor_sha256 for a, b in pairs),
        logits=max(_gap(a.logits, b.logits) for a, b in pairs),
        probabilities=max(_gap(a.probabilities, b.probabilities) for a, b in pairs),
        labels_differ=sum(a.label != b.label for a, b in pairs),
    )


def _gap(one: Sequence[float], other: Sequence[float]) -> float:
    return float(np.abs(np.subtract(one, other)).max())
