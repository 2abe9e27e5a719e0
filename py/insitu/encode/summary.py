"""The CSV that compares folders: how many of their images belong to each class."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping

from ..decision import decide
from ..pack_types import Pack
from .table import Row, inert, threshold_of

WITHOUT_CLASS = ("uncertain", "unlike", "excluded", "failed")
"""Of the rows after the classes."""
_HEAD = ("folder", "class", "kind", "images", "share")


def encode_summary(rows: Iterable[Row], pack: Pack, threshold: float | None = None) -> str:
    """Count images by top-level folder and class.

    The class is a person's, where one reviewed the image, else the network's, where it was accepted. `share` is of the
    folder's images with a class; rows whose `kind` is ``none`` count those without. Images that are not done count as
    failed.
    """
    least = threshold_of(pack, threshold)
    folders: dict[str, Counter[tuple[str, str]]] = {}
    for row in rows:
        folder = row.file.split("/")[0] if "/" in row.file else ""
        folders.setdefault(folder, Counter())[_place(row, least)] += 1
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for folder, counts in folders.items():
        for cells in _lines(counts, [label.id for label in pack.classes]):
            writer.writerow([inert(cell) for cell in (folder, *cells)])
    return buffer.getvalue()


def _place(row: Row, threshold: float) -> tuple[str, str]:
    """Kind and name of the line where a row is counted."""
    if row.excluded:
        return "none", "excluded"
    if row.reviewed_label is not None:
        return "class", row.reviewed_label
    if row.probabilities is None or row.label is None:
        return "none", "failed"
    state = decide(row.probabilities, row.unlikeness, row.flaw, threshold).state
    return ("class", row.label) if state == "accepted" else ("none", state)


def _lines(
    counts: Mapping[tuple[str, str], int], class_ids: list[str]
) -> Iterable[tuple[str, str, str, str]]:
    with_class = sum(count for (kind, _), count in counts.items() if kind == "class")
    for name in class_ids:
        count = counts["class", name]
        yield name, "class", str(count), f"{count / with_class:.4f}" if with_class else ""
    for name in WITHOUT_CLASS:
        yield name, "none", str(counts["none", name]), ""
