"""Measure the pack: `python models/blood-cells/evaluate.py --data ../shared/data/blood_cells`.

Prints Markdown tables; `--card` writes them into CARD.md, `--reference` writes reference.json,
`--originals` adds the 96 originals to the table of equality.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import card
import numpy as np
import onnxruntime
import torch
from dataset import WHOLE, Images, is_validation, load_images
from network import load_weights
from numpy.typing import NDArray
from pack import GEOMETRY, OPERATIONS
from reference import decoded, sample_files, textbook_tensor, write_reference
from torch import Tensor, nn

from insitu.prepare import normalise, resample
from insitu_training.card import write_sections
from insitu_training.scores import Scores, fit_temperature, score, softmax

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Evaluation:
    """What the shipped weights give on images they were not trained on."""

    temperature: float
    training_images: int
    validation: Scores
    originals: Scores


def prepared(images: Images) -> Tensor:
    """Images as the pack prepares them. (N, 3, h, w) float32."""
    tensors = [normalise(resample(image, GEOMETRY), OPERATIONS) for image in images.images_nhwc]
    return torch.from_numpy(np.stack(tensors))


def predict(net: nn.Module, tensor_nchw: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits (N, 8) and features (N, d)."""
    net.eval()
    with torch.inference_mode():
        parts = [net(part) for part in torch.split(tensor_nchw, 64)]
    return torch.cat([part[0] for part in parts]).numpy(), torch.cat([part[1] for part in parts]).numpy()


def evaluate(net: nn.Module, data: Path) -> Evaluation:
    """Fit the temperature on the validation images; score them and the 96 originals."""
    images = load_images(data / "train128", WHOLE)
    held_back = is_validation(images)
    validation = images.take(held_back)
    logits, _ = predict(net, prepared(validation))
    temperature = fit_temperature(logits, validation.labels)
    originals = load_images(data / "original", GEOMETRY)
    tensors = torch.from_numpy(np.stack([normalise(image, OPERATIONS) for image in originals.images_nhwc]))
    return Evaluation(
        temperature=temperature,
        training_images=int((~held_back).sum()),
        validation=score(logits, validation.labels, temperature),
        originals=score(predict(net, tensors)[0], originals.labels, temperature),
    )


@dataclass(frozen=True)
class Equality:
    """Largest differences between PyTorch on textbook tensors and onnxruntime on Insitu's."""

    images: int
    tensor: float
    logits: float
    probabilities: float
    labels_differ: int


def compare(net: nn.Module, files: list[Path], temperature: float) -> Equality:
    """Run each file both ways."""
    session = onnxruntime.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])
    ours, theirs, tensor = [], [], 0.0
    for path in files:
        tensor_nchw = normalise(resample(decoded(path), GEOMETRY), OPERATIONS)[None]
        textbook = textbook_tensor(path)
        tensor = max(tensor, float(np.abs(tensor_nchw - textbook.numpy()).max()))
        ours.append(session.run(["logits"], {"image": tensor_nchw})[0])
        theirs.append(predict(net, textbook)[0])
    one, other = np.concatenate(ours), np.concatenate(theirs)
    gap = np.abs(softmax(one, temperature) - softmax(other, temperature)).max()
    differ = int((one.argmax(axis=1) != other.argmax(axis=1)).sum())
    return Equality(len(files), tensor, float(np.abs(one - other).max()), float(gap), differ)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/blood_cells"))
    parser.add_argument("--reference", action="store_true", help="write reference.json")
    parser.add_argument("--originals", action="store_true", help="compare runtimes on the 96 originals too")
    parser.add_argument("--card", action="store_true", help="write the tables into CARD.md")
    args = parser.parse_args()
    net = load_weights(HERE / "weights.npz")
    result = evaluate(net, args.data)
    if args.reference:
        write_reference(HERE, net, result.temperature)
    sets = {"drawn samples": sample_files(HERE)}
    if args.originals:
        sets["originals"] = sorted((args.data / "original").glob("*/*.jpg"))
    rows = {name: compare(net, files, result.temperature) for name, files in sets.items()}
    sections = {"results": card.results(result), "equality": card.equality(rows)}
    print("\n\n".join(sections.values()))
    if args.card:
        write_sections(HERE / "CARD.md", sections)


if __name__ == "__main__":
    main()
