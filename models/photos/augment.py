"""Changes by which a photo stays of its class: what light, camera and person may do, and shortcuts taken away.

The data's shortcuts: documents are receipts on white, places come from one estate agent's photos. So sheets of paper
also lie on tables, anything may have a white border, and colour, crop and sharpness say nothing.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from pack import GEOMETRY
from PIL import Image, ImageFilter

from insitu.prepare import resample
from insitu_training.textures import clouds, wood

Pixels = NDArray[np.uint8]
"""(H, W, 3)"""

_SIDE = 288
_LEAST_AREA = 0.35
_BORDER_SHARE = 0.1
_TABLE_SHARE = 0.5
_GREY_SHARE = 0.15
_BLUR_SHARE = 0.2
_JPEG_SHARE = 0.3


def change(pixels: Pixels, rng: np.random.Generator, *, is_paper: bool) -> Pixels:
    """The picture otherwise taken, as the network gets it. (224, 224, 3) uint8."""
    picture = Image.fromarray(pixels)
    if is_paper and rng.random() < _TABLE_SHARE:
        picture = _on_table(picture, rng)
    else:
        picture = _crop(_turn(picture, rng, is_paper), rng)
    if not is_paper and rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < _BORDER_SHARE:
        picture = _with_border(picture, rng)
    values = _light(np.asarray(picture.convert("RGB"), np.float64), rng)
    return resample(_camera(Image.fromarray(values), rng), GEOMETRY)


def _turn(picture: Image.Image, rng: np.random.Generator, is_paper: bool) -> Image.Image:
    if is_paper and rng.random() < 0.2:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    if rng.random() < 0.5:
        return picture
    angle = float(rng.normal(0, 7))
    turned = picture.rotate(angle, Image.Resampling.BILINEAR, expand=False)
    slope = abs(np.tan(np.radians(angle)))
    cut = [
        min(side * slope / 2, short / 3) for side, short in zip(picture.size[::-1], picture.size, strict=True)
    ]
    return turned.crop(
        (round(cut[0]), round(cut[1]), picture.width - round(cut[0]), picture.height - round(cut[1]))
    )


def _crop(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A part of at least a third of the area, of nearly the same shape."""
    area, shape = rng.uniform(_LEAST_AREA, 1), np.exp(rng.uniform(-0.3, 0.3))
    width, height = (min(1.0, np.sqrt(area * shape)), min(1.0, np.sqrt(area / shape)))
    left, top = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    w, h = picture.size
    return picture.crop(
        (round(left * w), round(top * h), round((left + width) * w), round((top + height) * h))
    )


def _on_table(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A sheet of paper that lies on a table, seen a little from the side, with a shadow over all."""
    ratio = picture.width / picture.height
    field = clouds(rng, _SIDE) if rng.random() < 0.5 else wood(rng, _SIDE)
    dark, light = np.sort(rng.integers(0, 256, (2, 3)), axis=0)
    table = np.asarray(dark + (light - dark) * field[..., None], np.float64)
    share = rng.uniform(0.45, 0.95)
    width, height = (share, share / ratio) if ratio > 1 else (share * ratio, share)
    corners = _SIDE * (
        0.5 + np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    )
    angle = rng.normal(0, 0.25)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = rng.uniform(-0.08, 0.08, 2) * _SIDE
    corners = (corners - _SIDE / 2) @ turn.T + _SIDE / 2 + shift + rng.normal(0, 0.02 * _SIDE, (4, 2))
    source = np.array(
        [(0, 0), (picture.width, 0), (picture.width, picture.height), (0, picture.height)], np.float64
    )
    coefficients = _perspective(corners, source)
    size, kind = (_SIDE, _SIDE), Image.Transform.PERSPECTIVE
    sheet = picture.convert("RGB").transform(size, kind, coefficients, Image.Resampling.BILINEAR)
    whole = Image.new("L", picture.size, 255)
    mask = whole.transform(size, kind, coefficients, Image.Resampling.BILINEAR)
    alpha = np.asarray(mask, np.float64)[..., None] / 255
    lit = table * (1 - alpha) + np.asarray(sheet, np.float64) * alpha
    shadow = 1 - rng.uniform(0, 0.5) * clouds(rng, _SIDE, 2)[..., None]
    return Image.fromarray((lit * shadow).clip(0, 255).astype(np.uint8))


def _perspective(targets: NDArray[np.float64], sources: NDArray[np.float64]) -> tuple[float, ...]:
    """Pillow's eight coefficients, which lead from four target points back to their sources."""
    rows, values = [], []
    for (x, y), (u, v) in zip(targets, sources, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(values)).tolist())


def _with_border(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    width, height = picture.size
    margins = rng.uniform(0, 0.25, 4)
    frame = Image.new(
        "RGB",
        (round(width * (1 + margins[0] + margins[1])), round(height * (1 + margins[2] + margins[3]))),
        tuple([int(rng.integers(200, 256))] * 3),
    )
    frame.paste(picture, (round(width * margins[0]), round(height * margins[2])))
    return frame


def _light(values: NDArray[np.float64], rng: np.random.Generator) -> Pixels:
    """Brightness, contrast, white balance and saturation."""
    grey = values @ np.array([0.299, 0.587, 0.114])
    saturation = 0.0 if rng.random() < _GREY_SHARE else rng.uniform(0.4, 1.5)
    values = grey[..., None] + saturation * (values - grey[..., None])
    values = (values - values.mean()) * rng.uniform(0.6, 1.3) + values.mean() * rng.uniform(0.6, 1.35)
    return np.asarray((values * rng.uniform(0.88, 1.12, 3)).clip(0, 255), np.uint8)


def _camera(picture: Image.Image, rng: np.random.Generator) -> Pixels:
    """A little blur, a little noise, JPEG."""
    if rng.random() < _BLUR_SHARE:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.008 * max(picture.size))))
    if rng.random() < _JPEG_SHARE:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=int(rng.integers(25, 90)))
        picture = Image.open(buffer)
    values = np.asarray(picture.convert("RGB"), np.float64)
    return np.asarray((values + rng.normal(0, rng.uniform(0, 6), values.shape)).clip(0, 255), np.uint8)
