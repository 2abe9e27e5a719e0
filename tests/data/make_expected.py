"""Record what desktop Pillow and numpy make of drawn pixels: resampled, prepared and drawn over.

Run under CPython: `.venv/bin/python tests/data/make_expected.py`. The parity suite compares the
hashes in `expected.json` in every runtime.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import features

FILE = Path(__file__).parent / "expected.json"
TESTS = Path(__file__).parents[1]
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "axis": "channel"}

OPERATIONS: dict[str, list[dict[str, Any]]] = {
    "imagenet": [
        {"id": "scale_linear", "kwargs": {"gain": 1 / 255}},
        {"id": "fixed_zero_mean_unit_variance", "kwargs": IMAGENET},
    ],
    "per-image": [{"id": "zero_mean_unit_variance", "kwargs": {}}],
    "per-channel": [{"id": "zero_mean_unit_variance", "kwargs": {"axes": ["y", "x"]}}],
    "percentiles": [{"id": "scale_range", "kwargs": {"min_percentile": 1, "max_percentile": 99.8}}],
    "clipped": [{"id": "clip", "kwargs": {"min_percentile": 5, "max_percentile": 95}}],
    "binary": [{"id": "binarize", "kwargs": {"threshold": 100}}],
}


def geometries() -> Iterator[Any]:
    """Every filter with every fit, reduced and not."""
    from insitu.pack_types import Filter, Geometry

    filters: tuple[Filter, ...] = ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")
    for filter_name in filters:
        for gap in (None, 2.0):
            yield Geometry("stretch", 50, 30, filter_name, reducing_gap=gap)
            yield Geometry("crop", 32, 32, filter_name, shorter_side=36, reducing_gap=gap)
            yield Geometry("letterbox", 40, 40, filter_name, pad=114, reducing_gap=gap)


def digest(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def compute() -> dict[str, Any]:
    """The hashes, computed by this runtime."""
    from helpers.packs import small_pack
    from helpers.pictures import gradient

    from insitu.encode.jpeg import encode_jpeg
    from insitu.pack_types import Operation
    from insitu.prepare import normalise, resample
    from insitu.render import render_overlay
    from insitu.types import Picture

    picture = Picture(gradient(363, 241))
    resampled = {json.dumps(asdict(g)): digest(resample(picture.pixels_hwc, g)) for g in geometries()}
    prepared = {
        name: digest(normalise(gradient(64, 48), [Operation(**step) for step in steps]))
        for name, steps in OPERATIONS.items()
    }
    overlays, thumbnails = {}, {}
    for side in (96, 192, 320):
        probabilities = np.array([0.07, 0.9123, 0.0177], np.float32)
        drawing = render_overlay(picture, probabilities, small_pack(), side)
        overlays[str(side)] = digest(np.asarray(drawing))
        thumbnails[str(side)] = hashlib.sha256(encode_jpeg(drawing)).hexdigest()
    return {"resampled": resampled, "prepared": prepared, "overlays": overlays, "thumbnails": thumbnails}


def main() -> None:
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "py")]
    made_by = {
        "pillow": PIL.__version__,
        "freetype": features.version("freetype2"),
        "libjpeg_turbo": features.version("libjpeg_turbo"),
        "numpy": np.__version__,
        "python": sys.version.split()[0],
    }
    FILE.write_text(json.dumps({"made_by": made_by, **compute()}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
