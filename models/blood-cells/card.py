"""The tables of CARD.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pack import FOLDER_CLASSES

from insitu_training.card import table

if TYPE_CHECKING:
    from evaluate import Equality, Evaluation

    from insitu_training.scores import Scores


def results(result: Evaluation) -> str:
    """Accuracy and calibration on both sets, then recall, precision and confusion of each."""
    sets = {"validation": result.validation, "originals": result.originals}
    summary = table(
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
    parts = [summary, f"Temperature {result.temperature:.2f}, fitted on the validation images."]
    for name, scores in sets.items():
        parts += [f"Confusion on {name} (rows: truth, columns: prediction):", _confusion(scores)]
    return "\n\n".join(parts)


def _confusion(scores: Scores) -> str:
    head = ["", *[entry.letter for entry in FOLDER_CLASSES], "recall", "precision"]
    rows = []
    for index, entry in enumerate(FOLDER_CLASSES):
        counts = [str(count) if count else "." for count in scores.confusion[index]]
        rows.append(
            [
                f"{entry.name} ({entry.letter})",
                *counts,
                f"{scores.recall[index]:.1%}",
                f"{scores.precision[index]:.1%}",
            ]
        )
    return table(head, rows)


def equality(rows: Mapping[str, Equality]) -> str:
    """Differences between PyTorch with textbook preprocessing and onnxruntime with Insitu's."""
    return table(
        ["set", "images", "tensor", "logits", "probabilities", "labels that differ"],
        [
            [
                name, str(row.images), f"{row.tensor:.1e}", f"{row.logits:.1e}", f"{row.probabilities:.1e}",
                str(row.labels_differ),
            ]
            for name, row in rows.items()
        ],
    )  # fmt: skip
