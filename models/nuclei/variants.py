"""Compare networks and ways to store them: `python models/nuclei/variants.py --work <scratch folder>`.

The work folder holds the weights of the networks that are compared with the shipped one, as train.py wrote them:
`first.npz` (after its first training), `pruned.npz`, `distilled.npz` and `large.npz`; those that are missing are left
out. Writes a table into CARD.md. With `--ort-web`, the folder of an installed onnxruntime-web, its CPU build is timed
under node.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from augment import Cropper
from dataset import load_samples, scale_sample
from evaluate import evaluate, onnx_session
from export import write_onnx
from network import Layout, load_weights
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from train import LARGE_LAYOUT, read_layout

from insitu_training.card import table, write_sections
from insitu_training.speed import native_ms, rgb_shape, web_ms
from insitu_training.storage import Storage

HERE = Path(__file__).parent
SIDE_PX, RUNS = 512, 12
CALIBRATION_BATCHES = 12


@dataclass(frozen=True)
class Variant:
    """A network to compare, and the form in which it is stored."""

    words: str
    weights: Path
    layout: Layout
    form: Storage | Literal["U8S8", "U8S7"] = "float16"


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Crops as training sees them, some at a time."""

    def __init__(self, data: Path) -> None:
        samples = load_samples(data, ("training",))
        cropper = Cropper(
            [scale_sample(sample) for sample in samples], np.ones(len(samples)), np.random.default_rng(7)
        )
        parts: list[NDArray[np.float32]] = [
            cropper.batch(8).images.numpy() for _ in range(CALIBRATION_BATCHES)
        ]
        self.parts: Iterator[NDArray[np.float32]] = iter(parts)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        part = next(self.parts, None)
        return None if part is None else {"image": part}


def write_model(variant: Variant, path: Path, data: Path) -> None:
    """Write the network in the variant's form."""
    net = load_weights(variant.weights, variant.layout)
    if variant.form != "U8S8" and variant.form != "U8S7":
        write_onnx(net, path, variant.form)
        return
    exact = path.with_name("exact.onnx")
    write_onnx(net, exact, "float32")
    quantize_static(
        exact,
        path,
        _Calibration(data),
        quant_format=QuantFormat.QOperator,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=variant.form == "U8S7",
        op_types_to_quantize=["Conv", "Relu", "Add"],
        nodes_to_exclude=["lifted", "head"],
    )


def measure(variant: Variant, work: Path, data: Path, ort_web: Path | None) -> list[str]:
    """One row of the table."""
    path = work / "variant.onnx"
    write_model(variant, path, data)
    scores = evaluate(onnx_session(path), data)
    pixels = SIDE_PX**2 / 1e6
    precision = [
        f"{scores[kind].precision[0]:.3f}" for kind in ("fluo, all", "fluo, held-out types", "histology, all")
    ]
    native = native_ms(path, rgb_shape(SIDE_PX), RUNS) / 1e3 / pixels
    web = f"{web_ms(path, ort_web, rgb_shape(SIDE_PX), RUNS) / 1e3 / pixels:.2f}" if ort_web else "-"
    with np.load(variant.weights) as stored:
        parameters = sum(stored[key].size for key in stored.files) / 1e6
    return [
        variant.words,
        f"{parameters:.2f} M",
        f"{path.stat().st_size / 1e6:.2f} MB",
        *precision,
        f"{native:.2f}",
        web,
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/nuclei"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pruned-layout", type=read_layout, default=Layout(inner=0.5))
    parser.add_argument("--ort-web", type=Path, help="node_modules/onnxruntime-web")
    args = parser.parse_args()
    shipped, small = HERE / "weights.npz", Layout()
    variants = [
        Variant("float32 weights", shipped, small, "float32"),
        Variant("**float16 weights, float32 arithmetic (shipped)**", shipped, small),
        Variant("int8 weights, float32 arithmetic", shipped, small, "int8"),
        Variant("int8, QOperator, U8 activations, S8 weights per channel", shipped, small, "U8S8"),
        Variant("the same with weights of 7 bits", shipped, small, "U8S7"),
        Variant(
            "half of the channels inside blocks pruned, then trained on",
            args.work / "pruned.npz",
            args.pruned_layout,
        ),
        Variant("trained on with the larger network as teacher", args.work / "distilled.npz", small),
        Variant("the shipped network after its first training", args.work / "first.npz", small),
        Variant("the larger network, int8 weights", args.work / "large.npz", LARGE_LAYOUT, "int8"),
        Variant(
            "the larger network, U8 activations, weights of 7 bits",
            args.work / "large.npz",
            LARGE_LAYOUT,
            "U8S7",
        ),
    ]
    rows = [
        measure(variant, args.work, args.data, args.ort_web)
        for variant in variants
        if variant.weights.exists()
    ]
    precision = [f"AP@0.5 {kind}" for kind in ("fluorescence", "held-out types", "histology")]
    text = table(["network", "parameters", "size", *precision, "native s/MP", "wasm s/MP"], rows)
    print(text)
    write_sections(HERE / "CARD.md", {"variants": text})


if __name__ == "__main__":
    main()
