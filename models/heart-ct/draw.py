"""Draw a chest like a series of CT slices, by code: ellipses in Hounsfield units, no patient.

`python models/heart-ct/draw.py --out <folder>` writes series.npz: `hu` (N, S, S) int16, `heart` (N, S, S) bool and
`spacing_mm` (3,): between slices, rows and columns. Slices run from the feet to the head; the seed is fixed.

Lengths are in mm. x grows to the patient's left (the right of the picture), y to the back, z to the head; the middle
of the heart is near the origin of z.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatHW = NDArray[np.float32]
AIR, LUNG, FAT, MUSCLE, BONE = -1000.0, -860.0, -100.0, 50.0, 350.0
SLICES, SIDE_PX, FIELD_MM = 200, 256, 380.0
LOWEST_MM, HIGHEST_MM = -150.0, 150.0


@dataclass(frozen=True)
class Anatomy:
    """One drawn patient. Blood is the brightness of blood, as contrast agent changes it."""

    width: float = 165.0
    depth: float = 108.0
    fat: float = 16.0
    heart_x: float = 18.0
    heart_y: float = -22.0
    heart_long: float = 62.0
    heart_short: float = 47.0
    heart_high: float = 52.0
    tilt: float = 0.55
    left_blood: float = 260.0
    right_blood: float = 180.0
    wall: float = 90.0
    liver: float = 95.0
    dome: float = -42.0
    noise: float = 14.0


def any_anatomy(rng: np.random.Generator) -> Anatomy:
    """A patient by chance."""
    contrast = rng.random() < 0.6
    blood = rng.uniform(120, 400, 2) if contrast else np.full(2, rng.uniform(35, 55))
    size = rng.uniform(0.8, 1.2)
    return Anatomy(
        width=rng.uniform(140, 190),
        depth=rng.uniform(92, 125),
        fat=rng.uniform(6, 30),
        heart_x=rng.uniform(8, 30),
        heart_y=rng.uniform(-32, -14),
        heart_long=size * rng.uniform(54, 70),
        heart_short=size * rng.uniform(40, 52),
        heart_high=rng.uniform(42, 60),
        tilt=rng.uniform(0.2, 0.9),
        left_blood=blood[0],
        right_blood=blood[1],
        wall=rng.uniform(40, 60) + (rng.uniform(10, 60) if contrast else 0),
        liver=rng.uniform(50, 120),
        dome=rng.uniform(-55, -30),
        noise=rng.uniform(4, 25),
    )


class Canvas:
    """One slice being drawn; shapes are painted over each other with an edge of about a pixel, or none if `sharp`."""

    def __init__(self, side_px: int, field_mm: float, sharp: bool = False) -> None:
        self.sharp = sharp
        places = (np.arange(side_px, dtype=np.float32) + 0.5) / side_px * field_mm - field_mm / 2
        self.x, self.y = np.meshgrid(places, places)
        self.pixel_mm = field_mm / side_px
        self.hu_hw: FloatHW = np.full((side_px, side_px), AIR, np.float32)

    def ellipse(self, x: float, y: float, a: float, b: float, turn: float = 0.0) -> FloatHW:
        """How much of each pixel lies inside, 0 to 1; nothing if a half axis is 0 or less."""
        if min(a, b) <= 0:
            return np.zeros_like(self.hu_hw)
        dx, dy = self.x - x, self.y - y
        along = (dx * np.cos(turn) + dy * np.sin(turn)) / a
        across = (-dx * np.sin(turn) + dy * np.cos(turn)) / b
        cover = np.clip(0.5 + (1 - np.hypot(along, across)) * min(a, b) / self.pixel_mm, 0, 1)
        return np.rint(cover) if self.sharp else cover

    def paint(self, cover_hw: FloatHW, hu: float) -> None:
        self.hu_hw += cover_hw * (np.float32(hu) - self.hu_hw)


def _round(half: float, z: float, middle: float, high: float) -> float:
    """Half axis at a level of an ellipsoid; 0 beyond it."""
    return half * max(0.0, 1 - ((z - middle) / high) ** 2) ** 0.5


def draw_slice(
    one: Anatomy,
    z: float,
    rng: np.random.Generator,
    side_px: int = SIDE_PX,
    field_mm: float = FIELD_MM,
    sharp: bool = False,
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Hounsfield units of the slice at a level, and where the heart is.

    Returns
    -------
    hu_hw : (S, S) int16
    heart_hw : (S, S) bool
    """
    canvas = Canvas(side_px, field_mm, sharp)
    _table(canvas, one)
    _trunk(canvas, one, z)
    _lungs(canvas, one, z)
    _belly(canvas, one, z)
    heart_hw = _heart(canvas, one, z)
    _vessels(canvas, one, z)
    _bones(canvas, one, z)
    noisy = canvas.hu_hw + rng.normal(0, one.noise, canvas.hu_hw.shape)
    return np.rint(noisy).astype(np.int16), heart_hw > 0.5


