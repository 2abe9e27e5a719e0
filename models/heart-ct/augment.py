"""Batches for training: slices deformed and changed so that the network cannot rely on one scanner's habits.

Guards against: one field of view, patients on their back only, contrast agent (or none), scanners whose tissue is a
little off, noise, soft kernels, narrow windows and estimated units of 8-bit pictures, round fields of view, and arms
that lie beside the belly only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from dataset import Sample
from pack import HIGH_HU, LOW_HU, UNIT_HU
from torch import Tensor
from torch.nn import functional

from insitu.hounsfield import AIR_HU, SOFT_TISSUE_HU

PRONE = 0.12
"""Share of slices that are turned by half: patients who lie on their front."""

TURN_SPREAD, LOG_SCALE_SPREAD, LOG_STRETCH_SPREAD, SHIFT_SPREAD = 0.10, 0.28, 0.08, 0.10
LEAST_SCALE, MOST_SCALE = 0.5, 1.45
BEND_SPREAD = 0.025
"""Of a smooth displacement, in halves of the slice."""

ARMS, TISSUE_HU = 0.2, -200.0
"""Share of slices that get arms, which are mostly seen beside the belly; what is denser than this is body."""

KEPT_SHARE = 0.7
"""A slice in which less of the heart is left says nothing of its presence."""


@dataclass(frozen=True)
class Batch:
    """Inputs (N, 1, 128, 128) and what is known of them.

    Attributes
    ----------
    heart, heed : (N, 1, 64, 64)
        Share of each place that is heart, and how much that counts.
    columns, rows : (N, 64)
        How far the heart reaches along x and along y: the most of each column and row of its extent.
    presence, certainty : (N,)
    """

    images: Tensor
    heart: Tensor
    heed: Tensor
    columns: Tensor
    rows: Tensor
    presence: Tensor
    certainty: Tensor


class Augmenter:
    """Makes batches of the samples of a training set."""

    def __init__(self, samples: list[Sample], rng: np.random.Generator) -> None:
        self.rng = rng
        hu = torch.from_numpy(np.stack([one.hu_hw for one in samples]))
        # Air is 0, so that what comes from outside the slice is air.
        self.hu = torch.cat([functional.avg_pool2d(one.float() - AIR_HU, 2, 1) for one in hu.split(32)])[
            :, None
        ]
        targets = [one.target for one in samples]
        parts = [np.stack((one.heart_hw, one.heed_hw, one.extent_hw)) for one in targets]
        self.masks = torch.stack(
            [functional.avg_pool2d(torch.from_numpy(part).float(), 4, 2) for part in parts]
        )
        self.extents = self.masks[:, 2].mean(dim=(1, 2))
        self.presence = torch.tensor([one.presence for one in targets])
        self.certainty = torch.tensor([one.certainty for one in targets])
        chances = np.array([one.chance for one in samples])
        self.chances = chances / chances.sum()

    def batch(self, size: int) -> Batch:
        """Draw `size` slices at random."""
        chosen = torch.from_numpy(self.rng.choice(len(self.chances), size, p=self.chances))
        grid, scales = self._grid(size)
        fine = functional.interpolate(grid.permute(0, 3, 1, 2).contiguous(), scale_factor=2, mode="bilinear")
        hu = _sample(self.hu[chosen], fine.permute(0, 2, 3, 1), 2) + AIR_HU
        heart, heed, extent = _sample(self.masks[chosen], grid, 4).split(1, dim=1)
        inside = grid.abs().amax(dim=3)[:, None] < 1
        heed = torch.where(inside, heed, torch.ones_like(heed))
        presence, certainty = self.presence[chosen], self.certainty[chosen].clone()
        kept = extent.mean(dim=(1, 2, 3)) / (self.extents[chosen] * scales).clamp(min=1e-6)
        certainty[(presence > 0) & (kept < KEPT_SHARE)] = 0
        images = self._change(hu)
        columns, rows = extent[:, 0].amax(dim=1), extent[:, 0].amax(dim=2)
        return Batch(images, heart, heed, columns, rows, presence, certainty)

    def _normal(self, *shape: int) -> Tensor:
        return torch.from_numpy(self.rng.standard_normal(shape, dtype=np.float32))

    def _uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.from_numpy(self.rng.uniform(low, high, shape).astype(np.float32))

    def _some(self, share: float, size: int) -> Tensor:
        """(N, 1, 1, 1) bool"""
        return torch.from_numpy(self.rng.random((size, 1, 1, 1)) < share)

    def _grid(self, size: int) -> tuple[Tensor, Tensor]:
        """Where each of 64 x 64 places comes from, and by how much areas grow."""
        turn = TURN_SPREAD * self._normal(size)
        turn = turn + torch.pi * self._some(PRONE, size).view(size).float()
        scale = torch.exp(LOG_SCALE_SPREAD * self._normal(size)).clamp(LEAST_SCALE, MOST_SCALE)
        stretch = torch.exp(LOG_STRETCH_SPREAD * self._normal(size))
        shift = SHIFT_SPREAD * self._normal(size, 2)
        across, along = 1 / (scale * stretch), stretch / scale
        matrix = torch.stack(
            [
                torch.stack([torch.cos(turn) * across, -torch.sin(turn) * along, shift[:, 0]], dim=1),
                torch.stack([torch.sin(turn) * across, torch.cos(turn) * along, shift[:, 1]], dim=1),
            ],
            dim=1,
        )
        grid = functional.affine_grid(matrix, [size, 1, 64, 64], align_corners=False)
        bend = functional.interpolate(
            BEND_SPREAD * self._normal(size, 2, 6, 6), size=(64, 64), mode="bicubic", align_corners=True
        )
        return grid + bend.permute(0, 2, 3, 1), scale**2

    def _change(self, hu: Tensor) -> Tensor:
        """Brightness as other scanners, agents, windows and files have it; then as the network gets it."""
        size = len(hu)
        hu = torch.where(self._some(ARMS, size), self._with_arms(hu), hu)
        tissue = hu > TISSUE_HU
        gain = torch.where(self._some(0.5, size), self._uniform(0.3, 1.5, size, 1, 1, 1), torch.ones(1))
        hu = torch.where(hu > SOFT_TISSUE_HU, SOFT_TISSUE_HU + (hu - SOFT_TISSUE_HU) * gain, hu)
        hu = torch.where(tissue, hu + 12 * self._normal(size, 1, 1, 1), hu)
        blurred = functional.avg_pool2d(functional.pad(hu, (1, 1, 1, 1), mode="replicate"), 3, 1)
        hu = torch.where(self._some(0.2, size), blurred, hu)
        hu = hu + self._uniform(0, 25, size, 1, 1, 1) * self._normal(*hu.shape)
        hu = torch.where(self._some(0.2, size), self._as_grey(hu), hu)
        hu = torch.where(self._some(0.15, size) & ~self._field(size), torch.tensor(LOW_HU), hu)
        return hu.clamp(LOW_HU, HIGH_HU) / UNIT_HU

    def _with_arms(self, hu: Tensor) -> Tensor:
        """Arms beside the body, where there is room: bone in muscle in fat."""
        size = len(hu)
        places = torch.arange(128) + 0.5
        body = (hu > TISSUE_HU).sum(dim=2)[:, 0] > 6
        radius = self._uniform(7, 13, size)
        level = self._uniform(55, 90, size, 1, 1, 1)
        right_end = torch.where(body, places, torch.zeros(1)).amax(dim=1)
        left_end = torch.where(body, places, torch.full((1,), 128.0)).amin(dim=1)
        for middle in (left_end - radius - 1, right_end + radius + 1):
            across, along = places - middle[:, None], places[:, None] - level
            distance = torch.hypot(across[:, None, None], along) / radius[:, None, None, None]
            for share, inside in ((1.0, -100.0), (0.8, 55.0), (0.28, 500.0)):
                hu = torch.where(distance < share, torch.tensor(inside), hu)
        return hu

    def _field(self, size: int) -> Tensor:
        """A round field of view."""
        places = (torch.arange(128) + 0.5) / 64 - 1
        return torch.hypot(places[:, None], places[None])[None, None] < self._uniform(
            0.75, 1.1, size, 1, 1, 1
        )

    def _as_grey(self, hu: Tensor) -> Tensor:
        """What `insitu.hounsfield` makes of an 8-bit picture of some window, with its errors."""
        size = len(hu)
        low = self._uniform(-1024, -150, size, 1, 1, 1)
        high = torch.exp(self._uniform(np.log(240), np.log(3000), size, 1, 1, 1))
        grey = torch.round(((hu - low) / (high - low)).clamp(0, 1) * 255)
        air = ((AIR_HU - low) / (high - low)).clamp(0, 1) * 255
        soft = (SOFT_TISSUE_HU + 25 * self._normal(size, 1, 1, 1) - low) / (high - low) * 255
        return AIR_HU + (grey - air) * (SOFT_TISSUE_HU - AIR_HU) / (soft - air).clamp(min=1)


def _sample(averaged: Tensor, grid: Tensor, block: int) -> Tensor:
    """Slices at places of a grid; they hold means over blocks, so their borders lie a quarter of a block further in."""
    return functional.grid_sample(averaged, grid * (256 / (256 - block / 2)), align_corners=False)
