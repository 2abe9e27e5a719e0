"""Photographs drawn by code: JPEGs of 1024 x 1024 pixels with 4:2:0 colour, as a camera would write them."""

from __future__ import annotations

import hashlib
import inspect
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SIDE_PX = 1024
DISTINCT = 48
QUALITY = 90
_SUBSAMPLING_420 = 2  # Pillow's name for 4:2:0


def photographs(folder: Path, count: int) -> list[Path]:
    """`count` files in `folder`, `DISTINCT` of them distinct; drawn once and kept.

    Returns
    -------
    list of Path
        Each with a name of its own.
    """
    kept = folder / hashlib.sha256(_source().encode()).hexdigest()[:16]
    kept.mkdir(parents=True, exist_ok=True)
    files = [kept / f"{number:04d}.jpg" for number in range(count)]
    for number, file in enumerate(files):
        if not file.is_file():
            draw_photograph(file, number % DISTINCT)
    return files


def _source() -> str:
    return inspect.getsource(sys.modules[__name__])


def draw_photograph(path: Path, seed: int) -> None:
    """Write one picture of blurred discs on an uneven background, with the noise of a camera."""
    random = np.random.default_rng(seed)
    picture = _background(random)
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        x, y = random.integers(0, SIDE_PX, 2)
        radius = int(random.integers(20, 110))
        colour = tuple(int(value) for value in random.integers((90, 40, 90), (230, 190, 230)))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    blurred = picture.filter(ImageFilter.GaussianBlur(2))
    noisy = np.asarray(blurred) + random.normal(0, 3, (SIDE_PX, SIDE_PX, 1))
    pixels_hwc = np.clip(noisy, 0, 255).astype(np.uint8)
    Image.fromarray(pixels_hwc).save(path, quality=QUALITY, subsampling=_SUBSAMPLING_420)


def _background(random: np.random.Generator) -> Image.Image:
    coarse: NDArray[np.uint8] = random.integers((205, 190, 195), (250, 235, 240), (6, 6, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)


def describe(files: list[Path]) -> str:
    """One line for the report."""
    mean_kb = sum(file.stat().st_size for file in files) / len(files) / 1000
    return (
        f"{len(files)} JPEGs ({min(DISTINCT, len(files))} distinct), {SIDE_PX} x {SIDE_PX}, 4:2:0, "
        f"quality {QUALITY}, {mean_kb:.0f} kB on average, drawn by code"
    )
