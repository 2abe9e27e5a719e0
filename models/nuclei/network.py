"""The network: a small U-Net on half the resolution, and the forms in which it is stored.

It says for each pixel whether it belongs to a nucleus, and where the centre of that nucleus lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from insitu_training.layers import ConvNorm, fold_into, read_weights

OFFSET_UNIT_PX = 8.0
"""The last convolution gives offsets in this unit, so that all outputs are of one size."""


@dataclass(frozen=True)
class Layout:
    """Channels at 1/2, 1/4 and 1/8 of the resolution, blocks at 1/8, and the share of channels inside blocks."""

    channels: tuple[int, int, int] = (32, 64, 96)
    deep_blocks: int = 2
    inner: float = 1.0


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2016)."""

    def __init__(self, channels: int, inner: float, folded: bool) -> None:
        super().__init__()
        narrowed = round(channels * inner)
        self.first = ConvNorm(channels, narrowed, 3, folded)
        self.second = ConvNorm(narrowed, channels, 3, folded)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(torch.relu(self.first(x))))


class NucleiNet(nn.Module):
    """(N, 3, H, W) float32 -> foreground logit (N, 1, H, W) and offsets (N, 2, H, W), y then x, in pixels.

    H and W are multiples of 8. A brightness of 0 is the background's and 1 is near the brightest, for dark nuclei
    the other way round; the square root beside it lifts dim nuclei. A pixel sees 54 px around it.
    """

    def __init__(self, layout: Layout | None = None, folded: bool = False) -> None:
        super().__init__()
        self.layout = layout or Layout()
        half, quarter, eighth = self.layout.channels
        inner = self.layout.inner
        self.stem = ConvNorm(24, half, 3, folded)
        self.enter_half = Block(half, inner, folded)
        self.down_quarter = ConvNorm(half, quarter, 2, folded, stride=2)
        self.enter_quarter = Block(quarter, inner, folded)
        self.down_eighth = ConvNorm(quarter, eighth, 2, folded, stride=2)
        self.deep = nn.Sequential(*(Block(eighth, inner, folded) for _ in range(self.layout.deep_blocks)))
        self.up_quarter = ConvNorm(eighth, quarter, 1, folded)
        self.leave_quarter = Block(quarter, inner, folded)
        self.up_half = ConvNorm(quarter, half, 1, folded)
        self.leave_half = Block(half, inner, folded)
        self.head = nn.Conv2d(half, 12, 3, padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        bright = x.clamp(0, 1.5)
        x = nn.functional.pixel_unshuffle(torch.cat([bright, torch.sqrt(bright + 1e-4)], dim=1), 2)
        half = self.enter_half(torch.relu(self.stem(x)))
        quarter = self.enter_quarter(torch.relu(self.down_quarter(half)))
        eighth = self.deep(torch.relu(self.down_eighth(quarter)))
        quarter = self.leave_quarter(torch.relu(quarter + _double(self.up_quarter(eighth))))
        half = self.leave_half(torch.relu(half + _double(self.up_half(quarter))))
        out = nn.functional.pixel_shuffle(self.head(half), 2)
        return out[:, :1], out[:, 1:] * OFFSET_UNIT_PX, eighth.mean(dim=(2, 3))


def _double(x: Tensor) -> Tensor:
    return nn.functional.interpolate(x, scale_factor=2, mode="nearest")


def fold(net: NucleiNet) -> NucleiNet:
    """Return a network without batch normalisation that gives what `net` gives in evaluation."""
    return fold_into(NucleiNet(net.layout, folded=True), net)


def load_weights(path: Path, layout: Layout | None = None) -> NucleiNet:
    """Read weights of a layout into a folded network."""
    return read_weights(NucleiNet(layout, folded=True), path)
