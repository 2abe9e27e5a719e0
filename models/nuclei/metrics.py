"""How well predicted objects match labelled ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

THRESHOLDS = tuple(round(0.5 + 0.1 * step, 1) for step in range(5))
"""Of the intersection over union, from which a predicted object is a labelled one."""


@dataclass(frozen=True)
class Match:
    """Counts of one image at each of `THRESHOLDS`, and its pixels."""

    found: NDArray[np.int64]
    predicted: int
    labelled: int
    right_pixels: float
    foreground_iou: float

    @property
    def precision(self) -> NDArray[np.float64]:
        """AP of the Data Science Bowl 2018 and of StarDist: TP / (TP + FP + FN); 1 where there is nothing to find."""
        union = self.predicted + self.labelled - self.found
        return np.where(union > 0, self.found / np.maximum(union, 1), 1.0)


def match(predicted_hw: NDArray[np.int32], labelled_hw: NDArray[np.int32]) -> Match:
    """Compare two label images whose ids are 1 ... n without gaps.

    Above an IoU of 0.5 an object has at most one partner, so no assignment has to be chosen; at exactly 0.5 the
    first is taken.
    """
    count_predicted, count_labelled = int(predicted_hw.max(initial=0)), int(labelled_hw.max(initial=0))
    shape = (count_predicted + 1, count_labelled + 1)
    joint = np.bincount(
        predicted_hw.astype(np.int64).ravel() * shape[1] + labelled_hw.ravel(), minlength=shape[0] * shape[1]
    ).reshape(shape)
    union = joint.sum(1)[1:, None] + joint.sum(0)[None, 1:] - joint[1:, 1:]
    iou = joint[1:, 1:] / np.maximum(union, 1)
    found = np.array([min((iou >= t).any(1).sum(), (iou >= t).any(0).sum()) for t in THRESHOLDS])
    inside, meant = predicted_hw > 0, labelled_hw > 0
    either = (inside | meant).sum()
    return Match(
        found,
        count_predicted,
        count_labelled,
        float((inside == meant).mean()),
        float((inside & meant).sum() / either) if either else 1.0,
    )
