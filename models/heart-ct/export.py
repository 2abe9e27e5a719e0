"""The trained network as ONNX: `python models/heart-ct/export.py` writes model.onnx of weights.npz."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from dataset import to_input
from draw import draw_series
from network import Block, HeartNet, load_weights
from pack import MASK_SIDE_PX, SIDE_PX
from torch import nn

from insitu_training.layers import ConvNorm
from insitu_training.onnx_graph import Graph
from insitu_training.speed import open_single
from insitu_training.storage import Storage

HERE = Path(__file__).parent


def _added(graph: Graph, name: str, conv: nn.Conv2d, source: str) -> str:
    """A convolution beside a shortcut."""
    changed = graph.convolution(name, conv, source)
    return graph.add("Relu", [graph.add("Add", [changed, source], f"{name}.add")], f"{name}.relu")


def _block(graph: Graph, name: str, block: Block, source: str) -> str:
    first = graph.rectified(f"{name}.first", block.first.conv, source)
    second = graph.convolution(f"{name}.second", block.second.conv, first)
    return graph.add("Relu", [graph.add("Add", [second, source], f"{name}.add")], f"{name}.relu")


def _joined(graph: Graph, name: str, module: ConvNorm, deeper: str, beside: str) -> str:
    """Twice the size of what is deeper, added to what was there."""
    narrowed = graph.convolution(name, module.conv, deeper)
    larger = graph.add(
        "Resize", [narrowed, "", "twice"], f"{name}.double",
        mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    )  # fmt: skip
    return graph.add("Relu", [graph.add("Add", [beside, larger], f"{name}.add")], f"{name}.relu")


def _enter(graph: Graph, net: HeartNet) -> str:
    """The slice through its windows, at a quarter of the resolution."""
    graph.constant("low", np.float32(0))
    graph.constant("high", np.float32(1))
    graph.constant("twice", np.array([1, 1, 2, 2], np.float32))
    lines = graph.convolution("windows", net.windows, "image")
    value = graph.rectified("stem", net.stem.conv, graph.add("Clip", [lines, "low", "high"], "seen"))
    return _added(graph, "enter_quarter", net.enter_quarter.conv, value)


def _deep(graph: Graph, net: HeartNet, eighth: str) -> str:
    value = graph.rectified("down_deep", net.down_deep.conv, eighth)
    pooled = graph.add("GlobalAveragePool", [value], "pooled")
    whole = graph.convolution("whole", net.whole, pooled)
    value = graph.add("Relu", [graph.add("Add", [value, whole], "whole.add")], "whole.relu")
    return _block(graph, "deep", net.deep, value)


def _answer_presence(graph: Graph, net: HeartNet, deep: str) -> None:
    """Outputs `presence` and `features`."""
    mean = graph.add("GlobalAveragePool", [deep], "mean")
    most = graph.add("GlobalMaxPool", [deep], "most")
    both = graph.add("Concat", [mean, most], "both", axis=1)
    graph.add("Flatten", [graph.convolution("sureness", net.presence, both)], "presence", axis=1)
    graph.add("Flatten", [mean], "features", axis=1)


def write_onnx(net: HeartNet, path: Path, storage: Storage = "float16") -> None:
    """Write a folded network; `storage` says how weights are stored; the arithmetic is float32.

    Input `image` (N, 1, 128, 128) float32, outputs `mask` (N, 1, 64, 64), `presence` (N, 1) and `features` (N, d).
    """
    graph = Graph(storage)
    quarter = _enter(graph, net)
    value = graph.rectified("down_eighth", net.down_eighth.conv, quarter)
    eighth = _block(graph, "enter_eighth", net.enter_eighth, value)
    deep = _deep(graph, net, eighth)
    _answer_presence(graph, net, deep)
    value = _joined(graph, "up_eighth", net.up_eighth, deep, eighth)
    value = _added(graph, "leave_eighth", net.leave_eighth.conv, value)
    value = _joined(graph, "up_quarter", net.up_quarter, value, quarter)
    value = _added(graph, "leave_quarter", net.leave_quarter.conv, value)
    head = graph.convolution("head", net.head, value)
    graph.add("DepthToSpace", [head], "mask", blocksize=2, mode="CRD")
    graph.write(
        path,
        "heart-ct",
        ("N", 1, SIDE_PX, SIDE_PX),
        {
            "mask": ("N", 1, MASK_SIDE_PX, MASK_SIDE_PX),
            "presence": ("N", 1),
            "features": ("N", net.layout.channels[2]),
        },
    )


def main() -> None:
    """Write model.onnx of weights.npz, both beside this file, and say how far the two are apart."""
    net = load_weights(HERE / "weights.npz")
    write_onnx(net, HERE / "model.onnx")
    hu, _, _ = draw_series(20)
    images = np.stack([to_input(hu_hw) for hu_hw in hu])
    with torch.inference_mode():
        expected = [output.numpy() for output in net(torch.from_numpy(images))]
    found = open_single(HERE / "model.onnx").run(None, {"image": images})
    apart = max(float(np.abs(one - other).max()) for one, other in zip(expected, found, strict=True))
    parameters = sum(one.numel() for one in net.parameters())
    size = (HERE / "model.onnx").stat().st_size
    print(f"{parameters} parameters, {size / 1e3:.0f} kB, at most {apart:.1e} from PyTorch")


if __name__ == "__main__":
    main()