def _table(canvas: Canvas, one: Anatomy) -> None:
    for inset, hu in ((0.0, -150.0), (3.0, -900.0)):
        lower = canvas.ellipse(0, one.depth - 60, 230 - inset, 80 - inset)
        canvas.paint(lower * (canvas.y > one.depth - 15), hu)


def _trunk(canvas: Canvas, one: Anatomy, z: float) -> None:
    narrow = _narrow(z)
    for inset, hu in ((0.0, FAT), (one.fat, MUSCLE), (one.fat + 9, FAT / 2)):
        canvas.paint(canvas.ellipse(0, 0, (one.width - inset) * narrow, (one.depth - inset) * narrow), hu)


def _narrow(z: float) -> float:
    """Share of the trunk's width that is left towards the neck."""
    return 1 - 0.25 * max(0.0, (z - 90) / 60)


def _lungs(canvas: Canvas, one: Anatomy, z: float) -> None:
    wide, deep = (one.width - one.fat) * 0.43, (one.depth - one.fat) * 0.82
    for side in (-1, 1):
        low = one.dome - 55 if side < 0 else one.dome - 70
        share = _round(1.0, z, (low + 150) / 2, (150 - low) / 2)
        lung = canvas.ellipse(side * (one.width * 0.47), 6, wide * share, deep * share**0.7)
        canvas.paint(lung, LUNG)
        for branch in range(14):
            turn = branch * 2.4 + z / 30
            reach = 8 + 3.2 * branch
            spot = canvas.ellipse(
                side * (one.width * 0.36) + reach * np.cos(turn), 8 + reach * np.sin(turn), 2.6, 2.6
            )
            canvas.paint(spot * lung, one.right_blood)
    canvas.paint(canvas.ellipse(4, 0, 26, one.depth - one.fat - 20), FAT * 0.6)


def _belly(canvas: Canvas, one: Anatomy, z: float) -> None:
    """Liver, spleen and stomach under their domes."""
    grown = _round(1.0, z, one.dome - 95, 95) if z > one.dome - 95 else 1.0
    canvas.paint(canvas.ellipse(-one.width * 0.36, -8, 82 * grown, 70 * grown), one.liver)
    grown = _round(1.0, z, one.dome - 110, 90) if z > one.dome - 110 else 1.0
    canvas.paint(canvas.ellipse(one.width * 0.45, 28, 48 * grown, 40 * grown), one.liver * 0.9)
    canvas.paint(canvas.ellipse(one.width * 0.3, -20, 40 * grown, 34 * grown), 30)
    canvas.paint(canvas.ellipse(one.width * 0.3, -32, 24 * grown, 15 * grown), AIR)


def _heart(canvas: Canvas, one: Anatomy, z: float) -> FloatHW:
    """Muscle with four chambers, in a thin coat of fat; returns its cover."""
    share = _round(1.0, z, 0.0, one.heart_high)
    x, y = one.heart_x - 0.12 * z, one.heart_y - 0.1 * z
    cover = canvas.ellipse(x, y, one.heart_long * share, one.heart_short * share, one.tilt)
    if share == 0:
        return cover
    canvas.paint(canvas.ellipse(x, y, one.heart_long * share + 4, one.heart_short * share + 4, one.tilt), FAT)
    canvas.paint(cover, one.wall)
    along, across = (
        np.array([np.cos(one.tilt), np.sin(one.tilt)]),
        np.array([-np.sin(one.tilt), np.cos(one.tilt)]),
    )
    chambers = (
        (0.42, 0.26, 0.36, 0.34, one.left_blood),
        (0.2, -0.48, 0.52, 0.3, one.right_blood),
        (-0.45, 0.45, 0.36, 0.36, one.left_blood),
        (-0.6, -0.2, 0.28, 0.42, one.right_blood),
    )
    for u, v, a, b, hu in chambers:
        place = u * one.heart_long * along + v * one.heart_short * across
        chamber = canvas.ellipse(
            x + share * place[0], y + share * place[1],
            a * one.heart_long * share, b * one.heart_short * share, one.tilt,
        )  # fmt: skip
        canvas.paint(chamber * cover, hu)
    return cover


