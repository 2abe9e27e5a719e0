"""Write model.onnx, the test tensors and rdf.yaml, from weights.npz alone.

`python models/blood-cells/describe.py --data ../shared/data`
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from evaluate import Evaluation, evaluate, predict
from export import write_onnx
from familiar import Familiar, measure
from network import BloodCellNet, load_weights
from pack import (
    DATA,
    DESCRIPTION,
    EXPECTS,
    FOLDER_CLASSES,
    GEOMETRY,
    NAME,
    NOTICE,
    OPERATIONS,
    PLANE,
    SIZE_PX,
    TOLERANCE,
)  # fmt: skip
from reference import decoded, sample_files

from insitu.prepare import normalise, resample
from insitu_training.description import RGB, About, file_entry, image_input, output, write_description
from insitu_training.familiar import FILE as FEATURES_FILE
from insitu_training.familiar import write_statistics
from insitu_training.scores import metrics

VERSION = "1.0.0"
ABOUT = About(
    name=NAME,
    version=VERSION,
    description=DESCRIPTION,
    cite=({"text": DATA["attribution"], "doi": "10.1016/j.dib.2020.105474"},),
    licence="CC-BY-4.0",
    tags=("classification", "blood", "cells", "light-microscopy", "2d", "rgb"),
)
TEST_SAMPLE = "drawn-neutrophil-1.png"

GEOMETRY_KEYS = ("fit", "width", "height", "shorter_side", "filter", "reducing_gap")


def write_pack(folder: Path, net: BloodCellNet, result: Evaluation, familiar: Familiar) -> None:
    """Write everything that the description names."""
    write_onnx(net, folder / "model.onnx")
    _write_test_tensors(folder, net)
    write_statistics(familiar.statistics, folder / FEATURES_FILE)
    words = "RGB, after Insitu's geometry (config.insitu.geometry)"
    image = image_input(folder, words, RGB, (SIZE_PX, SIZE_PX), OPERATIONS)
    classes = {"type": "channel", "channel_names": [entry.id for entry in FOLDER_CLASSES]}
    outputs = [
        output(folder, "logits", [classes]),
        output(folder, "features", [{"type": "index", "size": net.head.in_features}]),
    ]
    write_description(folder, ABOUT, [image], outputs, _insitu(folder, result, familiar))


def _write_test_tensors(folder: Path, net: BloodCellNet) -> None:
    """The input before preprocessing, as the specification wants it, and both outputs in PyTorch."""
    path = next(file for file in sample_files(folder) if file.name == TEST_SAMPLE)
    image_hwc = resample(decoded(path), GEOMETRY)
    logits, features = predict(net, torch.from_numpy(normalise(image_hwc, OPERATIONS)[None]))
    np.save(folder / "test_input.npy", np.moveaxis(image_hwc, -1, 0)[None])
    np.save(folder / "test_output_logits.npy", logits)
    np.save(folder / "test_output_features.npy", features)


def _insitu(folder: Path, result: Evaluation, familiar: Familiar) -> dict[str, Any]:
    geometry = {key: getattr(GEOMETRY, key) for key in GEOMETRY_KEYS}
    return {
        "id": "blood-cells",
        "task": "classify",
        "plane": dict(PLANE),
        "geometry": geometry,
        "activation": "softmax",
        "temperature": result.temperature,
        "threshold": familiar.threshold,
        "limits": dict(vars(familiar.limits)),
        "training_features": file_entry(folder, FEATURES_FILE),
        "outputs": {"logits": "logits", "features": "features"},
        "classes": [dict(vars(entry)) for entry in FOLDER_CLASSES],
        "expects": dict(EXPECTS),
        "notice": NOTICE,
        "tolerance": TOLERANCE,
        "samples": {"folder": "samples", "note": "Drawn by code, not real"},
        "data": {
            **DATA,
            "split": f"{result.training_images} training, {result.validation.count} validation, 96 test (originals)",
        },
        "metrics": {"validation": metrics(result.validation), "originals": metrics(result.originals)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of all packs' data")
    args = parser.parse_args()
    folder = Path(__file__).parent
    net = load_weights(folder / "weights.npz")
    result = evaluate(net, args.data / "blood_cells")
    write_pack(folder, net, result, measure(net, args.data, result))


if __name__ == "__main__":
    main()
