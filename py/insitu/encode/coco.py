"""Objects of a batch of images to one JSON file of the COCO format.

Masks are run-length encoded, because polygons of COCO have no holes: column by column, in the compressed form of the
COCO API (github.com/cocodataset/cocoapi, common/maskApi.c, ``rleToString``), byte for byte what it writes itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np
from numpy.typing import NDArray

from ..objects.outlines import Outlines, group_rings, trace_in_parts
from ..objects.runs import Index, Runs

Places = NDArray[np.intp]

_PART_RUNS = 2**15  # few, because a run along a row may begin as many down the columns
_GROUPS = 7  # of five bits, for counts of 32


@dataclass(frozen=True)
class CocoImage:
    """One image of a batch and its objects.

    Attributes
    ----------
    scores : (n,) of floats or None
        0 ... 1, object 1 first; NaN where an object has none.
    """

    file_name: str
    runs: Runs
    scores: NDArray[np.floating] | None = None


def encode_coco(images: Iterable[CocoImage], category: str = "nucleus") -> Iterator[bytes]:
    """Images and annotations are numbered from 1 in the order given, objects of an image by their ids.

    Images are asked for one after the other, and none is held longer than its objects are written.

    Yields
    ------
    bytes
        ASCII, some objects at a time.
    """
    described: list[tuple[str, int, int]] = []
    first_id = 1
    yield open_coco()
    for image_id, image in enumerate(images, 1):
        described.append((image.file_name, image.runs.width, image.runs.height))
        yield from encode_annotations(image, image_id, first_id)
        first_id += len(np.unique(image.runs.ids))
    yield close_coco(described, category)


def open_coco() -> bytes:
    """How the file begins; annotations follow."""
    return b'{"annotations":['


def encode_annotations(image: CocoImage, image_id: int, first_id: int) -> Iterator[bytes]:
    """The annotations of one image; `first_id` is 1 + the number of all before."""
    numbers = count(first_id)
    separator = "\n" if first_id == 1 else ",\n"
    for lines in _annotations(image, image_id, numbers):
        yield (separator + ",\n".join(lines)).encode("ascii")
        separator = ",\n"


def close_coco(images: Iterable[tuple[str, int, int]], category: str) -> bytes:
    """How the file ends: with names, widths and heights of the images, in the order of their ids."""
    described = [
        _dump({"id": image_id, "file_name": name, "width": width, "height": height})
        for image_id, (name, width, height) in enumerate(images, 1)
    ]
    kinds = _dump([{"id": 1, "name": category, "supercategory": ""}])
    listed = ",\n".join(described)
    return f'\n],"images":[\n{listed}\n],"categories":{kinds}}}\n'.encode("ascii")


def _annotations(image: CocoImage, image_id: int, numbers: Iterator[int]) -> Iterator[list[str]]:
    height, width = image.runs.height, image.runs.width
    for outlines in trace_in_parts(image.runs, _PART_RUNS):
        polygons = group_rings(outlines)
        points = outlines.starts[polygons.rings[polygons.objects]].astype(np.intp)
        low_xy = np.minimum.reduceat(outlines.points_xy, points[:-1])
        high_xy = np.maximum.reduceat(outlines.points_xy, points[:-1])
        boxes = np.hstack([low_xy, high_xy - low_xy]).tolist()
        masks = _encode_masks(_column_runs(outlines, points, height, width), height * width)
        scores = [None] * len(boxes) if image.scores is None else image.scores[polygons.ids - 1].tolist()
        yield [
            _dump(
                {
                    "id": next(numbers),
                    "image_id": image_id,
                    "category_id": 1,
                    "iscrowd": 0,
                    "area": area,
                    "bbox": box,
                    **({} if score is None or math.isnan(score) else {"score": score}),
                    "segmentation": {"size": [height, width], "counts": text},
                }
            )
            for box, score, (area, text) in zip(boxes, scores, masks, strict=True)
        ]


@dataclass(frozen=True)
class _ColumnRuns:
    """Runs of pixels down the columns, sorted by object, each as long as it can be.

    Attributes
    ----------
    starts, stops : (n,) int64
        Pixels above and in the columns before, from 0; `stops` excluded. A run may go on in the next column.
    firsts : (k + 1,) intp
        Object i has the runs ``firsts[i] ... firsts[i + 1]``, the last excluded.
    """

    starts: Index
    stops: Index
    firsts: Places


def _column_runs(outlines: Outlines, points: Places, height: int, width: int) -> _ColumnRuns:
    """Runs start below each side that goes right, and stop above each that goes left; objects start at `points`."""
    xy = outlines.points_xy.astype(np.int64)
    size = height * width + 1
    owners = np.arange(len(points) - 1, dtype=np.int64)
    lines = np.repeat(owners * size, np.diff(points) // 2) + xy[::2, 1]
    tail, head = xy[::2, 0], xy[1::2, 0]
    starts, stops = (_columns(lines, *ends, height) for ends in ((tail, head), (head, tail)))
    apart = starts[1:] != stops[:-1]
    starts, stops = starts[np.append(True, apart)], stops[np.append(apart, True)]
    begun = np.searchsorted(starts, np.append(owners, len(owners)) * size)
    before = np.repeat(owners * size, np.diff(begun))
    return _ColumnRuns(starts - before, stops - before, begun)


def _columns(lines: Index, firsts: Index, stops: Index, height: int) -> Index:
    """Sorted places of the columns from `firsts` up to `stops` on each line."""
    lengths = np.maximum(stops - firsts, 0).astype(np.intp)
    before = np.cumsum(lengths) - lengths
    columns = np.arange(lengths.sum()) + np.repeat(firsts - before, lengths)
    return np.sort(np.repeat(lines, lengths) + columns * height)


def _encode_masks(runs: _ColumnRuns, size_px: int) -> list[tuple[int, str]]:
    """Area and compressed counts of each object."""
    first, last = runs.firsts[:-1], runs.firsts[1:] - 1
    inside = runs.stops - runs.starts
    before = np.append(0, runs.stops[:-1])
    before[first] = 0
    rest = size_px - runs.stops[last]
    counts = np.insert(np.stack([runs.starts - before, inside], axis=1).ravel(), 2 * (last + 1), rest)
    begins = 2 * first + np.arange(len(first))
    ends = np.append(begins[1:], len(counts))
    written = np.ones(len(counts), np.bool_)
    written[ends - 1] = rest > 0
    characters = _compress(counts, np.arange(len(counts)) - np.repeat(begins, ends - begins))
    characters[~written] = 0
    used = characters > 0
    text = characters[used].tobytes().decode("ascii")
    places = np.append(0, np.cumsum(np.add.reduceat(used.sum(axis=1), begins)))
    areas = np.add.reduceat(inside, first).tolist()
    return [
        (area, text[start:stop]) for area, (start, stop) in zip(areas, pairwise(places.tolist()), strict=True)
    ]


def _compress(counts: Index, places: Index) -> NDArray[np.uint8]:
    """Characters of each count: from the fourth of a mask on its difference to the one before the last, in groups of
    five bits, the lowest first.

    Parameters
    ----------
    places : (n,) int64
        Of the counts in their masks, from 0.

    Returns
    -------
    (n, 7) uint8
        0 behind the last character.
    """
    rest = counts.copy()
    later = np.flatnonzero(places > 2)
    rest[later] -= counts[later - 2]
    characters = np.zeros((len(counts), _GROUPS), np.uint8)
    unfinished = np.ones(len(counts), np.bool_)
    for group in range(_GROUPS):
        low = rest & 31
        rest >>= 5
        more = unfinished & (rest != np.where(low & 16, -1, 0))
        characters[unfinished, group] = (low + 32 * more + 48)[unfinished]
        unfinished = more
    return characters


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
