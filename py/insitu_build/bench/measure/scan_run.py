"""What one contestant needed for one series, and the box that it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .volume_grid import Box

STAGES = ("read", "load", "decode", "reduce", "run", "join")
EDGES = ("x0", "y0", "z0", "x1", "y1", "z1")


@dataclass(frozen=True)
class FirstLook:
    """`ms` from choosing the files to the answer; its box is None where nothing was found."""

    ms: float
    patient_mm: Box | None


@dataclass(frozen=True)
class ScanRun:
    """One series from its files to its box.

    Attributes
    ----------
    total_ms
        From choosing the files to the box.
    stages_ms
        Names of `STAGES`, summed over all that worked at the same time. Who does not tell decoding and reducing apart
        counts both as decoding.
    voxels, patient_mm
        None where nothing was found.
    first
        An answer from some of the files, while the others were read; None where none was shown.
    """

    total_ms: float
    stages_ms: Mapping[str, float]
    voxels: Box | None
    patient_mm: Box | None
    first: FirstLook | None = None


class ScanContestant(Protocol):
    """One variant, ready to work."""

    def run(self, files: Sequence[Path]) -> ScanRun: ...


def to_box(values: Mapping[str, Any] | None) -> Box | None:
    """From the form in which JavaScript has it."""
    if values is None:
        return None
    x0, y0, z0, x1, y1, z1 = (float(values[edge]) for edge in EDGES)
    return x0, y0, z0, x1, y1, z1


def furthest_mm(one: Box | None, other: Box | None) -> float | None:
    """How far the two edges lie apart that lie furthest apart; None where there is no box."""
    if one is None or other is None:
        return None
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def mean_mm(one: Box | None, other: Box | None) -> float | None:
    """How far edges lie apart on average; None where there is no box."""
    if one is None or other is None:
        return None
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
