"""Images with their labels, as the network is trained on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pack import DIAMETER_PX, HIGH_PERCENTILE, LOW_PERCENTILE
from PIL import Image as PilImage
from split import Entry, read_index, read_split

from insitu.resample import Rescale, rescale_by, sample_window
from insitu.types import Image

SPARE_SCALE = 1.6
"""Training keeps images at most this much larger than `DIAMETER_PX` asks for."""


@dataclass(frozen=True)
class Sample:
    """One image, values as in the file, with its instance labels.

    Attributes
    ----------
    pixels_hwc : (H, W, 1 or 3) uint8
    labels_hw : (H, W) int32
        0 is background; ids are 1 ... n.
    """

    entry: Entry
    part: str
    pixels_hwc: NDArray[np.uint8]
    labels_hw: NDArray[np.int32]

    @property
    def diameter_px(self) -> float:
        """Median of the diameters of circles with the objects' areas."""
        areas = np.bincount(self.labels_hw.ravel())[1:]
        return float(np.median(np.sqrt(4 * areas / np.pi)))

    @property
    def image(self) -> Image:
        """As a reader of files gives it."""
        return Image(self.pixels_hwc, "png", "rgb" if self.pixels_hwc.shape[2] == 3 else "grey")


@dataclass(frozen=True)
class Scaled:
    """A sample near the scale of training.

    Attributes
    ----------
    image_hwc : (h, w, 1 or 3) float32, from 0 to about 1
    centres_xy : (n + 1, 2) float32
        Centroid of each object in pixels; that of the background means nothing.
    areas : (n + 1,) float32
    """

    image_hwc: NDArray[np.float32]
    labels_hw: NDArray[np.int32]
    centres_xy: NDArray[np.float32]
    areas: NDArray[np.float32]
    diameter_px: float


def load_samples(data: Path, parts: tuple[str, ...]) -> list[Sample]:
    """All samples of some parts of the split."""
    part_of = read_split()
    entries = [entry for entry in read_index(data) if part_of[entry.name] in parts]
    return [_load(data, entry, part_of[entry.name]) for entry in entries]


def _load(data: Path, entry: Entry, part: str) -> Sample:
    pixels = np.asarray(PilImage.open(data / "images" / f"{entry.name}.png"))
    labels = np.asarray(PilImage.open(data / "labels" / f"{entry.name}.png"))
    ids, dense = np.unique(labels, return_inverse=True)
    dense = dense.reshape(labels.shape) + (0 if ids[0] == 0 else 1)
    pixels_hwc = pixels[..., None] if pixels.ndim == 2 else pixels[..., :3]
    return Sample(entry, part, pixels_hwc, dense.astype(np.int32))


def scale_sample(sample: Sample) -> Scaled:
    """Normalise, and shrink if the nuclei are much larger than needed."""
    scale = min(1.0, SPARE_SCALE * DIAMETER_PX / sample.diameter_px)
    low, high = np.percentile(sample.pixels_hwc, (LOW_PERCENTILE, HIGH_PERCENTILE))
    rescale = rescale_by(scale, *sample.labels_hw.shape)
    rows, columns = (0, rescale.scaled_height), (0, rescale.scaled_width)
    image = (sample_window(sample.pixels_hwc, rescale, rows, columns) - low) / max(high - low, 1)
    labels = _nearest(sample.labels_hw, rescale)
    centres, areas = _centres(labels, int(sample.labels_hw.max()))
    return Scaled(image.astype(np.float32), labels, centres, areas, sample.diameter_px * scale)


def _nearest(labels_hw: NDArray[np.int32], rescale: Rescale) -> NDArray[np.int32]:
    def pick(count: int, size: int) -> NDArray[np.int64]:
        return np.minimum(((np.arange(count) + 0.5) / rescale.scale).astype(np.int64), size - 1)

    y, x = pick(rescale.scaled_height, rescale.height), pick(rescale.scaled_width, rescale.width)
    return labels_hw[y][:, x]


def _centres(labels_hw: NDArray[np.int32], count: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    areas = np.bincount(labels_hw.ravel(), minlength=count + 1)
    y, x = np.indices(labels_hw.shape)
    sums = [np.bincount(labels_hw.ravel(), axis.ravel(), count + 1) for axis in (x, y)]
    centres = np.stack(sums, axis=1) / np.maximum(areas, 1)[:, None]
    return centres.astype(np.float32), areas.astype(np.float32)
