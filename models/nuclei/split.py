"""Which images train the network and which only judge it: `python models/nuclei/split.py` writes split.csv.

Many images are neighbouring parts of one larger image. Two images of one size whose touching edges correlate
belong to one group, and a group is never on both sides. Two kinds are held out as a whole.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

HERE = Path(__file__).parent
VALIDATION_SHARE = 0.2
EDGE_CORRELATION = 0.9
EDGE_LEVEL = 0.25
"""Largest difference between the mean brightness of touching edges, as a part of their mean."""
HELD_OUT = {("fluo", 512, 640): "held-out type", ("fluo", 260, 347): "held-out type"}
"""Experiments of which no image trains: (type, height, width)."""


@dataclass(frozen=True)
class Entry:
    """One line of the data's index.csv."""

    name: str
    kind: tuple[str, int, int]


def read_index(data: Path) -> list[Entry]:
    """All images, by kind: type, height and width."""
    with (data / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    entries = [Entry(row["name"], (row["type"], int(row["height"]), int(row["width"]))) for row in rows]
    return sorted(entries, key=lambda entry: (entry.kind, entry.name))


def find_groups(images_hw: Sequence[NDArray[np.float64]]) -> list[int]:
    """For images of one size, the number of the group that each belongs to."""
    parent = list(range(len(images_hw)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for first, second in _touching(images_hw):
        parent[root(first)] = root(second)
    return [root(index) for index in range(len(images_hw))]


def _touching(images_hw: Sequence[NDArray[np.float64]]) -> Iterator[tuple[int, int]]:
    for turned in (images_hw, [image.T for image in images_hw]):
        ends, starts = np.stack([image[-1] for image in turned]), np.stack([image[0] for image in turned])
        level = np.abs(ends.mean(1)[:, None] - starts.mean(1)) / (ends.mean(1)[:, None] + starts.mean(1) + 1)
        near = (_correlate(ends, starts) > EDGE_CORRELATION) & (2 * level < EDGE_LEVEL)
        np.fill_diagonal(near, False)
        yield from zip(*(indices.tolist() for indices in np.nonzero(near)), strict=True)


def _correlate(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    first = first - first.mean(1, keepdims=True)
    second = second - second.mean(1, keepdims=True)
    scale = np.sqrt((first**2).sum(1)[:, None] * (second**2).sum(1))
    return np.asarray(first @ second.T / (scale + 1e-9))


def choose_validation(groups: Sequence[str]) -> set[str]:
    """Groups for validation: about a fifth of the images of a kind, in the order of the hash of their names."""
    sizes = {group: groups.count(group) for group in set(groups)}
    chosen: set[str] = set()
    taken = 0
    for group in sorted(sizes, key=lambda name: hashlib.sha256(name.encode()).hexdigest()):
        if taken + sizes[group] <= round(VALIDATION_SHARE * len(groups)):
            chosen.add(group)
            taken += sizes[group]
    return chosen


def split(data: Path) -> list[tuple[str, str, str]]:
    """(name, group, part) of every image; part is "training", "validation" or "held-out type"."""
    lines: list[tuple[str, str, str]] = []
    for kind, entries in groupby(read_index(data), key=lambda entry: entry.kind):
        members = list(entries)
        images = [
            np.asarray(PilImage.open(data / "images" / f"{entry.name}.png").convert("L"), np.float64)
            for entry in members
        ]
        groups = [members[index].name for index in find_groups(images)]
        validation = choose_validation(groups)
        for entry, group in zip(members, groups, strict=True):
            part = HELD_OUT.get(kind, "validation" if group in validation else "training")
            lines.append((entry.name, group, part))
    return lines


def read_split() -> dict[str, str]:
    """The part of each image, by name, as stored beside this file."""
    with (HERE / "split.csv").open(newline="") as file:
        return {row["name"]: row["part"] for row in csv.DictReader(file)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/nuclei"))
    args = parser.parse_args()
    with (HERE / "split.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "group", "part"])
        writer.writerows(split(args.data))


if __name__ == "__main__":
    main()
