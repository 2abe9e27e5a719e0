"""How well slices are judged, with intervals over patients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]
RESAMPLES = 2000


@dataclass(frozen=True)
class Verdict:
    """What is said of one slice; `iou` is that of the box found and the draft box, 0 where one is missing."""

    name: str
    patient: str
    label: str
    found: bool
    score: float
    iou: float


@dataclass(frozen=True)
class Estimate:
    """A figure, what it is out of, and the middle 95 % of what it is when patients are drawn again."""

    value: float
    count: int
    low: float
    high: float


def overlap(first: Box, second: Box) -> float:
    """Intersection over union."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    both = max(0.0, width) * max(0.0, height)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return both / (sum(areas) - both)


def share_found(label: str, least_iou: float = 0.0) -> Callable[[Sequence[Verdict]], float]:
    """Of the slices of a label, the share that is found, with a box that overlaps the draft by so much."""

    def measure(verdicts: Sequence[Verdict]) -> float:
        hits = [one.found and one.iou >= least_iou for one in verdicts if one.label == label]
        return float(np.mean(hits)) if hits else float("nan")

    return measure


def mean_iou(label: str) -> Callable[[Sequence[Verdict]], float]:
    """Over the hearts of a label that are found."""

    def measure(verdicts: Sequence[Verdict]) -> float:
        values = [one.iou for one in verdicts if one.label == label and one.found]
        return float(np.mean(values)) if values else float("nan")

    return measure


def estimate(
    verdicts: Sequence[Verdict], label: str, measure: Callable[[Sequence[Verdict]], float]
) -> Estimate:
    """A figure with its interval; patients, not slices, are drawn again."""
    chosen = [one for one in verdicts if one.label == label]
    by_patient = [
        [one for one in chosen if one.patient == patient]
        for patient in sorted({one.patient for one in chosen})
    ]
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        places = rng.integers(0, len(by_patient), len(by_patient))
        drawn.append(measure([one for place in places for one in by_patient[place]]))
    known = [value for value in drawn if not np.isnan(value)]
    low, high = np.percentile(known, (2.5, 97.5)) if known else (float("nan"), float("nan"))
    return Estimate(measure(verdicts), len(chosen), float(low), float(high))
