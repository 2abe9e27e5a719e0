"""TIFF files for tests, and the picture they hold."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

INTEGERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32")
FLOATS = ("float16", "float32", "float64")
LOSSLESS = ("none", "lzw", "deflate", "adobe_deflate", "zstd", "packbits", "lzma")
TILE = (16, 32)
HEIGHT, WIDTH = 37, 53


def written(pixels: NDArray[Any], *, of_its_own: bool = False, **options: Any) -> bytes:
    """A file; without tifffile's own description unless that is asked for."""
    buffer = io.BytesIO()
    if not of_its_own and "metadata" not in options:
        options["metadata"] = None
    if options.get("compression") == "packbits" and options.get("tile") is None:
        strips = iter([packbits(pixels)])
        tifffile.imwrite(
            buffer, strips, shape=pixels.shape, dtype=pixels.dtype, rowsperstrip=HEIGHT, **options
        )
    else:
        tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def packbits(pixels: NDArray[Any]) -> bytes:
    """Rows of runs and of different bytes; the encoder of imagecodecs ends the interpreter in Pyodide."""
    parts = []
    for row in pixels:
        for value, run in groupby(row.tobytes()):
            for start in range(0, length := len(list(run)), 128):
                count = min(128, length - start)
                parts.append(bytes([257 - count, value]) if count > 1 else bytes([0, value]))
    return b"".join(parts)


def ramp(dtype: str, samples: int | None = None) -> NDArray[Any]:
    """(H, W) or (H, W, samples) in which rows, columns and samples differ and the whole range is used."""
    y, x, s = np.mgrid[:HEIGHT, :WIDTH, : samples or 1]
    values = x * 41 + y * 1009 + s * 97
    kind = np.dtype(dtype)
    pixels: NDArray[Any]
    if kind.kind == "f":
        pixels = (values / 64 - 300).astype(kind)
    else:
        info = np.iinfo(kind)
        step = max(1, (int(info.max) - int(info.min)) // int(values.max()))
        pixels = (info.min + values.astype(np.int64) * step).astype(kind)  # 8 bits wrap around
    return pixels if samples else pixels[..., 0]


def directory_file(
    tags: Sequence[tuple[int, int, int, int | bytes]], pixels: bytes, byteorder: str = "<", following: int = 0
) -> bytes:
    """A file of one directory, longer values behind it, then the pixels; -1 as a value is where these start."""
    tags = sorted(tags, key=lambda tag: tag[0])
    form = {1: "B", 3: "H", 4: "I"}
    start = 8 + 2 + 12 * len(tags) + 4
    long = b"".join(value for *_, value in tags if isinstance(value, bytes))
    place, body = start, struct.pack(byteorder + "H", len(tags))
    for code, kind, count, value in tags:
        head = struct.pack(byteorder + "HHI", code, kind, count)
        if isinstance(value, bytes):
            body += head + struct.pack(byteorder + "I", place)
            place += len(value)
        elif value == -1:
            body += head + struct.pack(byteorder + "I", start + len(long))
        else:
            body += head + struct.pack(byteorder + form[kind], value).ljust(4, b"\0")
    magic = b"II*\0" if byteorder == "<" else b"MM\0*"
    return (
        magic
        + struct.pack(byteorder + "I", 8)
        + body
        + struct.pack(byteorder + "I", following)
        + long
        + pixels
    )


def sizes(width: int = WIDTH, height: int = HEIGHT) -> list[tuple[int, int, int, int | bytes]]:
    return [(256, 4, 1, width), (257, 4, 1, height)]


def grey(bits: int = 8) -> list[tuple[int, int, int, int | bytes]]:
    return [(258, 3, 1, bits), (262, 3, 1, 1)]


def strip(size: int, rows: int = HEIGHT) -> list[tuple[int, int, int, int | bytes]]:
    return [(273, 4, 1, -1), (278, 4, 1, rows), (279, 4, 1, size)]


def plain(changes: Mapping[int, int], pixels: bytes = bytes(HEIGHT * WIDTH * 3)) -> bytes:
    """An RGB file of one strip whose tags are changed."""
    values = {
        256: WIDTH,
        257: HEIGHT,
        258: 8,
        259: 1,
        262: 2,
        273: -1,
        277: 3,
        278: HEIGHT,
        279: len(pixels),
        **changes,
    }
    return directory_file([(code, 4, 1, value) for code, value in values.items()], pixels)
