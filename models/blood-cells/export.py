"""The trained network as ONNX."""

from __future__ import annotations

from pathlib import Path

from network import Block, BloodCellNet
from torch import nn

from insitu_training.layers import ConvNorm
from insitu_training.onnx_graph import Graph
from insitu_training.storage import Storage


def _block(graph: Graph, name: str, block: Block, source: str) -> str:
    first = graph.rectified(f"{name}.first", block.first.conv, source)
    second = graph.convolution(f"{name}.second", block.second.conv, first)
    shortcut = source
    if not isinstance(block.pool, nn.Identity):
        shortcut = graph.add("AveragePool", [shortcut], f"{name}.pool", kernel_shape=[2, 2], strides=[2, 2])
    if isinstance(block.shortcut, ConvNorm):
        shortcut = graph.convolution(f"{name}.shortcut", block.shortcut.conv, shortcut)
    return graph.add("Relu", [graph.add("Add", [second, shortcut], f"{name}.add")], f"{name}.relu")


def write_onnx(net: BloodCellNet, path: Path, storage: Storage = "float16") -> None:
    """Write a folded network; `storage` says how weights are stored; the arithmetic is float32.

    Input `image` (N, 3, H, W) float32, outputs `logits` (N, 8) and `features` (N, d) float32.
    """
    graph = Graph(storage)
    value = graph.rectified("stem", net.stem.conv, "image")
    for index, block in enumerate(net.blocks):
        assert isinstance(block, Block)
        value = _block(graph, f"blocks.{index}", block, value)
    pooled = graph.add("GlobalAveragePool", [value], "pooled")
    features = graph.add("Flatten", [pooled], "features", axis=1)
    head = [graph.weight("head.weight", net.head.weight), graph.weight("head.bias", net.head.bias)]
    graph.add("Gemm", [features, *head], "logits", transB=1)
    outputs = {"logits": ("N", net.head.out_features), "features": ("N", net.head.in_features)}
    graph.write(path, "blood-cells", ("N", 3, "H", "W"), outputs)
