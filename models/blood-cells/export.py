"""The trained network as ONNX, written node by node so that names and order never change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from network import Block, BloodCellNet, ConvNorm
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

OPSET = 17


class _Graph:
    """Nodes and weights in the order in which they are added."""

    def __init__(self, half: bool) -> None:
        self.half = half
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def weight(self, name: str, values: Tensor) -> str:
        """Store a weight; in half precision a Cast brings it to float32, once, when the session opens."""
        array = values.detach().numpy()
        if not self.half:
            self.weights.append(numpy_helper.from_array(array.astype(np.float32), name))
            return name
        self.weights.append(numpy_helper.from_array(array.astype(np.float16), f"{name}.half"))
        return self.add("Cast", [f"{name}.half"], name, to=TensorProto.FLOAT)

    def convolution(self, name: str, module: ConvNorm, source: str) -> str:
        conv = module.conv
        assert conv.bias is not None
        side, pad = conv.kernel_size[0], int(conv.padding[0])
        weights = [self.weight(f"{name}.weight", conv.weight), self.weight(f"{name}.bias", conv.bias)]
        return self.add(
            "Conv", [source, *weights], name,
            kernel_shape=[side, side], strides=list(conv.stride), pads=[pad] * 4,
        )  # fmt: skip

    def block(self, name: str, block: Block, source: str) -> str:
        first = self.add(
            "Relu", [self.convolution(f"{name}.first", block.first, source)], f"{name}.first.relu"
        )
        second = self.convolution(f"{name}.second", block.second, first)
        shortcut = source
        if not isinstance(block.pool, nn.Identity):
            shortcut = self.add(
                "AveragePool", [shortcut], f"{name}.pool", kernel_shape=[2, 2], strides=[2, 2]
            )
        if isinstance(block.shortcut, ConvNorm):
            shortcut = self.convolution(f"{name}.shortcut", block.shortcut, shortcut)
        return self.add("Relu", [self.add("Add", [second, shortcut], f"{name}.add")], f"{name}.relu")


def onnx_model(net: BloodCellNet, half: bool) -> onnx.ModelProto:
    """Write a folded network; `half` stores weights as float16, the arithmetic stays float32.

    Input `image` (N, 3, H, W) float32, outputs `logits` (N, 8) and `features` (N, d) float32.
    """
    graph = _Graph(half)
    value = graph.add("Relu", [graph.convolution("stem", net.stem, "image")], "stem.relu")
    for index, block in enumerate(net.blocks):
        assert isinstance(block, Block)
        value = graph.block(f"blocks.{index}", block, value)
    pooled = graph.add("GlobalAveragePool", [value], "pooled")
    features = graph.add("Flatten", [pooled], "features", axis=1)
    head = [graph.weight("head.weight", net.head.weight), graph.weight("head.bias", net.head.bias)]
    graph.add("Gemm", [features, *head], "logits", transB=1)

    def tensor(name: str, *shape: int | str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    proto = helper.make_graph(
        graph.nodes,
        "blood-cells",
        [tensor("image", "N", 3, "H", "W")],
        [tensor("logits", "N", net.head.out_features), tensor("features", "N", net.head.in_features)],
        graph.weights,
    )
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    model.producer_name = "insitu"
    onnx.checker.check_model(model, full_check=True)
    return model


def write_onnx(net: BloodCellNet, path: Path, half: bool = True) -> None:
    """Write `onnx_model` to a file."""
    path.write_bytes(onnx_model(net, half).SerializeToString())
