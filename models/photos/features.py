"""What the trunk says of pictures: as they are, and changed in training's ways."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import torch
from augment import change
from dataset import Pictures
from network import WIDTHS, Trunk, load_trunk
from numpy.typing import NDArray
from pack import OPERATIONS

from insitu.prepare import normalise

HERE = Path(__file__).parent
_BATCH = 16

Features = NDArray[np.float32]


def open_trunk() -> Trunk:
    """The trunk that all packs of this folder's training share."""
    return load_trunk(HERE / "trunk.npz")


def features_of(trunk: Trunk, fitted: Iterable[NDArray[np.uint8]]) -> Features:
    """(N, 384) of pictures (224, 224, 3) uint8."""
    pictures = list(fitted)
    parts = []
    with torch.inference_mode():
        for start in range(0, len(pictures), _BATCH):
            batch = [normalise(picture, OPERATIONS) for picture in pictures[start : start + _BATCH]]
            tensor = torch.from_numpy(np.stack(batch)).contiguous(memory_format=torch.channels_last)
            parts.append(trunk(tensor).numpy())
    return np.concatenate([np.empty((0, sum(WIDTHS)), np.float32), *parts])


def views(pictures: Pictures, count: int, paper: Collection[str], work: Path) -> Features:
    """Features (N, 1 + count, 384): of each picture as it is, then of `count` changed ones; kept in `work`."""
    path = work / f"features-{_key(pictures, count, paper)}.npy"
    if path.exists():
        return np.asarray(np.load(path))
    trunk = open_trunk()
    made = [features_of(trunk, pictures.fitted)]
    for view in range(count):
        made.append(features_of(trunk, _changed(pictures, view, paper)))
        print(f"view {view + 1}/{count}", flush=True)
    features = np.stack(made, axis=1)
    np.save(path, features)
    return features


def _changed(pictures: Pictures, view: int, paper: Collection[str]) -> Iterable[NDArray[np.uint8]]:
    for index, (pixels, label) in enumerate(zip(pictures.pixels, pictures.labels, strict=True)):
        rng = np.random.default_rng((view, index))
        yield change(pixels, rng, is_paper=pictures.classes[label] in paper)


def _key(pictures: Pictures, count: int, paper: Collection[str]) -> str:
    """Of all that the features depend on, but this folder's code: its changes ask for a new work folder."""
    digest = hashlib.sha256((HERE / "trunk.npz").read_bytes())
    digest.update((HERE / "augment.py").read_bytes())
    digest.update(np.ascontiguousarray(pictures.fitted).tobytes())
    digest.update(repr((count, sorted(paper), pictures.labels.tolist())).encode())
    return digest.hexdigest()[:16]
