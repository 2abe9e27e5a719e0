"""The network: the first twelve blocks of EfficientNet-Lite0, what they say at three depths, and one linear layer.

EfficientNet-Lite: Tan and Le 2019, in the form without squeeze-and-excitation and with ReLU6. Its blocks stay as
ImageNet taught them (trunk.npz, written by trunk.py); only the linear layer learns the classes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from insitu_training.layers import read_weights

STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 1, 2, 5),
)
"""Expansion, channels, blocks, stride of the first block, side of the kernel."""
STEM = 32
DEPTHS = (7, 10, 11)
"""Blocks whose outputs, averaged over the image, are the features; the last of them names the class."""
WIDTHS = (80, 112, 192)
"""Channels there."""
DEEPEST = WIDTHS[-1]


class SameConv(nn.Module):
    """Convolution with a bias and TensorFlow's padding: what is odd of it lies below and on the right."""

    def __init__(self, inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, 0, groups=groups)
        total = kernel - stride
        self.pads = (total // 2, total - total // 2)
        """Before and after, on both axes; for sides that the stride divides."""

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv(functional.pad(x, self.pads * 2))
        return out


class Block(nn.Module):
    """Wider, each channel by itself, narrower again; and a shortcut where shapes allow (Sandler et al. 2018)."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int, kernel: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self.widen = SameConv(inputs, inner, 1) if expansion > 1 else None
        self.each = SameConv(inner, inner, kernel, stride=stride, groups=inner)
        self.narrow = SameConv(inner, outputs, 1)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        inner = x if self.widen is None else functional.relu6(self.widen(x))
        out: Tensor = self.narrow(functional.relu6(self.each(inner)))
        return x + out if self.adds else out


class Trunk(nn.Module):
    """(N, 3, H, W) float32, normalised -> features (N, 384) float32."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, STEM, 3, stride=2)
        blocks: list[Block] = []
        channels = STEM
        for expansion, width, count, stride, kernel in STAGES:
            for index in range(count):
                blocks.append(Block(channels, width, expansion, stride if index == 0 else 1, kernel))
                channels = width
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> Tensor:
        value = functional.relu6(self.stem(x))
        pooled = []
        for index, block in enumerate(self.blocks):
            value = block(value)
            if index in DEPTHS:
                pooled.append(value.mean(dim=(2, 3)))
        return torch.cat(pooled, dim=1)


class PhotoNet(nn.Module):
    """(N, 3, H, W) float32, normalised -> logits (N, classes) and features (N, 384), both float32."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.head = nn.Linear(DEEPEST, classes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.trunk(x)
        return self.head(features[:, -DEEPEST:]), features


def load_trunk(path: Path) -> Trunk:
    """Read the weights that trunk.py wrote."""
    return read_weights(Trunk(), path)


def load_net(trunk: Trunk, head: Path) -> PhotoNet:
    """The network of a pack, of the trunk and the layer in its head.npz."""
    with np.load(head) as stored:
        weight, bias = (torch.from_numpy(stored[name].astype(np.float32)) for name in ("weight", "bias"))
    net = PhotoNet(len(bias))
    net.trunk = trunk
    net.head.load_state_dict({"weight": weight, "bias": bias})
    return net.eval()


def save_head(head: nn.Linear, path: Path) -> None:
    """Write the layer as the values that model.onnx stores."""
    weight, bias = (part.detach().numpy().astype(np.float16) for part in (head.weight, head.bias))
    np.savez(path, weight=weight, bias=bias)
