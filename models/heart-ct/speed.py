"""How large and how fast the network is: `python models/heart-ct/speed.py --ort-web <node_modules/onnxruntime-web>`.

Prints a table; `--card` writes it into CARD.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from export import HERE
from network import load_weights
from pack import SIDE_PX
from torch import Tensor, nn

from insitu_training.card import table, write_sections
from insitu_training.speed import native_ms, web_ms

BATCHES, RUNS = (1, 16, 64), 30


def multiply_adds(net: nn.Module, image: Tensor) -> int:
    """Of all convolutions, for one image."""
    total = 0

    def count(module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        assert isinstance(module, nn.Conv2d)
        total += output.numel() * module.weight[0].numel()

    hooks = [module.register_forward_hook(count) for module in net.modules() if isinstance(module, nn.Conv2d)]
    net(image)
    for hook in hooks:
        hook.remove()
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ort-web", type=Path, required=True)
    parser.add_argument("--card", action="store_true", help="write the table into CARD.md")
    args = parser.parse_args()
    model = HERE / "model.onnx"
    net = load_weights(HERE / "weights.npz")
    parameters = sum(one.numel() for one in net.parameters())
    work = multiply_adds(net, net.windows.weight.new_zeros((1, 1, SIDE_PX, SIDE_PX)))
    rows = []
    for batch in BATCHES:
        shape = (batch, 1, SIDE_PX, SIDE_PX)
        times = native_ms(model, shape, RUNS), web_ms(model, args.ort_web, shape, RUNS)
        rows.append([str(batch), *(f"{one / batch:.2f}" for one in times)])
    text = (
        f"{parameters / 1e3:.1f} thousand parameters, {model.stat().st_size / 1e3:.0f} kB, "
        f"{work / 1e6:.1f} million multiply-adds a slice. Least time a slice of {RUNS} runs on one thread, on a shared "
        "two-core machine; native is onnxruntime, wasm the CPU build of onnxruntime-web under node:\n\n"
        + table(["batch", "native ms", "wasm ms"], rows)
    )
    print(text)
    if args.card:
        write_sections(HERE / "CARD.md", {"speed": text})


if __name__ == "__main__":
    main()
