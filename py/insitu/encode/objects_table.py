"""The tables of a batch of images with objects: one row an object, and one row an image (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..analysis import Segmentation
from ..objects.measure import Column
from ..pack_types import Pack
from ..types import Selection
from ..unlikeness import format_unlikeness
from .table import RowState, describe_plane, inert

_WRITTEN_AT_ONCE = 10_000
_IMAGES_HEAD = (
    *("file", "width", "height", "state"),
    *("objects", "touching_edge", "coverage", "mean_area_px", "diameter_px", "scale", "unlikeness"),
    *("error", "pack", "pack_version", "insitu_version", "frame", "z", "channel", "level"),
)


@dataclass(frozen=True)
class ImageRow:
    """One image of a batch; what it did not come to is None. See `table.Row`."""

    file: str
    state: RowState
    width: int | None = None
    height: int | None = None
    found: Segmentation | None = None
    error: str | None = None
    plane: Selection | None = None
    unlikeness: float | None = None


def join_columns(rows: Iterable[ImageRow]) -> tuple[Column, ...]:
    """Every measurement that some image has, in the order in which they first appear."""
    columns: dict[str, Column] = {}
    for row in rows:
        for column in row.found.measurements.columns if row.found else ():
            columns.setdefault(column.id, column)
    return tuple(columns.values())


def encode_objects(rows: Sequence[ImageRow], columns: Sequence[Column]) -> Iterator[bytes]:
    """The table of objects, part by part; `columns` are those of `join_columns`.

    Integers are written as such, other figures with four decimals or, below 0.1, four significant digits.
    """
    yield encode_head(columns)
    for row in rows:
        if row.found is not None:
            yield from encode_objects_of(row.file, row.found, columns)


def encode_head(columns: Sequence[Column]) -> bytes:
    """The first line of the table of objects."""
    return _encode([["file", "object", "score", *(column.id for column in columns)]])


def encode_objects_of(file: str, found: Segmentation, columns: Sequence[Column]) -> Iterator[bytes]:
    """The lines of one image's objects; `score` is empty for those that a person made or changed."""
    here = {column.id: place for place, column in enumerate(found.measurements.columns)}
    count = len(found.scores)
    for first in range(0, count, _WRITTEN_AT_ONCE):
        stop = min(first + _WRITTEN_AT_ONCE, count)
        cells = [[inert(file)] * (stop - first), [str(number + 1) for number in range(first, stop)]]
        cells.append([format_figure(value) for value in found.scores[first:stop].tolist()])
        for column in columns:
            if column.id not in here:
                cells.append([""] * (stop - first))
                continue
            values = found.measurements.values[here[column.id], first:stop].tolist()
            cells.append([format_figure(value, column.kind != "real") for value in values])
        yield _encode(zip(*cells, strict=True))


def encode_images(rows: Iterable[ImageRow], pack: Pack, insitu_version: str) -> bytes:
    """The table of images.

    `coverage` is the part of the image that objects cover; `diameter_px` is the median of the objects that do not touch
    the edge; `scale` is how many pixels the network saw per pixel of the image; above 1, `unlikeness` says that the
    image is unlike those that the network was trained on.
    """
    version = (pack.id, pack.version, insitu_version)
    lines = [
        [inert(cell) for cell in (*_cells(row), row.error or "", *version, *describe_plane(row.plane))]
        for row in rows
    ]
    return _encode([_IMAGES_HEAD, *lines])


def _cells(row: ImageRow) -> list[str]:
    size = ["" if side is None else str(side) for side in (row.width, row.height)]
    unlikeness = "" if row.unlikeness is None else format_unlikeness(row.unlikeness)
    figures = [""] * 6 if row.found is None else _figures(row.found)
    return [row.file, *size, row.state, *figures, unlikeness]


def _figures(found: Segmentation) -> list[str]:
    areas = found.measurements.column("area_px")
    count = len(areas)
    covered = float(areas.sum()) / (found.runs.height * found.runs.width)
    return [
        str(count),
        str(int(found.measurements.column("touches_edge").sum())),
        format_figure(covered),
        format_figure(float(np.mean(areas)) if count else math.nan),
        format_figure(math.nan if found.diameter_px is None else found.diameter_px),
        format_figure(found.scale),
    ]


def format_figure(value: float, whole: bool = False) -> str:
    """A figure as the tables write it; empty where there is none."""
    if not math.isfinite(value):
        return ""
    if whole:
        return str(round(value))
    return f"{value:.4f}" if abs(value) >= 0.1 or value == 0 else f"{value:.4g}"


def _encode(lines: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode()
