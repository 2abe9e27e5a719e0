"""Images of objects for tests, and a network that reads off them what a trained one would say.

The red channel is 255 in an object; green and blue hold the way to its centre, down and right, in half pixels from 128.
So the answers are known, and nothing but cutting, stitching and splitting is under test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insitu.objects.runs import find_components, labels_of_runs, runs_of_labels
from insitu.pack_types import Pack
from insitu.packs import parse_pack

from .packs import pack_values

MULTIPLE = 4
"""Sides that the network takes are multiples of this."""


def segmenter_values(tile_px: int = 32, **changes: Any) -> dict[str, Any]:
    """The values of the pack.json of a pack that looks for discs of 10 px, with top-level keys changed."""
    recipe = {
        "diameter_px": 10.0,
        "diameter_um": 5.0,
        "tiling": {"tile_px": tile_px, "halo_px": 8, "edge_px": 4, "multiple": MULTIPLE},
        "split": {"threshold": 0.0, "smoothing": 2, "least_area": 4.0, "least_score": 0.5},
    }
    outputs = {"foreground": "foreground", "offsets": "offsets", "features": "features"}
    classes = [{"id": "disc", "name": "Disc", "letter": "D", "colour": "#E69F00"}]
    return pack_values(
        **{"task": "segment", "segment": recipe, "outputs": outputs, "classes": classes, **changes}
    )


def segmenter(tile_px: int = 32, **changes: Any) -> Pack:
    """The pack of `segmenter_values`."""
    return parse_pack(segmenter_values(tile_px, **changes))


def draw_discs(height: int, width: int, discs: Sequence[tuple[int, int, int]]) -> NDArray[np.uint8]:
    """(H, W, 3) with discs (y, x, radius); a pixel of two discs belongs to the later one."""
    pixels_hwc = np.full((height, width, 3), 128, np.uint8)
    pixels_hwc[..., 0] = 0
    y, x = np.indices((height, width))
    for centre_y, centre_x, radius in discs:
        inside = (y - centre_y) ** 2 + (x - centre_x) ** 2 <= radius**2
        pixels_hwc[inside, 0] = 255
        pixels_hwc[inside, 1] = 128 + 2 * (centre_y - y[inside])
        pixels_hwc[inside, 2] = 128 + 2 * (centre_x - x[inside])
    return pixels_hwc


def random_discs(height: int, width: int, count: int, seed: int) -> NDArray[np.uint8]:
    """Discs of 3 to 7 px radius that may touch and cover each other."""
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, height, count), rng.integers(0, width, count), rng.integers(3, 8, count)
    return draw_discs(height, width, list(zip(*(column.tolist() for column in columns), strict=True)))


class ReadingSession:
    """Answers with what the image itself says, and keeps the shapes that it was given."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        values = np.float32(255) * inputs["image"]
        self.shapes.append(values.shape[2:])
        return {
            "foreground": (values[:, :1] - np.float32(127.5)) / np.float32(16),
            "offsets": (values[:, 1:] - np.float32(128)) / np.float32(2),
            "features": np.ones((1, 4), np.float32),
        }


class ComponentSession(ReadingSession):
    """Takes each 4-connected part of the foreground that it sees for an object, at whatever scale."""

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        outputs = await super().run(inputs)
        runs = runs_of_labels((outputs["foreground"][0, 0] > 0).astype(np.int32))
        labels_hw = labels_of_runs(runs.with_ids(find_components(runs).astype(np.int32) + 1))
        areas = np.maximum(np.bincount(labels_hw.ravel()), 1)
        offsets = [
            (np.bincount(labels_hw.ravel(), axis.ravel()) / areas)[labels_hw] - axis
            for axis in np.indices(labels_hw.shape)
        ]
        return {**outputs, "offsets": np.stack(offsets)[None].astype(np.float32)}
