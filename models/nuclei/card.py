"""The tables of CARD.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metrics import THRESHOLDS

from insitu_training.card import table

if TYPE_CHECKING:
    from evaluate import Scores


def results(scores: Mapping[str, Scores]) -> str:
    """AP at each threshold, and of the pixels."""
    head = [
        *("images", "n", "nuclei"),
        *(f"AP@{threshold}" for threshold in THRESHOLDS),
        *("AP@0.5 pooled", "pixel accuracy", "foreground IoU"),
    ]
    rows = [
        [
            name,
            str(one.images),
            str(one.objects),
            *(f"{value:.3f}" for value in one.precision),
            f"{one.pooled_precision:.3f}",
            f"{one.right_pixels:.3f}",
            f"{one.foreground_iou:.3f}",
        ]
        for name, one in scores.items()
    ]
    return table(head, rows)
