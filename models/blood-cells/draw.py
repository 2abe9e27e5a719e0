"""Draw the sample images and the cover: blood cells made of discs and noise, no photograph.

`python models/blood-cells/draw.py` writes samples/*.png and cover.png; the seed is fixed.
"""

from __future__ import annotations

import argparse
import itertools
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatHW = NDArray[np.float64]
Colour = tuple[int, int, int]
SIZES = ((360, 363), (300, 300), (420, 360))
COLOURS = 112
NUCLEUS: Colour = (84, 44, 126)
DARK_NUCLEUS: Colour = (52, 28, 86)


class Field:
    """A picture being drawn. Lengths are in 1/360 of the shorter side, from the centre."""

    def __init__(self, width: int, height: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.scale = min(width, height) / 360
        self.y, self.x = np.mgrid[0:height, 0:width].astype(np.float64)
        self.x = (self.x - (width - 1) / 2) / self.scale
        self.y = (self.y - (height - 1) / 2) / self.scale
        background = np.array([252, 231, 202]) + rng.normal(0, 2.5, 3)
        self.image_hwc = np.tile(background, (height, width, 1)) + 5 * self.noise(220)[..., None]

    def noise(self, grain: float) -> FloatHW:
        """Smooth noise of about unit deviation whose spots are `grain` wide."""
        height, width = self.x.shape
        shape = [max(3, round(side / (grain * self.scale)) + 2) for side in (height, width)]
        coarse = self.rng.normal(0, 1.4, shape).astype(np.float32)
        return np.asarray(
            Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC), np.float64
        )

    def blob(self, x: float, y: float, radius: float, rough: float = 0.03, stretch: float = 1.0) -> FloatHW:
        """Distance to an uneven disc, negative inside."""
        turn = self.rng.uniform(0, 2 * np.pi)
        dx, dy = self.x - x, self.y - y
        along = (dx * np.cos(turn) + dy * np.sin(turn)) / stretch
        across = (-dx * np.sin(turn) + dy * np.cos(turn)) * stretch
        angle = np.arctan2(across, along)
        edge = np.full_like(angle, radius)
        for wave in range(2, 9):
            edge += (
                radius
                * rough
                * self.rng.normal()
                / wave**0.5
                * np.cos(wave * angle + self.rng.uniform(0, 6.3))
            )
        return np.asarray(np.hypot(along, across) - edge)

    def bridge(self, start: tuple[float, float], end: tuple[float, float], width: float) -> FloatHW:
        """Distance to a straight band between two points."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        part = ((self.x - start[0]) * dx + (self.y - start[1]) * dy) / max(dx * dx + dy * dy, 1e-9)
        part = np.clip(part, 0, 1)
        return np.asarray(np.hypot(self.x - start[0] - part * dx, self.y - start[1] - part * dy) - width)

    def paint(self, distance: FloatHW, colour: Colour, opacity: float = 1.0, soft: float = 1.1,
              texture: float = 0.0, grain: float = 9) -> None:  # fmt: skip
        """Lay a colour where `distance` is negative; `texture` lightens and darkens it in spots."""
        mask = opacity / (1 + np.exp(np.clip(distance / soft, -40, 40)))
        shade = np.array(colour)[None, None, :] * np.ones((*distance.shape, 1))
        if texture:
            spots = np.tanh(0.7 * self.noise(grain) + 0.5 * self.noise(grain * 2.2))
            shade = shade + texture * spots[..., None]
        self.image_hwc += mask[..., None] * (shade - self.image_hwc)

    def granules(self, inside: FloatHW, count: int, size: float, colour: Colour, opacity: float) -> None:
        """Scatter small spots where `inside` is negative."""
        ys, xs = np.nonzero(inside < -size)
        for index in self.rng.integers(0, len(ys), count):
            x, y = self.x[0, xs[index]], self.y[ys[index], 0]
            radius = size * self.rng.uniform(0.6, 1.3)
            reach = int(np.ceil((radius + 4) * self.scale))
            rows = slice(max(0, ys[index] - reach), ys[index] + reach + 1)
            columns = slice(max(0, xs[index] - reach), xs[index] + reach + 1)
            distance = np.hypot(self.x[rows, columns] - x, self.y[rows, columns] - y) - radius
            mask = opacity / (1 + np.exp(np.clip(distance / 0.8, -40, 40)))
            part = self.image_hwc[rows, columns]
            part += mask[..., None] * (np.array(colour) - part)

    def red_cells(self, clear: float) -> None:
        """Discs with pale centres, none nearer to the middle than `clear`."""
        placed: list[tuple[float, float]] = []
        tint = self.rng.normal(0, 3, 3)
        reach_x, reach_y = np.abs(self.x).max() + 25, np.abs(self.y).max() + 25
        for _ in range(int(self.rng.integers(90, 260))):
            x, y = self.rng.uniform(-reach_x, reach_x), self.rng.uniform(-reach_y, reach_y)
            radius = self.rng.normal(31, 1.8)
            if np.hypot(x, y) < clear + radius or any(np.hypot(x - u, y - v) < 56 for u, v in placed):
                continue
            placed.append((x, y))
            body = self.blob(x, y, radius, 0.018, self.rng.uniform(1.0, 1.08))
            shade = np.array([206, 166, 158]) + tint + self.rng.normal(0, 3, 3)
            self.paint(body, tuple(shade.astype(int)), 0.88, 1.3)
            self.paint(body + radius * 0.6, (240, 213, 192), 0.75, 3.6)

    def image(self) -> Image.Image:
        """The picture as RGB."""
        return Image.fromarray(np.clip(self.image_hwc, 0, 255).round().astype(np.uint8))


def _lobes(field: Field, count: int, ring: float, radius: float, joined: float) -> FloatHW:
    """Distance to lobes on an arc, neighbours joined by bands."""
    start, step = field.rng.uniform(0, 6.3), field.rng.uniform(1.25, 1.5) if count > 2 else 2.7
    centres = [(ring * np.cos(start + k * step), ring * np.sin(start + k * step)) for k in range(count)]
    shape = np.full_like(field.x, np.inf)
    for x, y in centres:
        shape = np.minimum(shape, field.blob(x, y, radius * field.rng.uniform(0.9, 1.1), 0.05, 1.12))
    for first, second in itertools.pairwise(centres):
        shape = np.minimum(shape, field.bridge(first, second, joined))
    return np.asarray(shape)


def _nucleus(field: Field, shape: FloatHW) -> None:
    """A nucleus of coarse chromatin with a dark rim."""
    field.paint(shape, (66, 34, 98), 1, 1.4)
    field.paint(shape + 3, (92, 50, 120), 1, 1.6, texture=26, grain=4)


def basophil(field: Field) -> None:
    cell = field.blob(0, 0, 60, 0.035)
    field.paint(cell, (150, 108, 168), 0.95, texture=14)
    field.paint(_lobes(field, 3, 20, 31, 20), (100, 60, 142), 0.85, 3, texture=16)
    field.granules(cell, 330, 3.4, (54, 26, 92), 0.8)
    field.granules(cell - 3, 60, 3.4, (62, 30, 104), 0.9)


def eosinophil(field: Field) -> None:
    cell = field.blob(0, 0, 62, 0.025)
    field.paint(cell, (216, 158, 150), 0.95, texture=10)
    field.granules(cell, 420, 3.2, (205, 112, 92), 0.7)
    field.paint(_lobes(field, 2, 27, 25, 8), NUCLEUS, 1, texture=18)


def erythroblast(field: Field) -> None:
    cell = field.blob(0, 0, 42, 0.025, 1.04)
    field.paint(cell, (150, 138, 172), 0.92, texture=7, grain=14)
    x, y = field.rng.uniform(-7, 7, 2)
    field.paint(field.blob(x, y, 25, 0.02), DARK_NUCLEUS, 1, texture=11, grain=6)


def ig(field: Field) -> None:
    cell = field.blob(0, 0, 66, 0.03, 1.04)
    field.paint(cell, (190, 158, 172), 0.95, texture=20, grain=5)
    field.granules(cell, 420, 2.1, (142, 94, 142), 0.55)
    oval = np.maximum(field.blob(-10, 6, 46, 0.04, 1.15), cell + 5)
    _nucleus(field, np.maximum(oval, -field.blob(30, -22, 22, 0.05)))


def lymphocyte(field: Field) -> None:
    field.paint(field.blob(0, 0, 47, 0.03), (146, 156, 206), 0.95, texture=7, grain=14)
    x, y = field.rng.uniform(-4, 4, 2)
    field.paint(field.blob(x, y, 40, 0.03, 1.03), (74, 42, 118), 1, texture=17, grain=11)


def monocyte(field: Field) -> None:
    cell = field.blob(0, 0, 74, 0.06, 1.1)
    field.paint(cell, (150, 138, 176), 0.92, 1.8, texture=20, grain=5)
    field.granules(cell, 260, 1.7, (122, 92, 150), 0.45)
    field.granules(cell + 4, 16, 5.5, (226, 212, 208), 0.85)
    _nucleus(field, np.maximum(field.blob(0, 0, 52, 0.06, 1.2), -field.blob(40, 30, 27, 0.06)))


def neutrophil(field: Field) -> None:
    cell = field.blob(0, 0, 61, 0.025)
    field.paint(cell, (232, 202, 200), 0.95, texture=6)
    field.granules(cell, 260, 1.9, (205, 160, 176), 0.5)
    field.paint(_lobes(field, int(field.rng.integers(3, 5)), 30, 17.5, 6), NUCLEUS, 1, texture=17)


def platelet(field: Field) -> None:
    cell = field.blob(0, 0, 18, 0.07, 1.1)
    field.paint(cell, (166, 132, 184), 0.95, 1.8, texture=14, grain=5)
    field.granules(cell + 2, 34, 2.3, (108, 62, 140), 0.7)


KINDS: dict[str, tuple[Callable[[Field], None], float]] = {
    "basophil": (basophil, 64),
    "eosinophil": (eosinophil, 66),
    "erythroblast": (erythroblast, 46),
    "ig": (ig, 73),
    "lymphocyte": (lymphocyte, 52),
    "monocyte": (monocyte, 86),
    "neutrophil": (neutrophil, 65),
    "platelet": (platelet, 24),
}
"""What draws a kind, and how far from the middle red cells keep."""


def draw(kind: str, width: int, height: int, seed: int) -> Image.Image:
    """Draw one picture of a kind of cell."""
    field = Field(width, height, np.random.default_rng([zlib.crc32(kind.encode()), seed]))
    paint, clear = KINDS[kind]
    field.red_cells(clear)
    paint(field)
    return field.image()


def save(picture: Image.Image, path: Path) -> None:
    """Write a small PNG: a palette of `COLOURS`, no dithering."""
    picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    args = parser.parse_args()
    (args.out / "samples").mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for number, (width, height) in enumerate(SIZES, start=1):
            save(draw(kind, width, height, number), args.out / "samples" / f"drawn-{kind}-{number}.png")
    save(draw("neutrophil", 256, 256, 7), args.out / "cover.png")


if __name__ == "__main__":
    main()
