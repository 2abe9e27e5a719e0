"""The CSV of a batch of classified images (RFC 4180, UTF-8, one row per item)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..decision import decide, explain
from ..flaws import Flaw
from ..pack_types import ClassifyRecipe, Pack
from ..types import Selection
from ..unlikeness import format_unlikeness

RowState = Literal["queued", "working", "done", "failed", "cancelled"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One item of a batch; what it did not come to is None.

    Attributes
    ----------
    file
        Base name, or the path from the given folder downward, with ``/``.
    probabilities : (n,) float32
        In the order of the pack's classes.
    error
        An error code such as ``image/corrupt``.
    plane
        The chosen plane of a file that holds several. People count planes from 1, and so does the table.
    unlikeness, flaw
        See `Analysis`.
    reviewed_label : str or None
        Id of the class that a person assigned.
    excluded
        A person left the image out.
    """

    file: str
    state: RowState
    width: int | None = None
    height: int | None = None
    label: str | None = None
    probabilities: NDArray[np.float32] | None = None
    error: str | None = None
    plane: Selection | None = None
    unlikeness: float | None = None
    flaw: Flaw | None = None
    reviewed_label: str | None = None
    excluded: bool = False


def encode_table(rows: Iterable[Row], pack: Pack, insitu_version: str, threshold: float | None = None) -> str:
    """Write the table; `threshold` is the least probability to accept a class, None for the pack's.

    Cells that a spreadsheet would take for a formula (they start with ``=``, ``+``, ``-``,
    ``@``, tab or carriage return) get an apostrophe in front. Probabilities have four decimals.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns(pack))
    version = (pack.id, pack.version, insitu_version)
    least = threshold_of(pack, threshold)
    for row in rows:
        cells = (
            *_prediction(row, len(pack.classes)),
            *_judgement(row, pack, least),
            row.error or "",
            *version,
            *describe_plane(row.plane),
        )
        writer.writerow([inert(cell) for cell in cells])
    return buffer.getvalue()


def threshold_of(pack: Pack, chosen: float | None) -> float:
    """The threshold that a person chose, else the pack's."""
    return pack.recipe_as(ClassifyRecipe).threshold if chosen is None else chosen


def columns(pack: Pack) -> list[str]:
    """The header, from the pack's classes."""
    return [
        *("file", "width", "height", "state", "label", "score"),
        *(f"p_{label.id}" for label in pack.classes),
        *("decision", "reason", "unlikeness", "reviewed_label", "excluded"),
        *("error", "pack", "pack_version", "insitu_version", "frame", "z", "channel", "level"),
    ]


def _prediction(row: Row, class_count: int) -> list[str]:
    figures = [""] * (1 + class_count)
    if row.probabilities is not None:
        figures = [f"{value:.4f}" for value in (row.probabilities.max(), *row.probabilities)]
    size = ["" if side is None else str(side) for side in (row.width, row.height)]
    return [row.file, *size, row.state, row.label or "", *figures]


def _judgement(row: Row, pack: Pack, threshold: float) -> list[str]:
    review = [row.reviewed_label or "", "yes" if row.excluded else ""]
    if row.probabilities is None:
        return ["", "", "", *review]
    decision = decide(row.probabilities, row.unlikeness, row.flaw, threshold)
    unlikeness = "" if row.unlikeness is None else format_unlikeness(row.unlikeness)
    return [decision.state, explain(decision, [label.id for label in pack.classes]), unlikeness, *review]


def describe_plane(plane: Selection | None) -> list[str]:
    """Cells for frame, z, channel and level, counted from 1; empty for a file that holds one plane."""
    if plane is None:
        return [""] * 4
    channel = "all" if plane.channel is None else str(plane.channel + 1)
    return [_number(plane.frame), _number(plane.z), channel, _number(plane.level)]


def _number(index: int | None) -> str:
    return "" if index is None else str(index + 1)


def inert(cell: str) -> str:
    """The cell with an apostrophe in front, if a spreadsheet would take it for a formula."""
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell
