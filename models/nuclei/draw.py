"""Draw the sample images and the cover: nuclei made of ellipses and noise, no photograph.

`python models/nuclei/draw.py` writes samples/*.png and cover.png; the seeds are fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

HERE = Path(__file__).parent
FloatHW = NDArray[np.float64]


def noise(rng: np.random.Generator, height: int, width: int, grain: float) -> FloatHW:
    """Smooth noise of about unit deviation whose spots are `grain` px wide."""
    shape = (max(3, round(width / grain) + 2), max(3, round(height / grain) + 2))
    coarse = Image.fromarray(rng.normal(0, 1.4, shape[::-1]).astype(np.float32))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float64)


def place(
    rng: np.random.Generator, height: int, width: int, count: int, radius: float, apart: float
) -> list[tuple[float, float, float]]:
    """Centres y, x and radii of nuclei at least `apart` times their mean radius from each other."""
    placed: list[tuple[float, float, float]] = []
    for _ in range(60 * count):
        if len(placed) == count:
            break
        y, x = rng.uniform(0, height), rng.uniform(0, width)
        size = radius * np.exp(rng.normal(0, 0.16))
        if all(np.hypot(y - b, x - a) > apart * (size + other) for b, a, other in placed):
            placed.append((float(y), float(x), float(size)))
    return placed


def ellipse(
    height: int, width: int, y: float, x: float, radius: float, stretch: float, turn: float
) -> FloatHW:
    """Distance to an ellipse in parts of its radius, from 0 in the middle."""
    down, right = np.mgrid[0:height, 0:width].astype(np.float64)
    down, right = down - y, right - x
    along = (right * np.cos(turn) + down * np.sin(turn)) / stretch
    across = (-right * np.sin(turn) + down * np.cos(turn)) * stretch
    return np.hypot(along, across) / radius


def nuclei(
    rng: np.random.Generator, height: int, width: int, count: int, radius: float, apart: float
) -> tuple[FloatHW, FloatHW]:
    """How much of each pixel a nucleus covers, and how bright the nucleus there is."""
    cover, bright = np.zeros((height, width)), np.zeros((height, width))
    for y, x, size in place(rng, height, width, count, radius, apart):
        far = ellipse(height, width, y, x, size, rng.uniform(1.0, 1.28), rng.uniform(0, np.pi))
        here = np.clip((1.06 - far) * size / 1.4, 0, 1)
        strength = rng.uniform(0.45, 1.0) * (1 - 0.18 * far**2)
        bright = np.where(here > cover, strength, bright)
        cover = np.maximum(cover, here)
    return cover, bright


def fluorescence(
    seed: int, size: tuple[int, int], count: int, radius: float, apart: float
) -> NDArray[np.uint8]:
    """Bright nuclei with a grain on a dark background, with haze and shot noise. (H, W) uint8."""
    rng = np.random.default_rng(seed)
    height, width = size
    cover, bright = nuclei(rng, height, width, count, radius, apart)
    grain = 1 + 0.14 * noise(rng, height, width, radius / 3.5)
    signal = blur(cover * bright * grain, 0.8) + 0.1 * blur(cover * bright, radius)
    photons = rng.poisson(np.clip(900 * signal + 28 + 6 * noise(rng, height, width, width / 3), 0, None))
    return np.clip(photons * 0.24, 0, 255).astype(np.uint8)


def stained(seed: int, size: tuple[int, int], count: int, radius: float, apart: float) -> NDArray[np.uint8]:
    """Violet nuclei in pink tissue, by optical density. (H, W, 3) uint8."""
    rng = np.random.default_rng(seed)
    height, width = size
    cover, bright = nuclei(rng, height, width, count, radius, apart)
    tissue = np.clip(
        0.45 + 0.2 * noise(rng, height, width, 2.5 * radius) + 0.05 * noise(rng, height, width, 4), 0, 1
    )
    chromatin = cover * (0.7 + 0.5 * bright) * (1 + 0.16 * noise(rng, height, width, radius / 3))
    density = chromatin[..., None] * [0.62, 0.72, 0.28] + tissue[..., None] * [0.05, 0.3, 0.12]
    light = 244 * 10 ** -np.clip(density, 0, None) + rng.normal(0, 2.2, (height, width, 3))
    picture = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)))


def blur(values: FloatHW, sigma: float) -> FloatHW:
    """Gaussian blur (three box blurs, Pillow's)."""
    image = Image.fromarray(values.astype(np.float32) * 255).convert("F")
    reach = int(3 * sigma) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(np.asarray(image, np.float64) / 255, reach, mode="edge")
    lines = np.apply_along_axis(np.convolve, 0, padded, kernel, "valid")
    return np.apply_along_axis(np.convolve, 1, lines, kernel, "valid")


SAMPLES: dict[str, Callable[[], NDArray[np.uint8]]] = {
    "drawn-fluorescence-1": lambda: fluorescence(11, (300, 400), 80, 11, 0.98),
    "drawn-fluorescence-2": lambda: fluorescence(12, (300, 300), 26, 24, 0.95),
    "drawn-fluorescence-small": lambda: fluorescence(13, (200, 240), 70, 6.5, 1.02),
    "drawn-dark-on-light": lambda: 255 - fluorescence(15, (240, 240), 36, 13, 1.0),
    "drawn-stained-1": lambda: stained(16, (220, 300), 38, 13, 1.0),
    "drawn-stained-2": lambda: stained(17, (200, 260), 20, 19, 0.97),
}


def main() -> None:
    (HERE / "samples").mkdir(exist_ok=True)
    for name, draw in SAMPLES.items():
        Image.fromarray(draw()).save(HERE / "samples" / f"{name}.png", optimize=True)
    cover = Image.new("RGB", (320, 200))
    cover.paste(Image.fromarray(fluorescence(21, (200, 160), 26, 12, 0.98)).convert("RGB"), (0, 0))
    cover.paste(Image.fromarray(stained(22, (200, 160), 20, 14, 1.0)), (160, 0))
    cover.save(HERE / "cover.png", optimize=True)


if __name__ == "__main__":
    main()
