"""Results drawn over images: a frame, a badge and a bar.

The class is told by letter and colour, the probability by a figure, the length of the bar and
the strength of the colour, so that colour is never the only sign.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageColor, ImageDraw, ImageFont

from .pack_types import Pack
from .scale import scale
from .types import Picture

Colour = tuple[int, int, int]
Size = tuple[int, int]

_ENLARGE_TO_PX = 256
_REDUCING_GAP = 1.5
_INK: Colour = (17, 17, 17)
_PAPER: Colour = (255, 255, 255)
_STRIP = (0, 0, 0, 190)
_TRACK = (90, 90, 90, 255)
_FIGURE_UNITS = 13  # room for "100.0 %" at three units of height


def render_overlay(
    picture: Picture, probabilities: NDArray[np.float32], pack: Pack, side: int
) -> PilImage.Image:
    """Draw the winning class over the image.

    Parameters
    ----------
    probabilities : (n,) float32
        In the order of the pack's classes.
    side
        Longest side of the drawing in pixels; smaller images are enlarged to 256 px at most.

    Returns
    -------
    PIL image, mode RGB
    """
    winner = int(np.argmax(probabilities))
    probability = float(probabilities[winner])
    label = pack.classes[winner]
    drawing = scale_to_side(picture, side)
    colour = _rgb(label.colour)
    unit = max(2, max(drawing.size) // 40)
    draw = ImageDraw.Draw(drawing, "RGBA")  # blends
    _draw_frame(draw, drawing.size, colour, probability, unit)
    _draw_bar(draw, drawing.size, colour, probability, unit)
    _draw_badge(draw, label.letter, colour, unit)
    return drawing


def scale_to_side(picture: Picture, side: int) -> PilImage.Image:
    """The picture with its longest side at most `side`; smaller ones are enlarged to 256 px at most."""
    longest = max(picture.width, picture.height)
    ratio = min(side, max(longest, _ENLARGE_TO_PX)) / longest
    size = (max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio)))
    return scale(picture, size, PilImage.Resampling.BILINEAR, _REDUCING_GAP)


def _draw_frame(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, probability: float, unit: int) -> None:
    box = (0, 0, size[0] - 1, size[1] - 1)
    draw.rectangle(box, outline=(*colour, round(255 * probability)), width=unit)


def _draw_bar(draw: ImageDraw.ImageDraw, size: Size, colour: Colour, probability: float, unit: int) -> None:
    """A dark strip along the lower edge: a bar from 0 to 1 on its track, then the figure in per cent."""
    left, right = unit, size[0] - unit - 1
    bottom = size[1] - unit - 1
    top = bottom - 4 * unit
    track_left, track_right = left + unit, right - _FIGURE_UNITS * unit
    if track_right <= track_left or top <= unit:
        return  # too small for a strip; the frame and the badge say it alone
    draw.rectangle((left, top, right, bottom), fill=_STRIP)
    row = (top + (3 * unit) // 2, bottom - (3 * unit) // 2)
    draw.rectangle((track_left, row[0], track_right, row[1]), fill=_TRACK)
    bar_right = track_left + round((track_right - track_left) * probability)
    draw.rectangle((track_left, row[0], bar_right, row[1]), fill=colour)
    middle = (right - unit, (top + bottom) / 2)
    draw.text(middle, f"{100 * probability:.1f} %", fill=_PAPER, font=_font(3 * unit), anchor="rm")


def _draw_badge(draw: ImageDraw.ImageDraw, letter: str, colour: Colour, unit: int) -> None:
    side = 6 * unit
    box = (unit, unit, unit + side, unit + side)
    draw.rectangle(box, fill=colour, outline=_INK)
    centre = unit + side / 2
    ink = _INK if _luminance(colour) > 0.35 else _PAPER
    draw.text((centre, centre), letter, fill=ink, font=_font(5 * unit), anchor="mm")


def _rgb(colour: str) -> Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def _luminance(colour: Colour) -> float:
    """Relative luminance 0..1 (WCAG 2.2), without its gamma table: close enough to choose an ink."""
    weighted = (
        weight * (channel / 255) ** 2.2
        for weight, channel in zip((0.2126, 0.7152, 0.0722), colour, strict=True)
    )
    return math.fsum(weighted)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's built-in face (Aileron, CC0): the same outlines in both runtimes."""
    return ImageFont.load_default(size)
