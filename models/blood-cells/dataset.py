"""The images, their groups of near-duplicates, and the split into training and validation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pack import FOLDER_CLASSES, SHORTER_SIDE_PX

from insitu.decode import decode
from insitu.display import display
from insitu.pack_types import Geometry
from insitu.prepare import resample

WHOLE = Geometry("crop", SHORTER_SIDE_PX, SHORTER_SIDE_PX, "bicubic", SHORTER_SIDE_PX)
VALIDATION_SHARE = 0.125
DUPLICATE_CORRELATION = 0.95


@dataclass(frozen=True)
class Images:
    """Images of one size: `images_nhwc` (N, H, W, 3) uint8, `labels` (N,) int64, `names` "class/file"."""

    images_nhwc: NDArray[np.uint8]
    labels: NDArray[np.int64]
    names: tuple[str, ...]

    def take(self, chosen: NDArray[np.bool_]) -> Images:
        """Return the images where `chosen` (N,) is true."""
        names = tuple(name for name, keep in zip(self.names, chosen, strict=True) if keep)
        return Images(self.images_nhwc[chosen], self.labels[chosen], names)


def load_images(folder: Path, geometry: Geometry) -> Images:
    """Decode and resample `folder/<class>/*.jpg` as the pipeline does."""
    images, labels, names = [], [], []
    for label, name in enumerate(entry.id for entry in FOLDER_CLASSES):
        for path in sorted((folder / name).glob("*.jpg")):
            images.append(resample(display(decode(path.read_bytes(), path.name)).pixels_hwc, geometry))
            labels.append(label)
            names.append(f"{name}/{path.name}")
    return Images(np.stack(images), np.array(labels, np.int64), tuple(names))


def duplicate_groups(images_nhwc: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Group images that look alike in any of the eight orientations.

    Two images belong together where their 16x16 thumbnails correlate above `DUPLICATE_CORRELATION`;
    in this set 99 % of images stay below 0.92 with every other one.

    Returns
    -------
    (N,) int64
        The index of the first image of each group.
    """
    count, height, width, _ = images_nhwc.shape
    blocks = images_nhwc.reshape(count, 16, height // 16, 16, width // 16, 3)
    thumbs = blocks.mean(axis=(2, 4), dtype=np.float32)
    thumbs -= thumbs.mean(axis=(1, 2, 3), keepdims=True)
    thumbs /= np.linalg.norm(thumbs.reshape(count, -1), axis=1)[:, None, None, None]
    flat = thumbs.reshape(count, -1)
    parent = np.arange(count)

    def root(index: int) -> int:
        while parent[index] != index:
            index = int(parent[index])
        return index

    for turns in range(4):
        for mirrored in (thumbs, thumbs[:, :, ::-1]):
            turned = np.rot90(mirrored, turns, axes=(1, 2)).reshape(count, -1)
            for first, second in np.argwhere(flat @ turned.T > DUPLICATE_CORRELATION):
                low, high = sorted((root(int(first)), root(int(second))))
                parent[high] = low
    return np.array([root(index) for index in range(count)], np.int64)


def is_validation(images: Images) -> NDArray[np.bool_]:
    """Decide by the sha256 of the name of a group's first image; groups are never divided. (N,) bool."""
    threshold = int(VALIDATION_SHARE * 2**32)
    groups = duplicate_groups(images.images_nhwc)
    digests = [hashlib.sha256(images.names[group].encode()).digest() for group in groups]
    return np.array([int.from_bytes(digest[:4], "big") < threshold for digest in digests])
