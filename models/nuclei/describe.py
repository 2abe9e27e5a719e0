"""Write model.onnx, the test tensors, rdf.yaml and reference.json, from weights.npz alone.

`python models/nuclei/describe.py --data ../shared/data/nuclei`
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from evaluate import Scores, evaluate, onnx_session
from export import OPSET, write_onnx
from network import NucleiNet, load_weights
from pack import (
    CLASSES,
    DATA,
    DESCRIPTION,
    DIAMETER_PX,
    DIAMETER_UM,
    EXPECTS,
    NAME,
    NOTICE,
    OPERATIONS,
    SPLIT,
    TILING,
    TOLERANCE,
)
from reference import write_reference

from insitu.decode import decode
from insitu.prepare import normalise

HERE = Path(__file__).parent
VERSION = "0.1.0"
TEST_SAMPLE, TEST_SIZE_PX = "drawn-stained-1.png", 192


def write_pack(folder: Path, net: NucleiNet, data: Path) -> None:
    """Write everything that the description names."""
    write_onnx(net, folder / "model.onnx")
    features = _write_test_tensors(folder, net)
    scores = evaluate(onnx_session(folder / "model.onnx"), data)
    text = yaml.safe_dump(
        _description(folder, features, scores), sort_keys=False, allow_unicode=True, width=110
    )
    (folder / "rdf.yaml").write_text(text, encoding="utf-8")
    write_reference(folder, net)


def _write_test_tensors(folder: Path, net: NucleiNet) -> int:
    """The input before preprocessing, as the specification wants it, and all outputs in PyTorch."""
    pixels_hwc = decode((folder / "samples" / TEST_SAMPLE).read_bytes()).pixels_hwc
    image_hwc = np.ascontiguousarray(pixels_hwc[:TEST_SIZE_PX, :TEST_SIZE_PX, :3])
    with torch.inference_mode():
        outputs = net(torch.from_numpy(normalise(image_hwc, OPERATIONS)[None]))
    np.save(folder / "test_input.npy", np.moveaxis(image_hwc, -1, 0)[None])
    for name, output in zip(("foreground", "offsets", "features"), outputs, strict=True):
        np.save(folder / f"test_output_{name}.npy", output.numpy())
    return int(outputs[2].shape[1])


def _file(folder: Path, name: str) -> dict[str, str]:
    return {"source": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}


def _description(folder: Path, features: int, scores: dict[str, Scores]) -> dict[str, Any]:
    return {
        "type": "model",
        "format_version": "0.5.4",
        "name": NAME,
        "version": VERSION,
        "description": DESCRIPTION,
        "authors": [{"name": "Insitu contributors"}],
        "cite": [{"text": DATA["attribution"], "doi": "10.1038/s41592-019-0612-7"}],
        "license": "CC0-1.0",
        "tags": ["segmentation", "instance-segmentation", "nuclei", "fluorescence-light-microscopy", "2d"],
        "documentation": "CARD.md",
        "covers": ["cover.png"],
        "inputs": [_input(folder)],
        "outputs": [
            _map(folder, "foreground", ["logit"]),
            _map(folder, "offsets", ["y", "x"]),
            {
                "id": "features",
                "axes": [{"type": "batch"}, {"type": "index", "size": features}],
                "data": {"type": "float32"},
                "test_tensor": _file(folder, "test_output_features.npy"),
            },
        ],
        "weights": {"onnx": {**_file(folder, "model.onnx"), "opset_version": OPSET}},
        "config": {"insitu": _insitu(scores)},
    }


def _input(folder: Path) -> dict[str, Any]:
    return {
        "id": "image",
        "description": "RGB, or one channel three times, scaled so that nuclei measure about 20 px",
        "axes": [
            {"type": "batch"},
            {"type": "channel", "channel_names": ["red", "green", "blue"]},
            *({"type": "space", "id": axis, "size": {"min": 64, "step": TILING.multiple}} for axis in "yx"),
        ],
        "data": {"type": "uint8", "range": [0, 255]},
        "test_tensor": _file(folder, "test_input.npy"),
        "preprocessing": [{"id": step.id, "kwargs": dict(step.kwargs)} for step in OPERATIONS],
    }


def _map(folder: Path, name: str, channels: list[str]) -> dict[str, Any]:
    space = [{"type": "space", "id": axis, "size": {"tensor_id": "image", "axis_id": axis}} for axis in "yx"]
    return {
        "id": name,
        "axes": [{"type": "batch"}, {"type": "channel", "channel_names": channels}, *space],
        "data": {"type": "float32"},
        "test_tensor": _file(folder, f"test_output_{name}.npy"),
    }


def _insitu(scores: dict[str, Scores]) -> dict[str, Any]:
    return {
        "id": "nuclei",
        "task": "segment",
        "plane": {"z": "middle"},
        "segment": {
            "diameter_px": DIAMETER_PX,
            "diameter_um": DIAMETER_UM,
            "tiling": vars(TILING),
            "split": vars(SPLIT),
        },
        "outputs": {"foreground": "foreground", "offsets": "offsets", "features": "features"},
        "classes": [dict(vars(entry)) for entry in CLASSES],
        "expects": dict(EXPECTS),
        "notice": NOTICE,
        "tolerance": TOLERANCE,
        "samples": {"folder": "samples", "note": "Drawn by code, not real"},
        "data": dict(DATA),
        "metrics": {
            name: {"images": score.images, "ap_50": round(float(score.precision[0]), 4)}
            for name, score in scores.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/nuclei"))
    args = parser.parse_args()
    write_pack(HERE, load_weights(HERE / "weights.npz"), args.data)


if __name__ == "__main__":
    main()
