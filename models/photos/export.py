"""The network as ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from network import DEEPEST, DEPTHS, Block, PhotoNet, SameConv

from insitu_training.onnx_graph import Graph


def _relu6(graph: Graph, name: str, layer: SameConv, source: str) -> str:
    value = graph.convolution(name, layer.conv, source, layer.pads)
    return graph.add("Clip", [value, "zero", "six"], f"{name}.relu6")


def _block(graph: Graph, name: str, block: Block, source: str) -> str:
    inner = source if block.widen is None else _relu6(graph, f"{name}.widen", block.widen, source)
    each = _relu6(graph, f"{name}.each", block.each, inner)
    narrow = graph.convolution(f"{name}.narrow", block.narrow.conv, each, block.narrow.pads)
    return graph.add("Add", [narrow, source], f"{name}.add") if block.adds else narrow


def write_onnx(net: PhotoNet, path: Path, name: str) -> None:
    """Weights of convolutions are stored as int8, the linear layer as float16; the arithmetic is float32.

    Input `image` (N, 3, H, W) float32 with H and W multiples of 16, outputs `logits` (N, classes) and `features`
    (N, 384) float32.
    """
    graph = Graph("int8")
    graph.constant("zero", np.float32(0))
    graph.constant("six", np.float32(6))
    value = _relu6(graph, "stem", net.trunk.stem, "image")
    flat = []
    for index, block in enumerate(net.trunk.blocks):
        assert isinstance(block, Block)
        value = _block(graph, f"blocks.{index}", block, value)
        if index in DEPTHS:
            pooled = graph.add("GlobalAveragePool", [value], f"pooled.{index}")
            flat.append(graph.add("Flatten", [pooled], f"flat.{index}", axis=1))
    graph.add("Concat", flat, "features", axis=1)
    graph.storage = "float16"
    head = [graph.weight("head.weight", net.head.weight), graph.weight("head.bias", net.head.bias)]
    graph.add("Gemm", [flat[-1], *head], "logits", transB=1)
    assert net.head.in_features == DEEPEST
    sizes = {"logits": ("N", net.head.out_features), "features": ("N", 384)}
    graph.write(path, name, ("N", 3, "H", "W"), sizes)
