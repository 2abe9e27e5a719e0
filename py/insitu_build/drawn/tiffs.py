"""TIFF by tifffile: compressions, depths and layouts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from .file import DrawnFile, as_hwc, scene

_LOSSLESS = ("none", "LZW", "Deflate", "ZSTD", "PackBits", "LZMA", "LERC", "JPEG2000")


def draw(side: int) -> Iterator[DrawnFile]:
    """One page or stack each."""
    for compression in _LOSSLESS:
        for dtype in ("uint8", "uint16"):
            yield _write(compression, scene(side, dtype), photometric="rgb", compression=compression.lower())
    for dtype in ("uint8", "uint16", "float32"):
        options: dict[str, Any] = {"predictor": True, "photometric": "minisblack"}
        yield _write("LZW, predictor", scene(side, dtype, 1), compression="lzw", **options)
        yield _write("Deflate, predictor", scene(side, dtype, 1), compression="deflate", **options)
    for dtype in ("int8", "int16", "int32", "uint32", "float16", "float32", "float64"):
        yield _write(f"none, {dtype}", scene(side, dtype, 1), photometric="minisblack")
    yield _write("JPEG, YCbCr", scene(side), photometric="rgb", compression="jpeg", subsampling=(2, 2))
    rgb = {"outcolorspace": "rgb"}
    yield _write("JPEG, RGB", scene(side), photometric="rgb", compression="jpeg", compressionargs=rgb)
    yield _write("JPEG, tiled", scene(side), photometric="rgb", compression="jpeg", tile=(64, 64))
    yield _write(
        "Deflate, tiled", scene(side, "uint16"), photometric="rgb", compression="deflate", tile=(64, 64)
    )
    planar = np.moveaxis(scene(side, "uint16"), -1, 0)
    yield _write("Deflate, planar", planar, photometric="rgb", planarconfig="separate", compression="deflate")
    yield _write("LZW, big-endian", scene(side, "uint16", 1), byteorder=">", compression="lzw")
    yield _write("BigTIFF", scene(side, "uint16", 1), bigtiff=True)
    yield from _stacks(side)


def _stacks(side: int) -> Iterator[DrawnFile]:
    stack = np.stack([scene(side, "uint16", 1) // n for n in (1, 2, 3, 4)]).reshape(2, 2, side, side)
    yield _write("ImageJ hyperstack", stack, imagej=True, metadata={"axes": "TCYX"}, planes=2)
    yield _write(
        "OME-TIFF",
        stack,
        ome=True,
        metadata={"axes": "ZCYX", "PhysicalSizeX": 0.5},
        photometric="minisblack",
        planes=2,
    )


def _write(kind: str, pixels: NDArray[Any], planes: int = 1, **options: Any) -> DrawnFile:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **{"metadata": None, **options})
    with tifffile.TiffFile(io.BytesIO(buffer.getvalue())) as file:
        read = [file.pages[number].asarray() for number in range(planes)]
        separate = file.pages.first.axes.startswith("S")
    found = (
        np.moveaxis(read[0], 0, -1) if separate else np.concatenate([as_hwc(plane) for plane in read], axis=2)
    )
    return DrawnFile("tiff", kind, pixels.dtype.itemsize * 8, buffer.getvalue(), as_hwc(found))
