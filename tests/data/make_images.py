"""Draw the image files of the parity suite and record what desktop Pillow makes of them.

Run under CPython: `.venv/bin/python tests/data/make_images.py`. The files are drawn by this code.
`index.json` says who made it: the versions of Pillow, libjpeg-turbo and Python.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL
from PIL import ExifTags, Image, features

FOLDER = Path(__file__).parent / "images"
CUTS = 50


def draw(width: int, height: int, seed: int) -> Image.Image:
    """Waves, a hard edge and noise: what shows differences in chroma upsampling and rounding."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / 3.7 + y / 9), np.cos(y / 4.1 - x / 7), np.sin((x + y) / 2.9)]
    colour = 127 + 110 * np.stack(waves, axis=-1) + rng.normal(0, 10, (height, width, 3))
    colour[(x // 8 + y // 8) % 5 == 0] = (250, 10, 30)
    return Image.fromarray(colour.clip(0, 255).astype(np.uint8))


def save(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def encode(image: Image.Image, **options: Any) -> bytes:
    return save(image, "JPEG", **{"quality": 85, **options})


def with_exif(image: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return encode(image, exif=exif)


def with_thumbnail(image: Image.Image) -> bytes:
    """A whole JPEG, with an end marker of its own, inside an application segment."""
    inner = b"Exif\x00\x00" + b"MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00" + encode(draw(16, 16, 3))
    segment = b"\xff\xe1" + (len(inner) + 2).to_bytes(2, "big") + inner
    whole = encode(image)
    return whole[:2] + segment + whole[2:]


def two_pictures(image: Image.Image) -> bytes:
    """A multi-picture file, as some cameras write; the first picture counts."""
    return save(image, "MPO", save_all=True, append_images=[draw(40, 30, 9)], quality=85)


VARIANTS: dict[str, Callable[[], bytes]] = {
    "444.jpg": lambda: encode(draw(64, 48, 1), subsampling="4:4:4"),
    "422.jpg": lambda: encode(draw(64, 48, 2), subsampling="4:2:2"),
    "420.jpg": lambda: encode(draw(64, 48, 3), subsampling="4:2:0"),
    "progressive.jpg": lambda: encode(draw(64, 48, 4), progressive=True),
    "progressive-444.jpg": lambda: encode(draw(61, 43, 5), progressive=True, subsampling="4:4:4"),
    "grey.jpg": lambda: encode(draw(64, 48, 6).convert("L")),
    "grey-progressive.jpg": lambda: encode(draw(33, 47, 7).convert("L"), progressive=True),
    "cmyk.jpg": lambda: encode(draw(64, 48, 8).convert("CMYK")),
    "rgb.jpg": lambda: encode(draw(50, 40, 9), keep_rgb=True),
    "odd-420.jpg": lambda: encode(draw(37, 53, 10), subsampling="4:2:0"),
    "odd-422.jpg": lambda: encode(draw(53, 37, 11), subsampling="4:2:2"),
    "one-pixel.jpg": lambda: encode(draw(1, 1, 12)),
    "one-column.jpg": lambda: encode(draw(1, 41, 13)),
    "low-quality.jpg": lambda: encode(draw(64, 48, 14), quality=5),
    "restart-markers.jpg": lambda: encode(draw(64, 48, 15), restart_marker_blocks=2),
    "optimised.jpg": lambda: encode(draw(64, 48, 16), optimize=True),
    "thumbnail-inside.jpg": lambda: with_thumbnail(draw(64, 48, 17)),
    "two-pictures.jpg": lambda: two_pictures(draw(64, 48, 18)),
    "turned-6.jpg": lambda: with_exif(draw(64, 48, 19), 6),
    "turned-3.jpg": lambda: with_exif(draw(64, 48, 20), 3),
    "bytes-after-the-end.jpg": lambda: encode(draw(64, 48, 21)) + b"\x00" * 40 + b"trailing",
    "colour.png": lambda: save(draw(61, 43, 22), "PNG"),
    "palette.png": lambda: save(draw(61, 43, 23).quantize(17), "PNG"),
    "grey.png": lambda: save(draw(61, 43, 24).convert("L"), "PNG"),
    "bits.png": lambda: save(draw(61, 43, 25).convert("1"), "PNG"),
    "lossy.webp": lambda: save(draw(61, 43, 26), "WEBP", quality=70),
    "lossless.webp": lambda: save(draw(61, 43, 27), "WEBP", lossless=True),
    "still.gif": lambda: save(draw(61, 43, 28), "GIF"),
    "moving.gif": lambda: save(draw(61, 43, 29), "GIF", save_all=True, append_images=[draw(61, 43, 30)]),
    "colour.bmp": lambda: save(draw(61, 43, 31), "BMP"),
    "palette.bmp": lambda: save(draw(61, 43, 32).quantize(17), "BMP"),
}


def pillow_pixels(data: bytes) -> Image.Image | None:
    """Upright RGB by desktop Pillow, or None where it refuses."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            stored = image.convert("RGB")
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except (OSError, SyntaxError, EOFError):
        return None
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270}
    return stored.transpose(turns[orientation]) if orientation in turns else stored


def cut_points(length: int) -> list[int]:
    """Fifty lengths to cut at: evenly spread, with the last bytes among them."""
    spread = np.linspace(1, length - 4, CUTS - 3).astype(int)
    return sorted({*(int(n) for n in spread), length - 3, length - 2, length - 1})


def describe(name: str, data: bytes) -> dict[str, Any]:
    image = pillow_pixels(data)
    assert image is not None
    cuts = cut_points(len(data))
    return {
        "file": name,
        "width": image.width,
        "height": image.height,
        "pixels_sha256": hashlib.sha256(np.asarray(image).tobytes()).hexdigest(),
        "cuts": cuts,
        "cuts_that_decode": [cut for cut in cuts if pillow_pixels(data[:cut]) is not None],
    }


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    entries = []
    for name, make in VARIANTS.items():
        data = make()
        (FOLDER / name).write_bytes(data)
        entries.append(describe(name, data))
    made_by = {
        "pillow": PIL.__version__,
        "libjpeg_turbo": features.version("libjpeg_turbo"),
        "webp": features.version("webp"),
        "python": sys.version.split()[0],
    }
    text = json.dumps({"made_by": made_by, "files": entries}, indent=1)
    (FOLDER / "index.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
