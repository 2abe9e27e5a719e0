"""The network: a small residual network, and the forms in which it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Layout:
    """Channels of the stem, then (channels, blocks) of each stage; every stage halves the image."""

    stem: int = 24
    stages: tuple[tuple[int, int], ...] = ((40, 1), (80, 2), (176, 2))
    classes: int = 8


class ConvNorm(nn.Module):
    """Convolution and batch normalisation, or, once folded, a convolution with a bias."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, folded: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=folded)
        self.norm = nn.Identity() if folded else nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(x))
        return out


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut, which averages 2x2 pixels to halve (ResNet-D, He et al. 2019)."""

    def __init__(self, inputs: int, outputs: int, stride: int, folded: bool) -> None:
        super().__init__()
        self.first = ConvNorm(inputs, outputs, 3, stride, folded)
        self.second = ConvNorm(outputs, outputs, 3, 1, folded)
        self.pool = nn.AvgPool2d(2) if stride == 2 else nn.Identity()
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else ConvNorm(inputs, outputs, 1, 1, folded)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.second(torch.relu(self.first(x)))
        return torch.relu(inner + self.shortcut(self.pool(x)))


class BloodCellNet(nn.Module):
    """(N, 3, H, W) float32, normalised -> logits (N, 8) and features (N, 176), both float32."""

    def __init__(self, layout: Layout | None = None, folded: bool = False) -> None:
        super().__init__()
        self.layout = layout or Layout()
        self.stem = ConvNorm(3, self.layout.stem, 5, 2, folded)
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
    folded = BloodCellNet(net.layout, folded=True)
    state: dict[str, Tensor] = {f"head.{key}": value for key, value in net.head.state_dict().items()}
    for name, module in net.named_modules():
        if isinstance(module, ConvNorm):
            norm = module.norm
            assert isinstance(norm, nn.BatchNorm2d)
            assert norm.running_mean is not None
            assert norm.running_var is not None
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            state[f"{name}.conv.weight"] = module.conv.weight * scale[:, None, None, None]
            state[f"{name}.conv.bias"] = norm.bias - norm.running_mean * scale
    folded.load_state_dict(state)
    return folded.eval()


def save_weights(net: BloodCellNet, path: Path) -> None:
    """Write the folded weights as float16, the values that model.onnx stores."""
    np.savez(
        path, **{key: value.detach().numpy().astype(np.float16) for key, value in net.state_dict().items()}
    )


def load_weights(path: Path) -> BloodCellNet:
    """Read weights written by `save_weights` into a folded network in float32."""
    net = BloodCellNet(folded=True)
    with np.load(path) as stored:
        net.load_state_dict({key: torch.from_numpy(stored[key].astype(np.float32)) for key in stored.files})
    return net.eval()
