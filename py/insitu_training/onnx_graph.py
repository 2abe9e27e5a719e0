"""A trained network as ONNX, written node by node so that names and order never change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from insitu_training.storage import Storage, round_to_int8

OPSET = 17


class Graph:
    """Nodes and constants in the order in which they are added; every node is named for its output."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, values: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def weight(self, name: str, values: Tensor) -> str:
        """Store a weight; a node brings it to float32. Biases, which are few, take two bytes also beside int8."""
        array = values.detach().numpy()
        if self.storage == "float32":
            return self.constant(name, array.astype(np.float32))
        if self.storage == "int8" and array.ndim > 1:
            multiples, scales = round_to_int8(array)
            self.constant(f"{name}.multiples", multiples)
            self.constant(f"{name}.scales", scales.reshape(-1, *[1] * (array.ndim - 1)))
            # Not DequantizeLinear: onnxruntime keeps that until it runs, and convolutions wait for their weights.
            floats = self.add("Cast", [f"{name}.multiples"], f"{name}.floats", to=TensorProto.FLOAT)
            return self.add("Mul", [floats, f"{name}.scales"], name)
        self.constant(f"{name}.half", array.astype(np.float16))
        return self.add("Cast", [f"{name}.half"], name, to=TensorProto.FLOAT)

    def convolution(
        self, name: str, conv: nn.Conv2d, source: str, pads: tuple[int, int] | None = None
    ) -> str:
        """`pads` lie before and after on both axes; None for the layer's own."""
        assert conv.bias is not None
        side = conv.kernel_size[0]
        before, after = pads or (int(conv.padding[0]), int(conv.padding[0]))
        weights = [self.weight(f"{name}.weight", conv.weight), self.weight(f"{name}.bias", conv.bias)]
        return self.add(
            "Conv", [source, *weights], name,
            kernel_shape=[side, side], strides=list(conv.stride), pads=[before, before, after, after],
            **({"group": conv.groups} if conv.groups > 1 else {}),
        )  # fmt: skip

    def rectified(self, name: str, conv: nn.Conv2d, source: str) -> str:
        return self.add("Relu", [self.convolution(name, conv, source)], f"{name}.relu")

    def write(self, path: Path, name: str, image: Shape, outputs: Mapping[str, Shape]) -> None:
        """Write the file; it has one input, `image`, and everything is float32."""
        proto = helper.make_graph(
            self.nodes,
            name,
            [_tensor("image", image)],
            [_tensor(output, shape) for output, shape in outputs.items()],
            self.constants,
        )
        model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        model.producer_name = "insitu"
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString())


Shape = tuple[int | str, ...]
"""Sizes, or names of those that vary."""


def _tensor(name: str, shape: Shape) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
