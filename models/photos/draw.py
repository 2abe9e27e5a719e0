"""Draw the sample images and the cover: dishes, receipts, rooms, houses and things of no class; no photograph.

`python models/photos/draw.py` writes samples/*.jpg and cover.png; seeds are fixed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from insitu_training.textures import clouds, draw_texture, wood

WIDTH, HEIGHT = 640, 480
COVER_PX = 112
Rgb = tuple[int, int, int]
_WORDS = (
    *(
        "tea",
        "rice",
        "bread",
        "milk",
        "apples",
        "soap",
        "coffee",
        "total",
        "cash",
        "change",
        "tax",
        "item",
        "salt",
    ),
    *("eggs", "paper", "lamp", "oil", "thank", "you"),
)

Canvas = Image.Image


def _surface(rng: np.random.Generator, low: Rgb, high: Rgb, *, grain: bool) -> Canvas:
    field = (wood if grain else clouds)(rng, WIDTH)[:HEIGHT]
    values = np.array(low) + (np.array(high) - np.array(low)) * field[..., None]
    return Image.fromarray(values.astype(np.uint8))


def _lit(picture: Canvas, rng: np.random.Generator) -> Canvas:
    """Light from one side, and the noise of a camera."""
    y, x = np.mgrid[: picture.height, : picture.width]
    fall = 1.08 - 0.3 * (x / picture.width * rng.uniform(0.3, 1) + y / picture.height * rng.uniform(0.3, 1))
    values = np.asarray(picture, np.float64) * fall[..., None] + rng.normal(
        0, 3, (picture.height, picture.width, 1)
    )
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _ellipse(
    draw: ImageDraw.ImageDraw, centre: tuple[float, float], radii: tuple[float, float], fill: Rgb
) -> None:
    (x, y), (a, b) = centre, radii
    draw.ellipse((x - a, y - b, x + a, y + b), fill=fill)


def _shade(colour: Rgb, factor: float) -> Rgb:
    red, green, blue = (int(min(255, max(0, part * factor))) for part in colour)
    return red, green, blue


def _plate(rng: np.random.Generator) -> tuple[Canvas, ImageDraw.ImageDraw]:
    picture = _surface(rng, (96, 58, 34), (168, 112, 70), grain=True)
    draw = ImageDraw.Draw(picture)
    _ellipse(draw, (330, 262), (255, 205), (60, 38, 24))
    for radii, fill in (
        ((250, 200), (236, 233, 226)),
        ((238, 190), (250, 248, 243)),
        ((186, 146), (228, 224, 214)),
    ):
        _ellipse(draw, (320, 240), radii, fill)
    _ellipse(draw, (320, 242), (180, 140), (245, 242, 234))
    return picture, draw


def _heap(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    colours: list[Rgb],
    count: int,
    size: float,
    spread: float,
) -> None:
    """Pieces that lie over each other, each lit from above on its left."""
    for _ in range(count):
        angle, reach = rng.uniform(0, 2 * np.pi), spread * np.sqrt(rng.random())
        x, y = 320 + reach * np.cos(angle), 238 + 0.75 * reach * np.sin(angle)
        colour = _shade(colours[int(rng.integers(len(colours)))], rng.uniform(0.75, 1.15))
        a, b = size * rng.uniform(0.6, 1.4), size * rng.uniform(0.5, 1)
        _ellipse(draw, (x + 3, y + 4), (a, b), _shade(colour, 0.45))
        _ellipse(draw, (x, y), (a, b), colour)
        _ellipse(draw, (x - a * 0.25, y - b * 0.3), (a * 0.5, b * 0.4), _shade(colour, 1.2))


def _stew(rng: np.random.Generator) -> Canvas:
    picture, draw = _plate(rng)
    _ellipse(draw, (320, 240), (165, 125), (122, 52, 20))
    _heap(draw, rng, [(150, 74, 30), (178, 96, 44), (112, 50, 22), (196, 60, 36)], 260, 17, 128)
    _heap(draw, rng, [(70, 120, 40), (96, 150, 52)], 46, 7, 120)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _salad(rng: np.random.Generator) -> Canvas:
    picture, draw = _plate(rng)
    _heap(draw, rng, [(74, 128, 44), (110, 162, 60), (150, 190, 84)], 240, 22, 125)
    _heap(draw, rng, [(200, 48, 36), (220, 70, 48)], 22, 20, 110)
    _heap(draw, rng, [(240, 226, 180), (226, 206, 150)], 26, 12, 115)
    return picture.filter(ImageFilter.GaussianBlur(1.1))


def _rice(rng: np.random.Generator) -> Canvas:
    picture, draw = _plate(rng)
    _heap(draw, rng, [(236, 226, 200), (246, 238, 220), (222, 206, 170)], 900, 7, 135)
    _heap(draw, rng, [(210, 90, 40), (190, 60, 34), (226, 130, 60)], 60, 18, 74)
    _heap(draw, rng, [(80, 130, 50)], 30, 6, 110)
    return picture.filter(ImageFilter.GaussianBlur(1.0))


def _cup(rng: np.random.Generator) -> Canvas:
    picture, draw = _plate(rng)
    _ellipse(draw, (320, 236), (132, 104), (206, 202, 192))
    _ellipse(draw, (320, 230), (126, 98), (250, 248, 242))
    _ellipse(draw, (320, 232), (112, 86), (66, 36, 18))
    _ellipse(draw, (316, 228), (84, 60), (150, 96, 54))
    _ellipse(draw, (312, 226), (58, 38), (214, 176, 128))
    _ellipse(draw, (308, 224), (30, 18), (240, 220, 186))
    draw.arc((430, 180, 510, 270), 270, 120, fill=(238, 234, 226), width=20)
    return picture.filter(ImageFilter.GaussianBlur(1.3))


def _sheet(rng: np.random.Generator, width: int, height: int, columns: bool) -> Canvas:
    paper = Image.new("RGB", (width, height), (250, 249, 244))
    draw, y = ImageDraw.Draw(paper), 24
    draw.text((width / 2, y), _line(rng, 2).upper(), (20, 20, 20), ImageFont.load_default(24), anchor="ma")
    y += 52
    while y < height - 40:
        size = int(rng.choice([13, 14, 15]))
        font = ImageFont.load_default(size)
        draw.text((18, y), _line(rng, int(rng.integers(2, 5 if columns else 9))), (45, 45, 48), font)
        if columns:
            draw.text((width - 18, y), f"{rng.uniform(0.5, 90):.2f}", (45, 45, 48), font, anchor="ra")
        y += size + int(rng.integers(6, 12))
        if rng.random() < 0.12:
            draw.line((18, y, width - 18, y), (90, 90, 90), 1)
            y += 10
    return paper


def _line(rng: np.random.Generator, count: int) -> str:
    return " ".join(rng.choice(_WORDS, count))


def _paper(
    width: int, height: int, angle: float, *, columns: bool
) -> Callable[[np.random.Generator], Canvas]:
    def paint(rng: np.random.Generator) -> Canvas:
        low, high = rng.integers(30, 150, (2, 3))
        picture = _surface(rng, tuple(low), tuple(high), grain=bool(rng.random() < 0.6))
        sheet = _sheet(rng, width, height, columns).rotate(angle, Image.Resampling.BICUBIC, expand=True)
        whole = Image.new("L", (width, height), 255).rotate(angle, Image.Resampling.BICUBIC, expand=True)
        left, top = (WIDTH - sheet.width) // 2, (HEIGHT - sheet.height) // 2
        shadow = Image.new("L", picture.size, 0)
        shadow.paste(whole, (left + 6, top + 8))
        picture.paste(
            (20, 18, 16), mask=shadow.filter(ImageFilter.GaussianBlur(6)).point(lambda value: value // 2)
        )
        picture.paste(sheet, (left, top), whole)
        return picture

    return paint


def _room(rng: np.random.Generator) -> Canvas:
    """A back wall, two side walls, floor and ceiling, a window, a bed or a table, a lamp and a picture."""
    wall: Rgb = tuple(rng.integers((170, 160, 140), (235, 225, 210)).tolist())
    picture = Image.new("RGB", (WIDTH, HEIGHT), wall)
    draw = ImageDraw.Draw(picture)
    left, right, top, bottom = 150, 490, 90, 300
    draw.polygon([(0, 0), (left, top), (left, bottom), (0, HEIGHT - 20)], fill=_shade(wall, 0.82))
    draw.polygon([(WIDTH, 0), (right, top), (right, bottom), (WIDTH, HEIGHT - 20)], fill=_shade(wall, 0.9))
    draw.polygon([(0, 0), (WIDTH, 0), (right, top), (left, top)], fill=(243, 242, 238))
    floor = np.asarray(_surface(rng, (110, 70, 42), (176, 124, 82), grain=True))
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    edge = [
        (0, HEIGHT - 20),
        (left, bottom),
        (right, bottom),
        (WIDTH, HEIGHT - 20),
        (WIDTH, HEIGHT),
        (0, HEIGHT),
    ]
    ImageDraw.Draw(mask).polygon(edge, fill=255)
    picture.paste(Image.fromarray(floor), (0, 0), mask)
    draw.rectangle((200, 115, 300, 215), fill=(250, 250, 248))
    draw.rectangle((206, 121, 294, 209), fill=(176, 212, 240))
    draw.rectangle((206, 170, 294, 209), fill=(120, 160, 96))
    draw.line((250, 121, 250, 209), (250, 250, 248), 5)
    draw.line((206, 165, 294, 165), (250, 250, 248), 5)
    for x in (186, 306):
        draw.rectangle((x - 12, 105, x + 12, 260), fill=tuple(rng.integers(90, 220, 3).tolist()))
    draw.rectangle((380, 130, 450, 190), fill=(70, 52, 40))
    draw.rectangle((386, 136, 444, 184), fill=tuple(rng.integers(60, 220, 3).tolist()))
    cover: Rgb = tuple(rng.integers(60, 210, 3).tolist())
    draw.rectangle((330, 225, 520, 300), fill=(88, 60, 40))
    draw.polygon([(300, 300), (520, 290), (590, 400), (330, 420)], fill=cover)
    draw.polygon([(330, 420), (590, 400), (590, 436), (334, 458)], fill=_shade(cover, 0.65))
    for x in (345, 435):
        draw.polygon([(x, 285), (x + 70, 280), (x + 78, 308), (x + 4, 314)], fill=(246, 244, 240))
    draw.rectangle((60, 330, 130, 420), fill=(96, 66, 44))
    draw.rectangle((90, 280, 98, 330), fill=(60, 60, 60))
    draw.polygon([(66, 282), (122, 282), (110, 244), (78, 244)], fill=(250, 226, 160))
    return picture.filter(ImageFilter.GaussianBlur(0.9))


def _house(rng: np.random.Generator) -> Canvas:
    """A front with a door, windows, a garage and a roof, between sky and lawn."""
    sky = np.linspace((120, 170, 225), (205, 225, 242), HEIGHT)[:, None].repeat(WIDTH, axis=1)
    picture = Image.fromarray(sky.astype(np.uint8))
    lawn = _surface(rng, (60, 100, 40), (116, 158, 72), grain=False)
    picture.paste(lawn.crop((0, 340, WIDTH, HEIGHT)), (0, 340))
    draw = ImageDraw.Draw(picture)
    for x in (30, 600):
        draw.rectangle((x - 8, 240, x + 8, 345), fill=(86, 62, 44))
        for _ in range(60):
            spot = (x + rng.normal(0, 34), 210 + rng.normal(0, 40))
            _ellipse(draw, spot, (20, 18), _shade((66, 112, 48), rng.uniform(0.7, 1.3)))
    wall: Rgb = tuple(rng.integers((180, 160, 130), (240, 228, 210)).tolist())
    roof: Rgb = tuple(rng.integers((80, 50, 45), (150, 95, 85)).tolist())
    draw.rectangle((110, 200, 530, 360), fill=wall)
    draw.polygon([(85, 205), (200, 105), (440, 105), (555, 205)], fill=roof)
    for y in range(115, 205, 9):
        draw.line((85 + (205 - y) * 1.15, y, 555 - (205 - y) * 1.15, y), _shade(roof, 0.8), 2)
    draw.rectangle((350, 260, 500, 360), fill=(238, 238, 234))
    for y in range(275, 360, 20):
        draw.line((350, y, 500, y), (190, 190, 186), 2)
    draw.rectangle((265, 265, 310, 360), fill=_shade(roof, 0.7))
    for x, y in ((140, 260), (140, 0), (200, 260)):
        if y:
            draw.rectangle((x, y, x + 46, y + 50), fill=(248, 248, 246))
            draw.rectangle((x + 5, y + 5, x + 41, y + 45), fill=(86, 106, 128))
            draw.line((x + 23, y + 5, x + 23, y + 45), (248, 248, 246), 3)
    draw.polygon([(345, 360), (505, 360), (580, HEIGHT), (300, HEIGHT)], fill=(178, 176, 172))
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _nothing(seed: int) -> Callable[[np.random.Generator], Canvas]:
    return lambda _: Image.fromarray(draw_texture(seed, WIDTH)[:HEIGHT])


def _grey(_: np.random.Generator) -> Canvas:
    return Image.new("RGB", (WIDTH, HEIGHT), (128, 128, 128))


SAMPLES: dict[str, tuple[Callable[[np.random.Generator], Canvas], bool]] = {
    "dish-1": (_stew, True),
    "dish-2": (_salad, True),
    "dish-3": (_rice, True),
    "drink-1": (_cup, True),
    "receipt-1": (_paper(230, 430, 4, columns=True), True),
    "receipt-2": (_paper(200, 400, -9, columns=True), True),
    "letter-1": (_paper(340, 460, 2, columns=False), True),
    "letter-2": (_paper(330, 440, -5, columns=False), True),
    "room-1": (_room, True),
    "room-2": (_room, True),
    "house-1": (_house, True),
    "house-2": (_house, True),
    "nothing-1": (_nothing(3), False),
    "nothing-2": (_nothing(6), False),
    "nothing-3": (_grey, False),
}
"""Name, painter, and whether light and noise are added."""
CLASSES = {
    **{"dish": "food_drink", "drink": "food_drink", "receipt": "document", "letter": "document"},
    **{"room": "place", "house": "place"},
}
DRAWINGS_OF_EACH = 6
COVER = ("dish-2", "receipt-1", "room-1")


def paint(name: str) -> Canvas:
    """A sample, the same for the same name."""
    painter, natural = SAMPLES[name]
    rng = np.random.default_rng([ord(letter) for letter in name])
    picture = painter(rng)
    return _lit(picture, rng) if natural else picture


def cover(pictures: list[NDArray[np.uint8]]) -> Canvas:
    """Squares from the middle of pictures, side by side."""
    joined = Image.new("RGB", (COVER_PX * len(pictures), COVER_PX))
    for index, pixels in enumerate(pictures):
        picture = Image.fromarray(pixels)
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        square = picture.crop((left, top, left + side, top + side))
        joined.paste(square.resize((COVER_PX, COVER_PX), Image.Resampling.BICUBIC), (COVER_PX * index, 0))
    return joined


def lettered_cover(labels: Sequence[tuple[str, str]]) -> Canvas:
    """A square for each class in its colour, with its letter."""
    joined = Image.new("RGB", (COVER_PX * len(labels), COVER_PX))
    draw = ImageDraw.Draw(joined)
    for index, (letter, colour) in enumerate(labels):
        left = COVER_PX * index
        draw.rectangle((left, 0, left + COVER_PX, COVER_PX), fill=colour)
        middle = (left + COVER_PX / 2, COVER_PX / 2)
        draw.text(middle, letter, (17, 17, 17), ImageFont.load_default(COVER_PX // 2), anchor="mm")
    return joined


def training_drawings() -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Other drawings by the same hand, with the class of each; the samples themselves are not among them."""
    for name, (painter, natural) in SAMPLES.items():
        if natural:
            for seed in range(DRAWINGS_OF_EACH):
                rng = np.random.default_rng((seed, *map(ord, name)))
                yield CLASSES[name.split("-")[0]], np.asarray(_lit(painter(rng), rng))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder of the pack")
    folder = parser.parse_args().out
    (folder / "samples").mkdir(exist_ok=True)
    for name in SAMPLES:
        paint(name).save(folder / "samples" / f"drawn-{name}.jpg", quality=85)
    cover([np.asarray(paint(name)) for name in COVER]).save(folder / "cover.png")


if __name__ == "__main__":
    main()
