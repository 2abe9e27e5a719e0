"""Pictures in class folders, and how they are divided.

``<class>/*`` or ``train/<class>/*``, ``val/<class>/*`` and ``test/<class>/*``. Without the latter the pictures are
divided into five parts by group: `index.csv` (columns class, file, group) names the groups, else each file is one.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pack import GEOMETRY
from PIL import Image

from insitu.decode import decode
from insitu.display import display
from insitu.errors import InsituError
from insitu.prepare import resample

PARTS = ("train", "val", "test")
FOLDS = 5
LEAST_OF_A_CLASS = 8
_KEPT_SIDE_PX = 512
"""Longest side of what augmentation starts from."""

Pixels = NDArray[np.uint8]
"""(H, W, 3)"""


class UnfitData(Exception):
    """The folder cannot be trained on; the message says why."""


@dataclass(frozen=True)
class Pictures:
    """N pictures.

    Attributes
    ----------
    classes : tuple of str
        Names of the folders, in the order of the labels.
    fitted : (N, 224, 224, 3) uint8
        As the network gets them.
    pixels : list of (H, W, 3) uint8
        At most 512 pixels on the longer side.
    labels : (N,) int64
    parts : (N,) int64
        Of five by group; or 0 for ``train``, 1 for ``val`` and 2 for ``test``.
    divided : bool
        The folders say which is which.
    shorter_sides : (N,) int64
        Of the files, in pixels.
    sources : tuple of str
        Of each picture, where index.csv names them; else empty.
    unreadable : tuple of str
        Files that were left out.
    """

    classes: tuple[str, ...]
    fitted: Pixels
    pixels: list[Pixels]
    labels: NDArray[np.int64]
    parts: NDArray[np.int64]
    divided: bool
    shorter_sides: NDArray[np.int64]
    sources: tuple[str, ...]
    unreadable: tuple[str, ...]

    def splits(self) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
        """Pairs of what is fitted on and what is held out, (N,) bool each."""
        if self.divided:
            return [(self.parts == 0, self.parts == 1)]
        return [(self.parts != part, self.parts == part) for part in range(FOLDS)]

    @property
    def for_training(self) -> NDArray[np.bool_]:
        """What the shipped head is fitted on: everything but ``test``."""
        return np.full(len(self.parts), True) if not self.divided else self.parts != PARTS.index("test")


def class_folders(data: Path) -> list[str]:
    """Names of the class folders in the order of their names.

    Raises
    ------
    UnfitData
        There is no such folder, or fewer than two classes are in it.
    """
    root = _roots(data)[0]
    found = sorted(folder.name for folder in root.iterdir() if folder.is_dir()) if root.is_dir() else []
    names = [name for name in found if not name.startswith(".")]
    if len(names) < 2:
        said = ", ".join(names) or "none"
        raise UnfitData(f"{root} should hold a folder for each class, at least two; found: {said}.")
    return names


def load_pictures(data: Path, names: Sequence[str]) -> Pictures:
    """Read all pictures of the classes `names`, which is the order of the labels.

    Raises
    ------
    UnfitData
        A class has too few pictures, of all or of those to learn from and to validate on.
    """
    roots = _roots(data)
    divided = roots != [data]
    groups, sources = _column(data, "group"), _column(data, "source")
    found, unreadable = [], []
    for part, label, path in _files(roots, names):
        try:
            picture = display(decode(path.read_bytes(), path.name)).pixels_hwc
        except InsituError:
            unreadable.append(path.name)
            continue
        key = (path.parent.name, path.name)
        group, source = groups.get(key, path.name), sources.get(key, "")
        place = part if divided else fold_of(group)
        found.append(
            (resample(picture, GEOMETRY), _reduced(picture), label, place, min(picture.shape[:2]), source)
        )
    labels, parts, sides = (np.array([one[place] for one in found], np.int64) for place in (2, 3, 4))
    _check(names, labels, parts, divided)
    return Pictures(
        classes=tuple(names),
        fitted=np.stack([one[0] for one in found]),
        pixels=[one[1] for one in found],
        labels=labels,
        parts=parts,
        divided=divided,
        shorter_sides=sides,
        sources=tuple(one[5] for one in found if one[5]),
        unreadable=tuple(unreadable),
    )


def _roots(data: Path) -> list[Path]:
    divided = all((data / part).is_dir() for part in PARTS[:2])
    return [data / part for part in PARTS if (data / part).is_dir()] if divided else [data]


def _check(names: Sequence[str], labels: NDArray[np.int64], parts: NDArray[np.int64], divided: bool) -> None:
    """Every class needs pictures, and what is learnt from at any time needs all classes."""
    wanted = {"in train": parts == 0, "in val": parts == 1} if divided else {"in all": parts >= 0}
    for what, chosen in wanted.items():
        counts = np.bincount(labels[chosen], minlength=len(names))
        if counts.min() < LEAST_OF_A_CLASS:
            said = ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
            raise UnfitData(f"Each class needs {LEAST_OF_A_CLASS} pictures {what}; found: {said}.")
    for fold in range(0 if divided else FOLDS):
        learnt = set(labels[parts != fold].tolist())
        if len(learnt) < len(names) or not (parts == fold).any():
            raise UnfitData("The pictures have too few groups; nothing is left to validate on.")


def fold_of(group: str) -> int:
    """By the sha256 of the group's name, so that it never changes."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS


def _files(roots: Sequence[Path], classes: Sequence[str]) -> Iterator[tuple[int, int, Path]]:
    for part, root in enumerate(roots):
        for label, name in enumerate(classes):
            for path in sorted((root / name).rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    yield part, label, path


def _column(data: Path, name: str) -> dict[tuple[str, str], str]:
    path = data / "index.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["class"], row["file"]): row.get(name, "") for row in csv.DictReader(file)}


def _reduced(pixels: Pixels) -> Pixels:
    picture = Image.fromarray(pixels)
    picture.thumbnail((_KEPT_SIDE_PX, _KEPT_SIDE_PX), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.asarray(picture)
