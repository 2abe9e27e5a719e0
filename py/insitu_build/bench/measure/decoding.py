"""What a runtime makes of a file, and in what time.

Needs nothing but `insitu`, so that the same source runs under CPython and in a page's Pyodide.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.errors import InsituError


class Decoding(TypedDict):
    """The values as a hash with their layout, or why there are none; milliseconds are the median over repeats."""

    code: str
    message: str
    layout: str
    sha256: str
    ms: float


def measure(data: bytes | memoryview, repeats: int) -> Decoding:
    """Decode the first plane of a file some times."""
    held = bytes(data)
    taken: list[float] = []
    try:
        for _ in range(repeats):
            since = time.perf_counter()
            image = decode(held)
            taken.append(1000 * (time.perf_counter() - since))
    except InsituError as error:
        return {"code": error.code, "message": str(error), "layout": "", "sha256": "", "ms": 0.0}
    except Exception as error:
        return {"code": "bug", "message": type(error).__name__, "layout": "", "sha256": "", "ms": 0.0}
    return {
        "code": "",
        "message": "",
        "layout": layout(image.pixels_hwc),
        "sha256": fingerprint(image.pixels_hwc),
        "ms": sorted(taken)[len(taken) // 2],
    }


def layout(pixels_hwc: NDArray[Any]) -> str:
    """Shape and type, for example ``3 x 4 x 3 uint8``."""
    return f"{' x '.join(map(str, pixels_hwc.shape))} {pixels_hwc.dtype.name}"


def fingerprint(pixels_hwc: NDArray[Any]) -> str:
    """Of the values in little-endian order, row by row."""
    ordered = np.ascontiguousarray(pixels_hwc, pixels_hwc.dtype.newbyteorder("<"))
    return hashlib.sha256(ordered.tobytes()).hexdigest()
