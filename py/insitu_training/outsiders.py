"""Images that belong to no class, to develop what says so: other packs' images, and drawings.

Photographs are scikit-image's samples, of which some belong to a class of some pack; `skip` leaves those out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.display import display

from .textures import draw_texture

Pixels = NDArray[np.uint8]
"""(H, W, 3)"""

FILES = {
    "blood cells": "blood_cells/original/*/*",
    "nuclei": "nuclei/*/*",
    "CT slices": "heart_ct/*/*256/*.png",
    "photographs": "photos/*/*",
}
"""Below the data folder."""
PHOTOGRAPHS_OF_SCIKIT_IMAGE = (
    *(
        "astronaut",
        "brick",
        "camera",
        "cat",
        "cell",
        "checkerboard",
        "clock",
        "coffee",
        "coins",
        "colorwheel",
    ),
    *(
        "grass",
        "gravel",
        "horse",
        "hubble_deep_field",
        "immunohistochemistry",
        "logo",
        "microaneurysms",
        "moon",
    ),
    *("page", "retina", "rocket", "shepp_logan_phantom", "text"),
)
"""Those that come with the package and need no download."""
_SEED = 4


def outsiders(data: Path, count: int, skip: Collection[str]) -> Mapping[str, list[Pixels]]:
    """At most `count` images of each kind, but of those in `skip` (kinds, or names of scikit-image's samples).

    Kinds whose files or package are missing are left out or empty.
    """
    kinds = {kind: list(_files(data, pattern, count)) for kind, pattern in FILES.items() if kind not in skip}
    if find_spec("skimage"):
        names = [name for name in PHOTOGRAPHS_OF_SCIKIT_IMAGE if name not in skip]
        kinds["scikit-image's samples"] = [_sample(name) for name in names]
    kinds["drawn textures"] = [draw_texture(seed) for seed in range(count)]
    return kinds


def _files(data: Path, pattern: str, count: int) -> Iterator[Pixels]:
    paths = sorted(path for path in data.glob(pattern) if path.suffix in (".jpg", ".png"))
    for index in np.random.default_rng(_SEED).permutation(len(paths))[:count]:
        yield display(decode(paths[index].read_bytes(), paths[index].name)).pixels_hwc


def _sample(name: str) -> Pixels:
    import skimage.data

    values = np.asarray(getattr(skimage.data, name)())
    if values.dtype != np.uint8:
        values = (values.astype(np.float64) / max(float(values.max()), 1e-9) * 255).astype(np.uint8)
    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, axis=2)
    return np.ascontiguousarray(values[..., :3])
