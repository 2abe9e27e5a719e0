"""Pictures that Pillow writes, JPEG 2000, and the plainest formats by hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .file import DrawnFile, as_hwc, scene

_LOSSY = 90


def draw(side: int) -> Iterator[DrawnFile]:
    """JPEG, PNG, GIF, BMP, WebP, JPEG 2000, PNM and the rarer ones."""
    colour, grey, deep = scene(side), scene(side, samples=1), scene(side, "uint16", 1)
    yield _pillow("jpeg", "4:2:0", colour, quality=_LOSSY)
    yield _pillow("jpeg", "4:4:4", colour, quality=_LOSSY, subsampling=0)
    yield _pillow("jpeg", "progressive", colour, quality=_LOSSY, progressive=True)
    yield _pillow("jpeg", "grey", grey, quality=_LOSSY)
    yield _pillow("jpeg", "CMYK", Image.fromarray(colour).convert("CMYK"), quality=_LOSSY)
    yield DrawnFile("jpeg", "lossless, grey", 16, bytes(imagecodecs.ljpeg_encode(deep)), as_hwc(deep))
    twelve = scene(side, "uint16", 1) >> 4
    lossless = bytes(imagecodecs.ljpeg_encode(twelve, bitspersample=12))
    yield DrawnFile("jpeg", "lossless, grey", 12, lossless, as_hwc(twelve))
    yield _pillow("png", "RGB", colour)
    yield _pillow("png", "RGB and alpha", scene(side, samples=4))
    yield _pillow("png", "grey", grey)
    yield _pillow("png", "grey", deep, bits=16)
    deep_colour = scene(side, "uint16")
    yield DrawnFile("png", "RGB", 16, bytes(imagecodecs.png_encode(deep_colour)), deep_colour)
    yield _pillow("png", "palette", Image.fromarray(colour).quantize(64))
    yield _pillow("png", "black and white", Image.fromarray(grey > 150), bits=1)
    yield _pillow("gif", "palette", Image.fromarray(colour).quantize(256))
    yield _pillow("bmp", "RGB", colour)
    yield _pillow("webp", "lossy", colour, quality=_LOSSY)
    yield _pillow("webp", "lossless", colour, lossless=True)
    yield from _jpeg2000(colour, deep)
    yield from _plain(side)


def _pillow(
    family: str, kind: str, pixels: NDArray[Any] | Image.Image, bits: int = 8, **options: Any
) -> DrawnFile:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    buffer = io.BytesIO()
    image.save(buffer, family, **options)
    return DrawnFile(family, kind, bits, buffer.getvalue(), read_with_pillow(buffer.getvalue()))


def read_with_pillow(data: bytes) -> NDArray[Any]:
    """(H, W, C) as desktop Pillow reads it; palettes are looked up, inks become colours."""
    with Image.open(io.BytesIO(data)) as image:
        mode = image.mode
        if image.has_transparency_data:
            mode = "RGBA"
        elif mode in ("1", "P", "CMYK"):
            mode = "L" if mode == "1" else "RGB"
        return as_hwc(np.asarray(image.convert(mode)))


def _jpeg2000(colour: NDArray[Any], deep: NDArray[Any]) -> Iterator[DrawnFile]:
    for kind, codec in (("codestream", "j2k"), ("JP2", "jp2")):
        for pixels in (colour, deep):
            bits = pixels.dtype.itemsize * 8
            data = bytes(imagecodecs.jpeg2k_encode(pixels, codecformat=codec, reversible=True))
            yield DrawnFile("jpeg2000", f"{kind}, lossless", bits, data, as_hwc(pixels))


def _plain(side: int) -> Iterator[DrawnFile]:
    colour, grey, deep = scene(side), scene(side, samples=1), scene(side, "uint16", 1)
    head = f"{side} {side}\n".encode()
    yield DrawnFile("pnm", "P6", 8, b"P6\n" + head + b"255\n" + colour.tobytes(), colour)
    yield DrawnFile("pnm", "P5", 8, b"P5\n" + head + b"255\n" + grey.tobytes(), as_hwc(grey))
    yield DrawnFile("pnm", "P5", 16, b"P5\n" + head + b"65535\n" + deep.astype(">u2").tobytes(), as_hwc(deep))
    yield _pillow("tga", "run length", colour, compression="tga_rle")
    yield _pillow("pcx", "RGB", colour)
    yield _pillow("sgi", "RGB", colour)
    yield _pillow("ico", "PNG inside", colour[:256, :256], sizes=[(min(side, 256),) * 2])
    yield _cursor(colour)
    yield DrawnFile("qoi", "RGB", 8, bytes(imagecodecs.qoi_encode(colour)), colour)


def _cursor(colour: NDArray[Any]) -> DrawnFile:
    """An icon of another type, with the place of its tip instead of planes and bits."""
    side = min(len(colour), 256)
    icon = _pillow("ico", "", colour[:side, :side], sizes=[(side, side)], bitmap_format="bmp")
    data = icon.data[:2] + b"\2" + icon.data[3:10] + bytes(4) + icon.data[14:]
    return DrawnFile("cur", "BMP inside", 8, data, read_with_pillow(data))
