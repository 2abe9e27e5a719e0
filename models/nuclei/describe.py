"""Write model.onnx, the test tensors, rdf.yaml and reference-objects.json, from weights.npz.

After a training: once, then `familiar.py`, whose statistics are of model.onnx, and once more, for their hash.

`python models/nuclei/describe.py --data ../shared/data/nuclei`
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from evaluate import Scores, evaluate, onnx_session
from export import write_onnx
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
from insitu_training.description import RGB, About, file_entry, image_input, output, write_description
from insitu_training.familiar import FILE as FEATURES_FILE

HERE = Path(__file__).parent
VERSION = "1.0.0"
ABOUT = About(
    name=NAME,
    version=VERSION,
    description=DESCRIPTION,
    cite=({"text": DATA["attribution"], "doi": "10.1038/s41592-019-0612-7"},),
    licence="CC0-1.0",
    tags=("segmentation", "instance-segmentation", "nuclei", "fluorescence-light-microscopy", "2d"),
)
INPUT = "RGB, or one channel three times, scaled so that nuclei measure about 20 px"
TEST_SAMPLE, TEST_SIZE_PX = "drawn-stained-1.png", 192


def write_pack(folder: Path, net: NucleiNet, data: Path) -> None:
    """Write everything that the description names."""
    write_onnx(net, folder / "model.onnx")
    features = _write_test_tensors(folder, net)
    scores = evaluate(onnx_session(folder / "model.onnx"), data)
    side = {"min": 64, "step": TILING.multiple}
    image = image_input(folder, INPUT, RGB, (side, dict(side)), OPERATIONS)
    outputs = [
        output(folder, "foreground", _map("logit")),
        output(folder, "offsets", _map("y", "x")),
        output(folder, "features", [{"type": "index", "size": features}]),
    ]
    write_description(folder, ABOUT, [image], outputs, _insitu(folder, scores))
    write_reference(folder, net)


def _write_test_tensors(folder: Path, net: NucleiNet) -> int:
    """The input before preprocessing, as the specification wants it, and all outputs in PyTorch."""
    pixels_hwc = decode((folder / "samples" / TEST_SAMPLE).read_bytes()).pixels_hwc
    image_hwc = np.ascontiguousarray(pixels_hwc[:TEST_SIZE_PX, :TEST_SIZE_PX, :3])
    with torch.inference_mode():
        outputs = net(torch.from_numpy(normalise(image_hwc, OPERATIONS)[None]))
    np.save(folder / "test_input.npy", np.moveaxis(image_hwc, -1, 0)[None])
    for name, values in zip(("foreground", "offsets", "features"), outputs, strict=True):
        np.save(folder / f"test_output_{name}.npy", values.numpy())
    return int(outputs[2].shape[1])


def _map(*channels: str) -> list[dict[str, Any]]:
    """Axes of a map as large as the image."""
    return [
        {"type": "channel", "channel_names": list(channels)},
        *({"type": "space", "id": axis, "size": {"tensor_id": "image", "axis_id": axis}} for axis in "yx"),
    ]


def _insitu(folder: Path, scores: dict[str, Scores]) -> dict[str, Any]:
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
        "training_features": file_entry(folder, FEATURES_FILE),
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
