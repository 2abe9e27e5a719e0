"""Surfaces and patterns drawn by code: tables for sheets of paper to lie on, and images of nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]
"""(H, W, 3)"""
Field = NDArray[np.float64]
"""(H, W), 0 to 1."""


def draw_texture(seed: int, side: int = 256) -> Pixels:
    """One of the patterns below in two colours, the same for the same seed."""
    rng = np.random.default_rng((seed, 7))
    if seed % (len(_PATTERNS) + 1) == len(_PATTERNS):
        return _shapes(rng, side)
    field = _PATTERNS[seed % (len(_PATTERNS) + 1)](rng, side)
    low, high = rng.integers(0, 256, (2, 3))
    return np.asarray(low + (high - low) * field[..., None], np.uint8)


def clouds(rng: np.random.Generator, side: int, octaves: int = 6) -> Field:
    """Noise of several scales, each half as strong as the one twice as coarse."""
    total = np.zeros((side, side))
    for octave in range(1, octaves + 1):
        coarse = Image.fromarray(rng.random((2**octave, 2**octave)).astype(np.float32))
        total += np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC)) / 2**octave
    return np.asarray((total - total.min()) / np.ptp(total))


def wood(rng: np.random.Generator, side: int) -> Field:
    """Grain along one direction, disturbed a little."""
    y, x = np.mgrid[:side, :side] / side
    if rng.random() < 0.5:
        x, y = y, x
    grain = np.sin(40 * (y + 0.08 * clouds(rng, side)) * rng.uniform(0.5, 2) + 3 * np.sin(2 * x))
    return np.asarray(0.5 + 0.3 * grain + 0.2 * (rng.random((side, side)) - 0.5)).clip(0, 1)


def _grain(rng: np.random.Generator, side: int) -> Field:
    return rng.random((side, side))


def _stripes(rng: np.random.Generator, side: int) -> Field:
    y, x = np.mgrid[:side, :side]
    angle = rng.uniform(0, np.pi)
    return np.asarray(0.5 + 0.5 * np.sin(rng.uniform(0.02, 0.6) * (x * np.cos(angle) + y * np.sin(angle))))


def _tiles(rng: np.random.Generator, side: int) -> Field:
    y, x = np.mgrid[:side, :side]
    period = int(rng.integers(8, 64))
    return ((x // period + y // period) % 2).astype(np.float64)


def _slope(rng: np.random.Generator, side: int) -> Field:
    y, x = np.mgrid[:side, :side] / side
    angle = rng.uniform(0, 2 * np.pi)
    field = x * np.cos(angle) + y * np.sin(angle)
    return np.asarray((field - field.min()) / np.ptp(field))


def _shapes(rng: np.random.Generator, side: int) -> Pixels:
    picture = Image.new("RGB", (side, side), tuple(rng.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(3, 40))):
        left, top = rng.integers(0, side, 2).tolist()
        width, height = rng.integers(4, side // 2, 2).tolist()
        kind = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        kind((left, top, left + width, top + height), fill=tuple(rng.integers(0, 256, 3).tolist()))
    return np.asarray(picture)


_PATTERNS: tuple[Callable[[np.random.Generator, int], Field], ...] = (
    clouds,
    wood,
    _grain,
    _stripes,
    _tiles,
    _slope,
)
