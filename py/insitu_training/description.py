"""Parts of a bioimage.io model description 0.5 that are alike in every pack."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from insitu.pack_types import Operation

from .onnx_graph import OPSET


@dataclass(frozen=True)
class About:
    """What a description says of the pack as a whole; `cite` holds entries of the specification (text, doi)."""

    name: str
    version: str
    description: str
    cite: Sequence[Mapping[str, str]]
    licence: str
    tags: Sequence[str]


def write_description(
    folder: Path,
    about: About,
    inputs: Sequence[Mapping[str, Any]],
    outputs: Sequence[Mapping[str, Any]],
    insitu: Mapping[str, Any],
) -> None:
    """Write rdf.yaml; `insitu` is what Insitu adds (`config.insitu`)."""
    values = {
        "type": "model",
        "format_version": "0.5.4",
        "name": about.name,
        "version": about.version,
        "description": about.description,
        "authors": [{"name": "Insitu contributors"}],
        "cite": [dict(one) for one in about.cite],
        "license": about.licence,
        "tags": list(about.tags),
        "documentation": "CARD.md",
        "covers": ["cover.png"],
        "inputs": list(inputs),
        "outputs": list(outputs),
        "weights": {"onnx": {**file_entry(folder, "model.onnx"), "opset_version": OPSET}},
        "config": {"insitu": dict(insitu)},
    }
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)
    (folder / "rdf.yaml").write_text(text, encoding="utf-8")


def file_entry(folder: Path, name: str) -> dict[str, str]:
    """A file of the pack with its sha256."""
    return {"source": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}


@dataclass(frozen=True)
class InputKind:
    """The channels of an input and the values that they hold, before preprocessing."""

    channels: tuple[str, ...]
    dtype: str
    low: int
    high: int


RGB = InputKind(("red", "green", "blue"), "uint8", 0, 255)


def image_input(
    folder: Path, description: str, kind: InputKind, space: Sequence[Any], steps: Sequence[Operation]
) -> dict[str, Any]:
    """The input `image`; `space` holds the sizes along y and x."""
    return {
        "id": "image",
        "description": description,
        "axes": [
            {"type": "batch"},
            {"type": "channel", "channel_names": list(kind.channels)},
            *({"type": "space", "id": axis, "size": size} for axis, size in zip("yx", space, strict=True)),
        ],
        "data": {"type": kind.dtype, "range": [kind.low, kind.high]},
        "test_tensor": file_entry(folder, "test_input.npy"),
        "preprocessing": [{"id": step.id, "kwargs": dict(step.kwargs)} for step in steps],
    }


def output(folder: Path, name: str, axes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """An output whose test tensor is `test_output_<name>.npy`; `axes` are those after the batch."""
    return {
        "id": name,
        "axes": [{"type": "batch"}, *axes],
        "data": {"type": "float32"},
        "test_tensor": file_entry(folder, f"test_output_{name}.npy"),
    }
