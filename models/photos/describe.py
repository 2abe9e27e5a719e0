"""Write model.onnx, the test tensors, the statistics of features and rdf.yaml of a pack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from evaluate import Evaluation
from export import write_onnx
from network import WIDTHS, PhotoNet
from numpy.typing import NDArray
from pack import OPERATIONS, SIZE_PX, About, insitu_config

from insitu.prepare import normalise
from insitu_training import description
from insitu_training.description import RGB, file_entry, image_input, output, write_description
from insitu_training.familiar import FILE as FEATURES_FILE
from insitu_training.familiar import write_statistics
from insitu_training.scores import metrics


@dataclass(frozen=True)
class Trained:
    """What a training gave: the network, a test picture (224, 224, 3) uint8, the figures, and how it was divided."""

    net: PhotoNet
    picture: NDArray[np.uint8]
    evaluation: Evaluation
    split: str
    has_samples: bool


def write_pack(folder: Path, trained: Trained, about: About) -> None:
    """Write everything that the description names, but the cover and the samples, which must be there."""
    write_onnx(trained.net, folder / "model.onnx", about.id)
    _write_test_tensors(folder, trained)
    write_statistics(trained.evaluation.statistics, folder / FEATURES_FILE)
    words = "RGB, after Insitu's geometry (config.insitu.geometry)"
    image = image_input(folder, words, RGB, (SIZE_PX, SIZE_PX), OPERATIONS)
    classes = {"type": "channel", "channel_names": [label.id for label in about.classes]}
    outputs = [
        output(folder, "logits", [classes]),
        output(folder, "features", [{"type": "index", "size": sum(WIDTHS)}]),
    ]
    whole = description.About(
        name=about.name,
        version=about.version,
        description=about.description,
        cite=about.cite,
        licence=about.licence,
        tags=("classification", "photographs", "2d", "rgb"),
    )
    write_description(folder, whole, [image], outputs, _insitu(folder, trained, about))


def _write_test_tensors(folder: Path, trained: Trained) -> None:
    """The input before preprocessing, as the specification wants it, and both outputs in PyTorch."""
    with torch.inference_mode():
        tensor = torch.from_numpy(normalise(trained.picture, OPERATIONS)[None])
        logits, features = trained.net(tensor)
    np.save(folder / "test_input.npy", np.moveaxis(trained.picture, -1, 0)[None])
    np.save(folder / "test_output_logits.npy", logits.numpy())
    np.save(folder / "test_output_features.npy", features.numpy())


def _insitu(folder: Path, trained: Trained, about: About) -> dict[str, Any]:
    result = trained.evaluation
    scores = {"held_out": result.as_they_are, "held_out_changed": result.changed, "test": result.test}
    samples = (
        {"samples": {"folder": "samples", "note": "Drawn by code, not real"}} if trained.has_samples else {}
    )
    return {
        **insitu_config(about),
        "temperature": result.temperature,
        "limits": dict(vars(result.limits)),
        "training_features": file_entry(folder, FEATURES_FILE),
        **samples,
        "data": {**about.data, "split": trained.split},
        "metrics": {name: metrics(one) for name, one in scores.items() if one is not None},
    }
