"""`insitu predict` with a pack that sorts images into classes: a table, and drawings."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .analyse_file import analyse_file
from .analysis import Classification
from .archive import Read
from .bridge import open_session
from .deliver import OVERLAY_SIDE_PX
from .encode.png import encode_png
from .encode.summary import encode_summary
from .encode.table import Row, encode_table
from .files import Listing
from .names import output_stems
from .pack_types import Pack
from .progress import Progress
from .types import Selection, Session


@dataclass(frozen=True)
class ClassesRequest:
    """What is done to each file; the table goes to standard output where `csv` names no file.

    `threshold` is the least probability at which a class is accepted, None for the pack's.
    """

    pack: Pack
    plane: Selection
    csv: Path | None
    overlays: Path | None
    summary: Path | None = None
    threshold: float | None = None


async def predict_classes(listing: Listing, request: ClassesRequest) -> int:
    """Classify all files and write the table; return how many files failed."""
    session = open_session(request.pack)
    rows = []
    stems = output_stems(name for name, _ in listing.files)
    progress = Progress(len(listing.files))
    for (name, read), stem in zip(listing.files, stems, strict=True):
        target = request.overlays / f"{stem}.png" if request.overlays else None
        rows.append(await _predict_one(name, read, request, session, target))
        progress.next()
    _write_tables(rows, request)
    return sum(row.state == "failed" for row in rows)


async def _predict_one(
    name: str, read: Read, request: ClassesRequest, session: Session, target: Path | None
) -> Row:
    side = OVERLAY_SIDE_PX if target else 0
    analysis = await analyse_file(
        name, read, request.pack, session, selection=request.plane, drawing_side=side
    )
    if isinstance(analysis, str):
        return Row(name, "failed", error=analysis)
    found = analysis.result
    assert isinstance(found, Classification)
    if target and analysis.drawing:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(encode_png(analysis.drawing))
    plane = analysis.selection if analysis.extent.has_choice else None
    return Row(
        name,
        "done",
        analysis.width,
        analysis.height,
        found.label,
        found.probabilities,
        plane=plane,
        unlikeness=analysis.unlikeness,
        flaw=analysis.flaw,
    )


def _write_tables(rows: list[Row], request: ClassesRequest) -> None:
    text = encode_table(rows, request.pack, __version__, request.threshold)
    if request.csv is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    else:
        _write(request.csv, text)
    if request.summary is not None:
        _write(request.summary, encode_summary(rows, request.pack, request.threshold))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
