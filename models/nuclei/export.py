"""The trained network as ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from network import OFFSET_UNIT_PX, Block, NucleiNet
from onnx import helper
from torch import nn

from insitu_training.layers import ConvNorm
from insitu_training.onnx_graph import Graph
from insitu_training.storage import Storage


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


def _enter(graph: Graph) -> str:
    """Brightness and its root, at half the resolution with four times the channels."""
    graph.constant("low", np.float32(0))
    graph.constant("high", np.float32(1.5))
    graph.constant("floor", np.float32(1e-4))
    graph.constant("twice", np.array([1, 1, 2, 2], np.float32))
    bright = graph.add("Clip", ["image", "low", "high"], "bright")
    root = graph.add("Sqrt", [graph.add("Add", [bright, "floor"], "lifted")], "root")
    return graph.add("Concat", [bright, root], "seen", axis=1)


def write_onnx(net: NucleiNet, path: Path, storage: Storage = "float16") -> None:
    """Write a folded network; `storage` says how weights are stored; the arithmetic is float32.

    Input `image` (N, 3, H, W) float32, outputs `foreground` (N, 1, H, W), `offsets` (N, 2, H, W) and `features` (N, d).
    """
    graph = Graph(storage)
    # SpaceToDepth orders channels (y, x, channel), PyTorch's pixel_unshuffle (channel, y, x): the stem is reordered.
    parts = graph.add("SpaceToDepth", [_enter(graph)], "parts", blocksize=2)
    value = graph.rectified("stem", _reordered(net.stem.conv), parts)
    at_half = _block(graph, "enter_half", net.enter_half, value)
    value = graph.rectified("down_quarter", net.down_quarter.conv, at_half)
    at_quarter = _block(graph, "enter_quarter", net.enter_quarter, value)
    value = graph.rectified("down_eighth", net.down_eighth.conv, at_quarter)
    for index, block in enumerate(net.deep):
        assert isinstance(block, Block)
        value = _block(graph, f"deep.{index}", block, value)
    graph.add("ReduceMean", [value], "features", axes=[2, 3], keepdims=0)
    value = _joined(graph, "up_quarter", net.up_quarter, value, at_quarter)
    value = _block(graph, "leave_quarter", net.leave_quarter, value)
    value = _joined(graph, "up_half", net.up_half, value, at_half)
    _answer(graph, graph.convolution("head", net.head, _block(graph, "leave_half", net.leave_half, value)))
    graph.write(
        path,
        "nuclei",
        ("N", 3, "H", "W"),
        {
            "foreground": ("N", 1, "H", "W"),
            "offsets": ("N", 2, "H", "W"),
            "features": ("N", net.layout.channels[2]),
        },
    )


def _answer(graph: Graph, head: str) -> None:
    """Both outputs at full resolution."""
    answers = graph.add("DepthToSpace", [head], "answers", blocksize=2, mode="CRD")
    graph.constant("sizes", np.array([1, 2], np.int64))
    graph.constant("unit", np.float32(OFFSET_UNIT_PX))
    graph.nodes.append(
        helper.make_node("Split", [answers, "sizes"], ["foreground", "directions"], name="split", axis=1)
    )
    graph.add("Mul", ["directions", "unit"], "offsets")


def _reordered(conv: nn.Conv2d) -> nn.Conv2d:
    outputs, inputs, height, width = conv.weight.shape
    copy = nn.Conv2d(inputs, outputs, height, padding=height // 2)
    by_channel = conv.weight.reshape(outputs, inputs // 4, 4, height, width)
    copy.weight = nn.Parameter(by_channel.transpose(1, 2).reshape(outputs, inputs, height, width))
    copy.bias = conv.bias
    return copy
