"""Compare ways to store the network: `python models/blood-cells/variants.py --work <scratch folder>`.

Writes fp32.onnx, fp16.onnx and int8.onnx to the work folder and a table into CARD.md. With
`--ort-web`, the folder of an installed onnxruntime-web, its CPU build is timed under node.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from dataset import WHOLE, Images, is_validation, load_images
from evaluate import prepared
from export import write_onnx
from network import load_weights
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from pack import SIZE_PX

from insitu_training.card import table, write_sections
from insitu_training.speed import native_ms, open_single, rgb_shape, web_ms

HERE = Path(__file__).parent
RUNS = 200
FORMS = {
    "fp32": "float32 weights",
    "fp16": "**float16 weights, float32 arithmetic (shipped)**",
    "int8": "int8, QOperator, U8 activations, S8 weights per channel",
}


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Training images, one at a time."""

    def __init__(self, tensor_nchw: NDArray[np.float32]) -> None:
        self.parts: Iterator[NDArray[np.float32]] = iter(np.split(tensor_nchw, len(tensor_nchw)))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        part = next(self.parts, None)
        return None if part is None else {"image": part}


def write_variants(work: Path, training: Images) -> None:
    """Write each form of the network; 256 training images calibrate the quantisation."""
    net = load_weights(HERE / "weights.npz")
    write_onnx(net, work / "fp32.onnx", "float32")
    write_onnx(net, work / "fp16.onnx", "float16")
    chosen = np.zeros(len(training.labels), np.bool_)
    chosen[:: len(chosen) // 256] = True
    quantize_static(
        work / "fp32.onnx",
        work / "int8.onnx",
        _Calibration(prepared(training.take(chosen)).numpy()),
        quant_format=QuantFormat.QOperator,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )


def _logits(path: Path, tensor_nchw: NDArray[np.float32]) -> NDArray[np.float32]:
    session = open_single(path)
    return np.concatenate([session.run(["logits"], {"image": image[None]})[0] for image in tensor_nchw])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/blood_cells"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--ort-web", type=Path, help="node_modules/onnxruntime-web")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    images = load_images(args.data / "train128", WHOLE)
    held_back = is_validation(images)
    write_variants(args.work, images.take(~held_back))
    validation = images.take(held_back)
    tensor = prepared(validation).numpy()
    exact = _logits(args.work / "fp32.onnx", tensor)
    rows = []
    for form, words in FORMS.items():
        path = args.work / f"{form}.onnx"
        logits = _logits(path, tensor)
        right = (logits.argmax(axis=1) == validation.labels).mean()
        changed = int((logits.argmax(axis=1) != exact.argmax(axis=1)).sum())
        web = f"{web_ms(path, args.ort_web, rgb_shape(SIZE_PX), RUNS):.1f}" if args.ort_web else "-"
        size = f"{path.stat().st_size / 1e6:.2f} MB"
        rows.append([words, size, f"{right:.1%}", str(changed), f"{np.abs(logits - exact).max():.1e}",
                     f"{native_ms(path, rgb_shape(SIZE_PX), RUNS):.1f}", web])  # fmt: skip
    head = [
        "form",
        "size",
        "validation",
        "labels changed",
        "largest change of a logit",
        "native ms",
        "wasm ms",
    ]
    text = table(head, rows)
    print(text)
    write_sections(HERE / "CARD.md", {"variants": text})


if __name__ == "__main__":
    main()
