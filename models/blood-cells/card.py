"""The tables of CARD.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pack import FOLDER_CLASSES

from insitu_training.card import table
from insitu_training.scores import confusion_table, summary_table

if TYPE_CHECKING:
    from evaluate import Equality, Evaluation


def results(result: Evaluation) -> str:
    """Accuracy and calibration on both sets, then recall, precision and confusion of each."""
    sets = {"validation": result.validation, "originals": result.originals}
    parts = [summary_table(sets), f"Temperature {result.temperature:.2f}, fitted on the validation images."]
    for name, scores in sets.items():
        parts += [
            f"Confusion on {name} (rows: truth, columns: prediction):",
            confusion_table(scores, FOLDER_CLASSES),
        ]
    return "\n\n".join(parts)


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
