"""The trained network as ONNX, written node by node so that names and order never change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from network import OFFSET_UNIT_PX, Block, ConvNorm, NucleiNet
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

OPSET = 17


class _Graph:
    """Nodes and weights in the order in which they are added."""

    def __init__(self, half: bool) -> None:
        self.half = half
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, values: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def weight(self, name: str, values: Tensor) -> str:
        """Store a weight; in half precision a Cast brings it to float32, once, when the session opens."""
        array = values.detach().numpy()
        if not self.half:
            return self.constant(name, array.astype(np.float32))
        self.constant(f"{name}.half", array.astype(np.float16))
        return self.add("Cast", [f"{name}.half"], name, to=TensorProto.FLOAT)

    def convolution(self, name: str, conv: nn.Conv2d, source: str) -> str:
        assert conv.bias is not None
        side, pad = conv.kernel_size[0], int(conv.padding[0])
        weights = [self.weight(f"{name}.weight", conv.weight), self.weight(f"{name}.bias", conv.bias)]
        return self.add(
            "Conv", [source, *weights], name,
            kernel_shape=[side, side], strides=list(conv.stride), pads=[pad] * 4,
        )  # fmt: skip

    def rectified(self, name: str, module: ConvNorm, source: str) -> str:
        return self.add("Relu", [self.convolution(name, module.conv, source)], f"{name}.relu")

    def block(self, name: str, block: Block, source: str) -> str:
        first = self.rectified(f"{name}.first", block.first, source)
        second = self.convolution(f"{name}.second", block.second.conv, first)
        return self.add("Relu", [self.add("Add", [second, source], f"{name}.add")], f"{name}.relu")

    def joined(self, name: str, module: ConvNorm, deeper: str, beside: str) -> str:
        """Twice the size of what is deeper, added to what was there."""
        narrowed = self.convolution(name, module.conv, deeper)
        scales = "twice"
        larger = self.add(
            "Resize", [narrowed, "", scales], f"{name}.double",
            mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        )  # fmt: skip
        return self.add("Relu", [self.add("Add", [beside, larger], f"{name}.add")], f"{name}.relu")


def _enter(graph: _Graph) -> str:
    """Brightness and its root, at half the resolution with four times the channels."""
    graph.constant("low", np.float32(0))
    graph.constant("high", np.float32(1.5))
    graph.constant("floor", np.float32(1e-4))
    graph.constant("twice", np.array([1, 1, 2, 2], np.float32))
    bright = graph.add("Clip", ["image", "low", "high"], "bright")
    root = graph.add("Sqrt", [graph.add("Add", [bright, "floor"], "lifted")], "root")
    return graph.add("Concat", [bright, root], "seen", axis=1)


def onnx_model(net: NucleiNet, half: bool) -> onnx.ModelProto:
    """Write a folded network; `half` stores weights as float16, the arithmetic stays float32.

    Input `image` (N, 3, H, W) float32, outputs `foreground` (N, 1, H, W), `offsets` (N, 2, H, W) and `features` (N, d).
    """
    graph = _Graph(half)
    # SpaceToDepth orders channels (y, x, channel), PyTorch's pixel_unshuffle (channel, y, x): the stem is reordered.
    parts = graph.add("SpaceToDepth", [_enter(graph)], "parts", blocksize=2)
    stem = _reordered(net.stem.conv)
    value = graph.add("Relu", [graph.convolution("stem", stem, parts)], "stem.relu")
    at_half = graph.block("enter_half", net.enter_half, value)
    at_quarter = graph.block(
        "enter_quarter", net.enter_quarter, graph.rectified("down_quarter", net.down_quarter, at_half)
    )
    value = graph.rectified("down_eighth", net.down_eighth, at_quarter)
    for index, block in enumerate(net.deep):
        assert isinstance(block, Block)
        value = graph.block(f"deep.{index}", block, value)
    graph.add("ReduceMean", [value], "features", axes=[2, 3], keepdims=0)
    value = graph.block(
        "leave_quarter", net.leave_quarter, graph.joined("up_quarter", net.up_quarter, value, at_quarter)
    )
    value = graph.block("leave_half", net.leave_half, graph.joined("up_half", net.up_half, value, at_half))
    answers = graph.add(
        "DepthToSpace", [graph.convolution("head", net.head, value)], "answers", blocksize=2, mode="CRD"
    )
    graph.constant("sizes", np.array([1, 2], np.int64))
    graph.constant("unit", np.float32(OFFSET_UNIT_PX))
    graph.nodes.append(
        helper.make_node("Split", [answers, "sizes"], ["foreground", "directions"], name="split", axis=1)
    )
    graph.add("Mul", ["directions", "unit"], "offsets")
    return _model(graph, net)


def _reordered(conv: nn.Conv2d) -> nn.Conv2d:
    outputs, inputs, height, width = conv.weight.shape
    copy = nn.Conv2d(inputs, outputs, height, padding=height // 2)
    by_channel = conv.weight.reshape(outputs, inputs // 4, 4, height, width)
    copy.weight = nn.Parameter(by_channel.transpose(1, 2).reshape(outputs, inputs, height, width))
    copy.bias = conv.bias
    return copy


def _model(graph: _Graph, net: NucleiNet) -> onnx.ModelProto:
    def tensor(name: str, *shape: int | str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    proto = helper.make_graph(
        graph.nodes,
        "nuclei",
        [tensor("image", "N", 3, "H", "W")],
        [
            tensor("foreground", "N", 1, "H", "W"),
            tensor("offsets", "N", 2, "H", "W"),
            tensor("features", "N", net.layout.channels[2]),
        ],
        graph.constants,
    )
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    model.producer_name = "insitu"
    onnx.checker.check_model(model, full_check=True)
    return model


def write_onnx(net: NucleiNet, path: Path, half: bool = True) -> None:
    """Write `onnx_model` to a file."""
    path.write_bytes(onnx_model(net, half).SerializeToString())
