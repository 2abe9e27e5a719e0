"""Figures that say how well predictions fit the truth; numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insitu.pack_types import ClassLabel

from .card import table


@dataclass(frozen=True)
class Scores:
    """Accuracy with a 95 % interval, recall and precision (n,), confusion (truth, prediction), ECE."""

    count: int
    accuracy: float
    interval: tuple[float, float]
    recall: NDArray[np.float64]
    precision: NDArray[np.float64]
    confusion: NDArray[np.int64]
    ece: float
    ece_uncalibrated: float


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Softmax of (N, n) logits divided by `temperature`."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def negative_log_likelihood(
    logits: NDArray[np.floating], labels: NDArray[np.int64], temperature: float
) -> float:
    """Mean of -log p(truth)."""
    chosen = softmax(logits, temperature)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """The temperature of least negative log-likelihood (Guo et al. 2017), on a grid of 0.01."""
    grid = np.arange(20, 301) / 100
    losses = [negative_log_likelihood(logits, labels, float(temperature)) for temperature in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = 15) -> float:
    """Expected calibration error of the winning class over bins of equal width (Guo et al. 2017)."""
    score = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    index = np.minimum((score * bins).astype(int), bins - 1)
    gaps = [
        abs(right[index == b].mean() - score[index == b].mean()) * (index == b).mean()
        for b in range(bins)
        if np.any(index == b)
    ]
    return float(sum(gaps))


def bootstrap_interval(right: NDArray[np.bool_], draws: int = 10_000, seed: int = 0) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of the mean of `right` (N,) over resampled images."""
    rng = np.random.default_rng(seed)
    means = rng.binomial(len(right), right.mean(), size=draws) / len(right)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def score(logits: NDArray[np.floating], labels: NDArray[np.int64], temperature: float) -> Scores:
    """Compare (N, n) logits with (N,) labels."""
    classes = logits.shape[1]
    predicted = logits.argmax(axis=1)
    confusion = np.zeros((classes, classes), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    hits = np.diag(confusion)
    right = predicted == labels
    return Scores(
        count=len(labels),
        accuracy=float(right.mean()),
        interval=bootstrap_interval(right),
        recall=hits / np.maximum(confusion.sum(axis=1), 1),
        precision=hits / np.maximum(confusion.sum(axis=0), 1),
        confusion=confusion,
        ece=calibration_error(softmax(logits, temperature), labels),
        ece_uncalibrated=calibration_error(softmax(logits), labels),
    )


def metrics(scores: Scores) -> dict[str, Any]:
    """As a description holds them."""
    return {
        "images": scores.count,
        "accuracy": round(scores.accuracy, 4),
        "accuracy_interval_95": [round(edge, 4) for edge in scores.interval],
        "mean_recall": round(float(scores.recall.mean()), 4),
        "ece": round(scores.ece, 4),
        "ece_before_temperature": round(scores.ece_uncalibrated, 4),
    }


def summary_table(sets: Mapping[str, Scores]) -> str:
    """A row a set: accuracy and calibration."""
    return table(
        ["set", "images", "accuracy", "95 % interval", "mean recall", "ECE before", "ECE after temperature"],
        [
            [
                name,
                str(scores.count),
                f"{scores.accuracy:.1%}",
                f"{scores.interval[0]:.1%} to {scores.interval[1]:.1%}",
                f"{scores.recall.mean():.1%}",
                f"{scores.ece_uncalibrated:.3f}",
                f"{scores.ece:.3f}",
            ]
            for name, scores in sets.items()
        ],
    )


def confusion_table(scores: Scores, classes: Sequence[ClassLabel]) -> str:
    """Rows: truth, columns: prediction."""
    rows = [
        [
            f"{label.name} ({label.letter})",
            *(str(count) if count else "." for count in scores.confusion[index]),
            f"{scores.recall[index]:.1%}",
            f"{scores.precision[index]:.1%}",
        ]
        for index, label in enumerate(classes)
    ]
    return table(["", *(label.letter for label in classes), "recall", "precision"], rows)
