"""Crops for training: turned, scaled and changed so that the network cannot rely on one microscope's habits.

Guards against: one brightness for all nuclei, even light, sharp focus, dark background, grey images for one kind and
coloured for the other, one size of nuclei, and noise that normalisation has lifted in an empty image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from dataset import Scaled
from pack import DIAMETER_PX
from torch import Tensor
from torch.nn import functional

CROP_PX = 192
BETWEEN_PX, BETWEEN_WEIGHT = 5, 3.0
"""How near to two nuclei a pixel lies that counts for more, and for how much: nuclei that merge cost the most."""
SCALE_SPREAD, MOST_SCALE = 0.25, 0.55
"""Standard deviation of the logarithm of how much a crop is enlarged or shrunk, and its limit: sizes are estimated."""


@dataclass(frozen=True)
class Batch:
    """Crops (N, 3, S, S), and per pixel: in a nucleus, offset to its centre (N, 2, S, S; y, x), how much it counts.

    `heed` is that of the foreground, 0 beyond the image, and `weights` that of offsets, 0 outside nuclei.
    """

    images: Tensor
    foreground: Tensor
    offsets: Tensor
    heed: Tensor
    weights: Tensor


class Cropper:
    """Makes crops of the samples of a training set."""

    def __init__(self, samples: list[Scaled], chances: np.ndarray, rng: np.random.Generator) -> None:
        self.samples = samples
        self.images = [
            torch.from_numpy(np.ascontiguousarray(s.image_hwc.transpose(2, 0, 1)))[None] for s in samples
        ]
        self.labels = [torch.from_numpy(s.labels_hw.astype(np.float32))[None, None] for s in samples]
        self.chances = chances / chances.sum()
        self.rng = rng

    def batch(self, size: int) -> Batch:
        """Draw `size` crops at random."""
        crops = [self._crop(int(index)) for index in self.rng.choice(len(self.samples), size, p=self.chances)]
        return Batch(*(torch.stack(parts) for parts in zip(*crops, strict=True)))

    def _crop(self, index: int) -> tuple[Tensor, ...]:
        sample = self.samples[index]
        if self.rng.random() < 0.02:
            return self._empty()
        matrix, centre = self._transform(sample)
        grid = _positions(matrix, centre)
        height, width = sample.labels_hw.shape
        unit = 2 * (grid + 0.5) / torch.tensor([width, height]) - 1
        image = functional.grid_sample(
            self.images[index], unit[None].float(), "bilinear", "reflection", align_corners=False
        )[0]
        labels = functional.grid_sample(
            self.labels[index], unit[None].float(), "nearest", "border", align_corners=False
        )[0, 0].long()
        inside = (unit.abs() <= 1).all(dim=-1)
        there = (torch.from_numpy(sample.centres_xy)[labels] - grid) @ torch.linalg.inv(matrix).T
        foreground = (labels > 0) & inside
        areas = torch.from_numpy(sample.areas)
        typical = math.pi / 4 * sample.diameter_px**2
        weights = (typical / areas.clamp(min=1)).sqrt().clamp(0.5, 3)[labels] * foreground
        between = 1 + (BETWEEN_WEIGHT - 1) * _between(labels)
        return (
            self._recolour(self._brighten(self._invert(image))),
            foreground[None].float(),
            there.flip(-1).permute(2, 0, 1).float(),
            (inside * between * weights.clamp(min=1))[None].float(),
            (between * weights)[None].float(),
        )

    def _transform(self, sample: Scaled) -> tuple[Tensor, Tensor]:
        """Sample pixels per crop pixel, as a matrix on (x, y), and the sample's position of the crop's centre."""
        spread = float(np.clip(self.rng.normal(0, SCALE_SPREAD), -MOST_SCALE, MOST_SCALE))
        step = sample.diameter_px / (DIAMETER_PX * math.exp(spread))
        angle = self.rng.integers(4) * math.pi / 2
        if self.rng.random() < 0.5:
            angle += self.rng.uniform(-math.pi / 4, math.pi / 4)
        flip = self.rng.choice([-1.0, 1.0])
        stretch = math.exp(self.rng.uniform(-0.15, 0.15))
        cos, sin = math.cos(angle) * step, math.sin(angle) * step
        turn = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
        matrix = turn @ torch.diag(torch.tensor([flip * stretch, 1 / stretch], dtype=torch.float64))
        height, width = sample.labels_hw.shape
        reach = step * CROP_PX / 2
        centre = [
            self.rng.uniform(min(reach, size / 2), max(size - reach, size / 2)) for size in (width, height)
        ]
        return matrix.float(), torch.tensor(centre, dtype=torch.float32)

    def _empty(self) -> tuple[Tensor, ...]:
        """Noise and gradients without a nucleus, as normalisation lifts them."""
        noise = torch.from_numpy(self.rng.normal(0.4, 0.2, (1, CROP_PX, CROP_PX)).astype(np.float32))
        if self.rng.random() < 0.6:
            noise = _blur(noise, self.rng.uniform(0.5, 2.5)) * 1.5
        shade = self._shade() * self.rng.uniform(0, 1)
        nothing = torch.zeros(1, CROP_PX, CROP_PX)
        image = self._recolour((noise + shade).clamp(0, 1.3))
        return image, nothing, torch.cat([nothing, nothing]), nothing + 1, nothing

    def _shade(self) -> Tensor:
        """A slow gradient (1, S, S) from 0 to 1."""
        coarse = torch.from_numpy(self.rng.random((1, 1, 3, 3)).astype(np.float32))
        return functional.interpolate(coarse, (CROP_PX, CROP_PX), mode="bicubic", align_corners=True)[
            0
        ].clamp(0, 1)

    def _invert(self, image: Tensor) -> Tensor:
        return 1 - image.clamp(max=1) if self.rng.random() < 0.1 else image

    def _brighten(self, image: Tensor) -> Tensor:
        """Other percentiles, gamma, uneven light, defocus and noise."""
        rng = self.rng
        image = image * math.exp(rng.uniform(-0.5, 0.5)) + rng.normal(0, 0.03)
        if rng.random() < 0.5:
            image = image.clamp(min=0) ** math.exp(rng.uniform(-0.5, 0.5))
        if rng.random() < 0.2:
            image = image + self._shade() * rng.uniform(0, 0.3)
        if rng.random() < 0.2:
            image = image * (1 - self._shade() * rng.uniform(0, 0.7))
        if rng.random() < 0.25:
            image = _blur(image, rng.uniform(0.4, 1.6))
        if rng.random() < 0.4:
            noise = rng.normal(0, rng.uniform(0.01, 0.1), image.shape)
            image = image + torch.from_numpy(noise.astype(np.float32))
        return image

    def _recolour(self, image: Tensor) -> Tensor:
        """Grey images become three equal channels or one coloured; stained ones change their tint."""
        rng = self.rng
        if len(image) == 1:
            tint = torch.ones(3)
            if rng.random() < 0.2:
                tint = torch.from_numpy(
                    rng.permutation([1.0, *(rng.uniform(0, 0.6, 2) ** 2)]).astype(np.float32)
                )
            image = image * tint[:, None, None]
        elif rng.random() < 0.15:
            image = image.mean(dim=0, keepdim=True).expand(3, -1, -1)
        else:
            image = image[torch.from_numpy(rng.permutation(3))] if rng.random() < 0.15 else image
            image = image * torch.from_numpy(rng.uniform(0.85, 1.15, (3, 1, 1)).astype(np.float32))
        return image


def _between(labels: Tensor) -> Tensor:
    """(S, S), 1 where two objects lie within `BETWEEN_PX`, else 0."""
    values = labels[None].float()
    beyond = float(labels.max()) + 1
    highest, lowest = _highest_near(torch.cat([values, (beyond - values) * (values > 0)]))
    return ((highest > 0) & (beyond - lowest < highest)).float()


def _highest_near(values: Tensor) -> Tensor:
    """Of each (S, S), the highest value of a square around each pixel; first along columns, then along rows."""
    side, reach = 2 * BETWEEN_PX + 1, BETWEEN_PX
    columns = functional.max_pool2d(values, (side, 1), 1, (reach, 0))
    return functional.max_pool2d(columns, (1, side), 1, (0, reach))


def _positions(matrix: Tensor, centre: Tensor) -> Tensor:
    """(S, S, 2): the position (x, y) in the sample of each pixel of the crop."""
    steps = torch.arange(CROP_PX, dtype=torch.float32) - (CROP_PX - 1) / 2
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x, y], dim=-1) @ matrix.T + centre


def _blur(image: Tensor, sigma_px: float) -> Tensor:
    reach = max(1, round(2.5 * sigma_px))
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma_px) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(image[:, None], [reach] * 4, mode="reflect")
    lines = functional.conv2d(padded, kernel[None, None, :, None])
    return functional.conv2d(lines, kernel[None, None, None, :])[:, 0]
