"""Micrographs drawn by code: grey PNGs of nuclei of about 22 px across on a dark background."""

from __future__ import annotations

import hashlib
import inspect
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

DISTINCT = 8
SPACING_PX = 32
_PATCH_PX = 1024


def micrographs(folder: Path, count: int, side_px: int) -> list[Path]:
    """`count` files of `side_px` squared in `folder`, at most `DISTINCT` of them distinct; drawn once and kept."""
    kept = folder / f"{_version()}-{side_px}"
    kept.mkdir(parents=True, exist_ok=True)
    files = [kept / f"{number:03d}.png" for number in range(count)]
    for number, file in enumerate(files):
        if not file.is_file():
            patch_hw = draw_nuclei(number % DISTINCT)
            times = -(-side_px // _PATCH_PX)
            Image.fromarray(np.tile(patch_hw, (times, times))[:side_px, :side_px]).save(
                file, compress_level=1
            )
    return files


def _version() -> str:
    return hashlib.sha256(inspect.getsource(sys.modules[__name__]).encode()).hexdigest()[:16]


def draw_nuclei(seed: int) -> NDArray[np.uint8]:
    """One ellipse about every 32 x 32 pixels, some of which touch, with defocus and noise. (1024, 1024) uint8."""
    rng = np.random.default_rng(seed)
    image = Image.new("L", (_PATCH_PX, _PATCH_PX), 12)
    draw = ImageDraw.Draw(image)
    for y in range(0, _PATCH_PX, SPACING_PX):
        for x in range(0, _PATCH_PX, SPACING_PX):
            across, down = rng.uniform(8, 14, 2)
            left, top = x + rng.uniform(0, 12), y + rng.uniform(0, 12)
            box = (left, top, left + 2 * across, top + 2 * down)
            draw.ellipse(box, fill=int(rng.integers(70, 220)))
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), np.float64)
    return np.clip(blurred + rng.normal(0, 4, blurred.shape), 0, 255).astype(np.uint8)
