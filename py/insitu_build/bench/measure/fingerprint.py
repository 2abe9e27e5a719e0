"""What a runtime makes of a file before the network sees it, as hashes.

Needs nothing but `insitu`, so that the same source runs under CPython and in a page's Pyodide.
"""

from __future__ import annotations

import hashlib
import json
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.display import display
from insitu.pack_types import ClassifyRecipe
from insitu.packs import parse_pack
from insitu.prepare import prepare


class Fingerprint(TypedDict):
    """Hashes of the (H, W, 3) uint8 pixels and of the (1, 3, h, w) float32 tensor, and the tensor, flat."""

    pixels_sha256: str
    tensor_sha256: str
    tensor: NDArray[np.float32]


def fingerprint(pack_json: str, data: bytes | memoryview) -> Fingerprint:
    """Decode and prepare one file as the pack asks for."""
    pack = parse_pack(json.loads(pack_json))
    picture = display(decode(bytes(data)))
    tensor_nchw = prepare(picture, pack.recipe_as(ClassifyRecipe).geometry, pack.operations)
    return {
        "pixels_sha256": hashlib.sha256(picture.pixels_hwc.tobytes()).hexdigest(),
        "tensor_sha256": hashlib.sha256(tensor_nchw.astype("<f4").tobytes()).hexdigest(),
        "tensor": tensor_nchw.reshape(-1),
    }
