"""The CSV of a batch of classified images (RFC 4180, UTF-8, one row per item)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..pack_types import Pack
from ..types import Selection

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
    """

    file: str
    state: RowState
    width: int | None = None
    height: int | None = None
    label: str | None = None
    probabilities: NDArray[np.float32] | None = None
    error: str | None = None
    plane: Selection | None = None


def encode_table(rows: Iterable[Row], pack: Pack, insitu_version: str) -> str:
    """Write the table.

    Cells that a spreadsheet would take for a formula (they start with ``=``, ``+``, ``-``,
    ``@``, tab or carriage return) get an apostrophe in front. Probabilities have four decimals.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns(pack))
    version = (pack.id, pack.version, insitu_version)
    for row in rows:
        writer.writerow(
            [inert(cell) for cell in (*_cells(row, len(pack.classes)), *version, *describe_plane(row.plane))]
        )
    return buffer.getvalue()


def columns(pack: Pack) -> list[str]:
    """The header, from the pack's classes."""
    return [
        *("file", "width", "height", "state", "label", "score"),
        *(f"p_{label.id}" for label in pack.classes),
        *("error", "pack", "pack_version", "insitu_version", "frame", "z", "channel", "level"),
    ]


def _cells(row: Row, class_count: int) -> list[str]:
    figures = [""] * (1 + class_count)
    if row.probabilities is not None:
        figures = [f"{value:.4f}" for value in (row.probabilities.max(), *row.probabilities)]
    size = ["" if side is None else str(side) for side in (row.width, row.height)]
    return [row.file, *size, row.state, row.label or "", *figures, row.error or ""]


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
