"""The network: a small residual network, and the forms in which it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from insitu_training.layers import ConvNorm, fold_into, read_weights


@dataclass(frozen=True)
class Layout:
    """Channels of the stem, then (channels, blocks) of each stage; every stage halves the image."""

    stem: int = 24
    stages: tuple[tuple[int, int], ...] = ((40, 1), (80, 2), (176, 2))
    classes: int = 8


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut, which averages 2x2 pixels to halve (ResNet-D, He et al. 2019)."""

    def __init__(self, inputs: int, outputs: int, stride: int, folded: bool) -> None:
        super().__init__()
        self.first = ConvNorm(inputs, outputs, 3, folded, stride=stride)
        self.second = ConvNorm(outputs, outputs, 3, folded)
        self.pool = nn.AvgPool2d(2) if stride == 2 else nn.Identity()
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else ConvNorm(inputs, outputs, 1, folded)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.second(torch.relu(self.first(x)))
        return torch.relu(inner + self.shortcut(self.pool(x)))


class BloodCellNet(nn.Module):
    """(N, 3, H, W) float32, normalised -> logits (N, 8) and features (N, 176), both float32."""

    def __init__(self, layout: Layout | None = None, folded: bool = False) -> None:
        super().__init__()
        self.layout = layout or Layout()
        self.stem = ConvNorm(3, self.layout.stem, 5, folded, stride=2)
        blocks: list[Block] = []
        channels = self.layout.stem
        for width, count in self.layout.stages:
            for index in range(count):
                blocks.append(Block(channels, width, 2 if index == 0 else 1, folded))
                channels = width
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(channels, self.layout.classes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.blocks(torch.relu(self.stem(x))).mean(dim=(2, 3))
        return self.head(features), features


def fold(net: BloodCellNet) -> BloodCellNet:
    """Return a network without batch normalisation that gives what `net` gives in evaluation."""
    return fold_into(BloodCellNet(net.layout, folded=True), net)


def load_weights(path: Path) -> BloodCellNet:
    """Read the weights of the pack into a folded network."""
    return read_weights(BloodCellNet(folded=True), path)
