"""Random changes to training batches: pose, stain, sharpness, JPEG quality, surroundings."""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional


def augment(batch_nchw: Tensor, size: int, rng: torch.Generator) -> Tensor:
    """Return (N, 3, size, size) float32 in 0..255 from (N, 3, H, W) uint8, each image changed at random."""
    batch = batch_nchw.float()
    _other_surroundings(batch, rng)
    batch = _pose(batch, size, rng)
    _sharpness(batch, rng)
    _stain(batch, rng)
    batch.clamp_(0, 255)
    _jpeg(batch, rng)
    _erase(batch, rng)
    return batch


def _uniform(rng: torch.Generator, low: float, high: float, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=rng) * (high - low) + low


def _chosen(rng: torch.Generator, probability: float, count: int) -> Tensor:
    """Indices of the images that a change applies to."""
    return torch.nonzero(torch.rand(count, generator=rng) < probability)[:, 0]


def _other_surroundings(batch: Tensor, rng: torch.Generator) -> None:
    """Put the middle of some images into the surroundings of others: a neighbour must not name the cell."""
    count, _, height, width = batch.shape
    chosen = _chosen(rng, 0.15, count)
    rows = torch.arange(height)[:, None] - (height - 1) / 2
    columns = torch.arange(width)[None, :] - (width - 1) / 2
    radius = _uniform(rng, 36, 48, len(chosen), 1, 1)
    inside = torch.sigmoid((radius - torch.sqrt(rows**2 + columns**2)) / 1.5)[:, None]
    other = batch[torch.randint(0, count, (len(chosen),), generator=rng)]
    batch[chosen] = inside * batch[chosen] + (1 - inside) * other


def _pose(batch: Tensor, size: int, rng: torch.Generator) -> Tensor:
    """Turn, mirror, scale, shift; a third only by quarter turns and whole pixels, so these stay sharp."""
    count, _, height, _ = batch.shape
    exact = torch.rand(count, generator=rng) < 0.35
    quarter = torch.randint(0, 4, (count,), generator=rng) * (math.pi / 2)
    angle = torch.where(exact, quarter, _uniform(rng, 0, 2 * math.pi, count))
    scale = torch.exp(_uniform(rng, math.log(0.8), math.log(1.25), count))
    aspect = torch.exp(_uniform(rng, -0.08, 0.08, count))
    scale_x = torch.where(exact, 1.0, scale * aspect)
    scale_y = torch.where(exact, 1.0, scale / aspect)
    mirror = 1.0 - 2.0 * torch.randint(0, 2, (count,), generator=rng)
    shift_px = _uniform(rng, -7, 7, count, 2)
    shift_px = torch.where(exact[:, None], shift_px.round(), shift_px)
    theta = torch.zeros(count, 2, 3)
    half = size / height
    theta[:, 0, 0] = torch.cos(angle) * mirror * half * scale_x
    theta[:, 0, 1] = -torch.sin(angle) * half * scale_y
    theta[:, 1, 0] = torch.sin(angle) * mirror * half * scale_x
    theta[:, 1, 1] = torch.cos(angle) * half * scale_y
    theta[:, :, 2] = shift_px * 2 / height
    grid = functional.affine_grid(theta, [count, 3, size, size], align_corners=False)
    return functional.grid_sample(
        batch, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )


def _sharpness(batch: Tensor, rng: torch.Generator) -> None:
    """Blur (amount < 0) or sharpen (amount > 0) brightness and colour apart, and add a little noise.

    The training images went through JPEG with halved colour resolution; what users drop did not.
    """
    chosen = _chosen(rng, 0.6, len(batch))
    part = batch[chosen]
    height, width = part.shape[2:]
    wide = functional.pad(part, (1, 1, 1, 1), mode="replicate")
    rows = wide[:, :, :height] + 2 * wide[:, :, 1 : height + 1] + wide[:, :, 2:]
    blurred = (rows[..., :width] + 2 * rows[..., 1 : width + 1] + rows[..., 2:]) / 16
    detail = part - blurred
    grey = detail.mean(dim=1, keepdim=True)
    amount = _uniform(rng, -1.0, 0.8, len(chosen), 1, 1, 1)
    amount_colour = amount + _uniform(rng, -0.5, 1.2, len(chosen), 1, 1, 1)
    batch[chosen] = part + amount * grey + amount_colour * (detail - grey)
    noisy = _chosen(rng, 0.15, len(batch))
    deviation = _uniform(rng, 0, 5, len(noisy), 1, 1, 1)
    batch[noisy] += deviation * torch.randn(len(noisy), *batch.shape[1:], generator=rng)


def _stain(batch: Tensor, rng: torch.Generator) -> None:
    """Jitter stain strength and tint in optical density, then white balance, brightness and contrast."""
    chosen = _chosen(rng, 0.7, len(batch))
    count = len(chosen)
    density = -torch.log((batch[chosen].clamp(0, 255) + 1) / 256)
    mixing = torch.eye(3) + _uniform(rng, -0.06, 0.06, count, 3, 3)
    mixing = mixing * _uniform(rng, 0.82, 1.18, count, 1, 1)
    mixed = torch.bmm(mixing, density.flatten(2)).view_as(density)
    changed = torch.exp(-mixed) * 256 - 1
    changed = changed * _uniform(rng, 0.9, 1.08, count, 3, 1, 1) * _uniform(rng, 0.9, 1.08, count, 1, 1, 1)
    mean = changed.mean(dim=(1, 2, 3), keepdim=True)
    batch[chosen] = (changed - mean) * _uniform(rng, 0.87, 1.13, count, 1, 1, 1) + mean


def _jpeg(batch: Tensor, rng: torch.Generator) -> None:
    """Store a fifth of the images once more as JPEG of quality 60 to 95."""
    for index in _chosen(rng, 0.2, len(batch)).tolist():
        pixels = batch[index].round().byte().permute(1, 2, 0).contiguous().numpy()
        quality, subsampling = (
            torch.randint(60, 96, (1,), generator=rng),
            torch.randint(0, 3, (1,), generator=rng),
        )
        stored = io.BytesIO()
        Image.fromarray(pixels).save(stored, "JPEG", quality=int(quality), subsampling=int(subsampling))
        batch[index] = torch.from_numpy(np.array(Image.open(stored))).permute(2, 0, 1).float()


def _erase(batch: Tensor, rng: torch.Generator) -> None:
    """Cover a square of some images with its mean colour (cutout, DeVries and Taylor 2017)."""
    size = batch.shape[-1]
    for index in _chosen(rng, 0.3, len(batch)).tolist():
        side = int(torch.randint(8, 25, (1,), generator=rng))
        top, left = torch.randint(0, size - side, (2,), generator=rng).tolist()
        square = batch[index, :, top : top + side, left : left + side]
        square[:] = square.mean(dim=(1, 2), keepdim=True)
