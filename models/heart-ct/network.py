"""The network: a small U-Net from 1/4 to 1/16 of the resolution, with one look at the whole slice in the middle.

It says whether the heart is in an axial slice of CT, and for each of 64 x 64 places whether it belongs to the heart.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from insitu_training.layers import ConvNorm, fold_into, read_weights

WINDOWS_HU = ((-160.0, 240.0), (-1024.0, 0.0), (0.0, 600.0))
"""What the network first looks through: soft tissue, lungs, contrast agent and bone."""


@dataclass(frozen=True)
class Layout:
    """Channels at 1/4, 1/8 and 1/16 of the resolution."""

    channels: tuple[int, int, int] = (8, 24, 40)


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2016)."""

    def __init__(self, channels: int, folded: bool) -> None:
        super().__init__()
        self.first = ConvNorm(channels, channels, 3, folded)
        self.second = ConvNorm(channels, channels, 3, folded)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(torch.relu(self.first(x))))


class HeartNet(nn.Module):
    """(N, 1, 128, 128) float32 -> mask logits (N, 1, 64, 64), presence logit (N, 1) and features (N, d).

    The input is Hounsfield units, limited to -1024 ... 1024 and divided by 1024.
    """

    def __init__(self, layout: Layout | None = None, folded: bool = False) -> None:
        super().__init__()
        self.layout = layout or Layout()
        quarter, eighth, deep = self.layout.channels
        self.windows = _windows()
        self.stem = ConvNorm(len(WINDOWS_HU), quarter, 6, folded, stride=4)
        self.enter_quarter = ConvNorm(quarter, quarter, 3, folded)
        self.down_eighth = ConvNorm(quarter, eighth, 2, folded, stride=2)
        self.enter_eighth = Block(eighth, folded)
        self.down_deep = ConvNorm(eighth, deep, 2, folded, stride=2)
        self.whole = nn.Conv2d(deep, deep, 1)
        self.deep = Block(deep, folded)
        self.presence = nn.Conv2d(2 * deep, 1, 1)
        self.up_eighth = ConvNorm(deep, eighth, 1, folded)
        self.leave_eighth = ConvNorm(eighth, eighth, 3, folded)
        self.up_quarter = ConvNorm(eighth, quarter, 1, folded)
        self.leave_quarter = ConvNorm(quarter, quarter, 3, folded)
        self.head = nn.Conv2d(quarter, 4, 3, padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        quarter = torch.relu(self.stem(self.windows(x).clamp(0, 1)))
        quarter = torch.relu(quarter + self.enter_quarter(quarter))
        eighth = self.enter_eighth(torch.relu(self.down_eighth(quarter)))
        deep = torch.relu(self.down_deep(eighth))
        deep = self.deep(torch.relu(deep + self.whole(deep.mean(dim=(2, 3), keepdim=True))))
        mean, most = deep.mean(dim=(2, 3), keepdim=True), deep.amax(dim=(2, 3), keepdim=True)
        presence = self.presence(torch.cat([mean, most], dim=1))[:, :, 0, 0]
        up = torch.relu(eighth + _double(self.up_eighth(deep)))
        up = torch.relu(up + self.leave_eighth(up))
        up = torch.relu(quarter + _double(self.up_quarter(up)))
        up = torch.relu(up + self.leave_quarter(up))
        return nn.functional.pixel_shuffle(self.head(up), 2), presence, mean[:, :, 0, 0]


def _windows() -> nn.Conv2d:
    """Each window as a line that is 0 at its low end and 1 at its high end; training may move them."""
    conv = nn.Conv2d(1, len(WINDOWS_HU), 1)
    gains = torch.tensor([1024 / (high - low) for low, high in WINDOWS_HU])
    offsets = torch.tensor([-low / (high - low) for low, high in WINDOWS_HU])
    conv.weight = nn.Parameter(gains[:, None, None, None])
    conv.bias = nn.Parameter(offsets)
    return conv


def _double(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2, mode="nearest")


def fold(net: HeartNet) -> HeartNet:
    """Return a network without batch normalisation that gives what `net` gives in evaluation."""
    return fold_into(HeartNet(net.layout, folded=True), net)


def load_weights(path: Path, layout: Layout | None = None) -> HeartNet:
    """Read weights of a layout into a folded network."""
    return read_weights(HeartNet(layout, folded=True), path)
