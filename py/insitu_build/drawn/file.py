"""What is drawn: a scene with edges, shades and noise, at any depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class DrawnFile:
    """One file.

    Attributes
    ----------
    family : str
        A key of `insitu.decode.families.FAMILIES`.
    kind : str
        Compression, transfer syntax or layout, for a table.
    bits : int
        Per sample.
    pixels_hwc : (H, W, C)
        What the desktop library reads.
    """

    family: str
    kind: str
    bits: int
    data: bytes
    pixels_hwc: NDArray[Any]

    @property
    def name(self) -> str:
        return f"{self.family}-{self.kind}-{self.bits}".lower().replace(" ", "-").replace("/", "-")


def scene(side: int, dtype: str = "uint8", samples: int = 3) -> NDArray[Any]:
    """(side, side, samples), or (side, side) for one sample: discs on an uneven ground with a camera's noise."""
    random = np.random.default_rng(side)
    y, x = np.mgrid[:side, :side] / side
    ground = 0.75 + 0.1 * np.sin(3 * x) * np.cos(2 * y)
    for _ in range(12):
        centre_x, centre_y, radius = random.uniform((0, 0, 0.03), (1, 1, 0.15))
        ground[(x - centre_x) ** 2 + (y - centre_y) ** 2 < radius**2] *= random.uniform(0.5, 0.9)
    shades = ground[..., None] * np.linspace(1, 0.6, samples) + random.normal(0, 0.01, (side, side, samples))
    kind = np.dtype(dtype)
    values = np.clip(shades, 0, 1)
    if kind.kind != "f":
        info = np.iinfo(kind)
        values = np.floor(info.min + values * (float(info.max) - info.min) * 0.999)
    pixels: NDArray[Any] = values.astype(kind)
    return pixels if samples > 1 else pixels[..., 0]


def as_hwc(pixels: NDArray[Any]) -> NDArray[Any]:
    """(H, W) becomes (H, W, 1)."""
    return pixels.reshape(*pixels.shape[:2], -1)