def _vessels(canvas: Canvas, one: Anatomy, z: float) -> None:
    """The aorta down, its root, the arch, the pulmonary trunk, veins and windpipe."""
    if z < 75:
        canvas.paint(canvas.ellipse(22, one.depth * 0.4, 12, 12), one.left_blood)
    if 35 < z < 75:
        canvas.paint(canvas.ellipse(-4, -32, 16, 16), one.left_blood)
        canvas.paint(canvas.ellipse(-26, -22, 9, 9), one.right_blood)
    if 38 < z < 58:
        canvas.paint(canvas.ellipse(24, -34, 14, 20, 0.7), one.right_blood)
    if 75 <= z < 92:
        canvas.paint(canvas.ellipse(10, 5, 14, 48, -0.35), one.left_blood)
    if z >= 92:
        for x, y in ((-18, -20), (4, -12), (20, 2), (-30, -6)):
            canvas.paint(canvas.ellipse(x, y, 6.5, 6.5), one.left_blood)
    if z > 48:
        canvas.paint(canvas.ellipse(0, 22, 9, 9), AIR)
    elif z > 20:
        for side in (-1, 1):
            canvas.paint(canvas.ellipse(side * (6 + (48 - z) * 0.8), 24, 6, 5), AIR)


def _bones(canvas: Canvas, one: Anatomy, z: float) -> None:
    """Spine, breastbone, and ribs that cross the slice farther back the lower it is."""
    back = one.depth * 0.58 * _narrow(z)
    canvas.paint(canvas.ellipse(0, back, 19, 16), BONE)
    canvas.paint(canvas.ellipse(0, back, 15, 12), 180)
    canvas.paint(canvas.ellipse(0, back + 22, 10, 8), 30)
    canvas.paint(canvas.ellipse(0, back + 32, 5, 9), BONE)
    if z > -70:
        canvas.paint(canvas.ellipse(0, -(one.depth - one.fat - 8) * _narrow(z), 16, 5), 220)
    wide, deep = ((half - one.fat - 8) * _narrow(z) for half in (one.width, one.depth))
    for side in (-1, 1):
        for rib in range(7):
            turn = -1.2 + rib * 0.42 + (z / 25) % 0.42
            x, y = side * wide * np.cos(turn), deep * np.sin(turn)
            canvas.paint(
                canvas.ellipse(x, y, 10, 4, np.arctan2(deep * np.cos(turn), -side * wide * np.sin(turn))),
                BONE,
            )


def draw_series(
    slices: int = SLICES, side_px: int = SIDE_PX, one: Anatomy | None = None
) -> tuple[NDArray[np.int16], NDArray[np.bool_], tuple[float, float, float]]:
    """Slices from the feet to the head, the heart in them, and the spacing between slices, rows and columns in mm."""
    rng = np.random.default_rng(1)
    step = (HIGHEST_MM - LOWEST_MM) / slices
    levels = LOWEST_MM + (np.arange(slices) + 0.5) * step
    drawn = [draw_slice(one or Anatomy(), float(z), rng, side_px) for z in levels]
    hu, heart = (np.stack(parts) for parts in zip(*drawn, strict=True))
    return hu, heart, (step, FIELD_MM / side_px, FIELD_MM / side_px)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--slices", type=int, default=SLICES)
    parser.add_argument("--side", type=int, default=SIDE_PX, help="pixels of a slice along each axis")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    hu, heart, spacing_mm = draw_series(args.slices, args.side)
    np.savez_compressed(args.out / "series.npz", hu=hu, heart=heart, spacing_mm=np.array(spacing_mm))


if __name__ == "__main__":
    main()
