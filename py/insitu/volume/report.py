"""What a volume gave, as files: the box as JSON, and the slices as CSV (RFC 4180, UTF-8).

Who the patient is, is in neither.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..encode.table import inert
from ..pack_types import Pack
from .box import Reason
from .located import Located
from .places import Box3
from .read import LeftOut
from .series import Oddity

REASONS: Mapping[Reason, str] = {
    "no-slice": "No slice shows it.",
    "too-small": "What was found is too small for it.",
    "not-axial": "The slices do not lie across the patient, and the network knows only such.",
}
ODDITIES: Mapping[Oddity, str] = {
    "localisers": "overviews left out",
    "same-position": "slices left out that lie where another lies",
    "gaps": "slices missing in between",
    "no-position": "slices that do not say where they lie, taken in the order of their numbers or names",
    "no-spacing": "slices that do not say how far they lie apart",
    "not-axial": "slices that do not lie across the patient",
    "grey": "slices of 8 bits, whose values were taken for Hounsfield units by what looks like air and soft tissue",
    "shifted": "slices without a sign, whose values were taken for Hounsfield units plus 1024",
}


@dataclass(frozen=True)
class SliceRow:
    """One slice of the table; `box` is x0, y0, x1, y1 in its pixels, None where the organ was not found."""

    file: str
    z_mm: float | None
    found: bool
    score: float
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Corrected:
    """The box that a person made of what was found; attributes as of `Located`."""

    voxels: Box3
    patient_mm: Box3 | None


def encode_box(
    located: Located,
    corrected: Corrected | None,
    names: Sequence[str],
    left_out: Sequence[LeftOut],
    pack: Pack,
    version: str,
) -> bytes:
    """The answer for one series; what was found stays in it as it was, whatever a person made of it.

    Parameters
    ----------
    names
        Of the files of the series' slices, in their order.
    """
    series = located.series
    content = {
        "found": located.found,
        "confidence": round(located.confidence, 4),
        "reason": None if located.reason is None else REASONS[located.reason],
        **_edges(located.voxels, located.patient_mm, names),
        "corrected": None if corrected is None else _edges(corrected.voxels, corrected.patient_mm, names),
        "series": {
            "slices": len(series.members),
            "step_mm": round(series.step, 4) if series.is_spaced else None,
            "notes": [
                {"kind": note.kind, "count": note.count, "words": ODDITIES[note.kind]}
                for note in series.notes
            ],
        },
    }
    return _write(content, left_out, pack, version)


def encode_no_box(left_out: Sequence[LeftOut], pack: Pack, version: str) -> bytes:
    """The answer where there is no series."""
    keys = ("voxel", "patient_mm", "slices", "corrected", "series")
    content = {
        "found": False,
        "confidence": 0.0,
        "reason": "There is no slice of a scan.",
        **dict.fromkeys(keys),
    }
    return _write(content, left_out, pack, version)


def _write(content: Mapping[str, Any], left_out: Sequence[LeftOut], pack: Pack, version: str) -> bytes:
    more = {
        "left_out": [{"file": one.name, "error": one.error} for one in left_out],
        "notice": pack.notice,
        "pack": pack.id,
        "pack_version": pack.version,
        "insitu_version": version,
    }
    return (json.dumps({**content, **more}, indent=1, ensure_ascii=False) + "\n").encode()


def _edges(voxels: Box3 | None, patient_mm: Box3 | None, names: Sequence[str]) -> dict[str, Any]:
    return {
        "voxel": None if voxels is None else {key: int(value) for key, value in asdict(voxels).items()},
        "patient_mm": None
        if patient_mm is None
        else {key: round(value, 3) for key, value in asdict(patient_mm).items()},
        "slices": None if voxels is None else _slice_range(int(voxels.z0), int(voxels.z1) - 1, names),
    }


def _slice_range(first: int, last: int, names: Sequence[str]) -> dict[str, Any]:
    return {"first": first, "last": last, "first_file": names[first], "last_file": names[last]}


def encode_slices(rows: Iterable[SliceRow]) -> bytes:
    """The table of slices; edges have two decimals, scores four."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(("file", "z_mm", "found", "score", "x0", "y0", "x1", "y1"))
    for row in rows:
        edges = [""] * 4 if row.box is None else [f"{edge:.2f}" for edge in row.box]
        z_mm = "" if row.z_mm is None or not math.isfinite(row.z_mm) else f"{row.z_mm:.3f}"
        writer.writerow((inert(row.file), z_mm, int(row.found), f"{row.score:.4f}", *edges))
    return buffer.getvalue().encode()
