"""The tables of CARD.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics import Estimate, Verdict, estimate, mean_iou, share_found

from insitu_training.card import table

LABELS = ("clear", "base", "unsure_box", "great_vessels", "none")


def results(judged: Mapping[str, Sequence[Verdict]]) -> str:
    """What the aims are about, a column for each network."""
    rows = [
        ("recall on clear hearts", "clear", share_found("clear")),
        ("the same with IoU of at least 0.5", "clear", share_found("clear", 0.5)),
        ("mean IoU of clear hearts found", "clear", mean_iou("clear")),
        ("false alarms on slices without a heart", "none", share_found("none")),
    ]
    return table(
        ["over 5 folds", "slices", *judged],
        [
            [name, str(sum(one.label == label for one in next(iter(judged.values()))))]
            + [_cell(estimate(verdicts, label, measure)) for verdicts in judged.values()]
            for name, label, measure in rows
        ],
    )


def found_by_label(judged: Mapping[str, Sequence[Verdict]]) -> str:
    """How many slices of each label are found, and how well the boxes fit where there are some."""
    head = ["label", "slices", "patients"]
    head += [f"{name}: {figure}" for name in judged for figure in ("found", "mean IoU")]
    rows = []
    for label in LABELS:
        chosen = {name: [one for one in verdicts if one.label == label] for name, verdicts in judged.items()}
        first = next(iter(chosen.values()))
        row = [label, str(len(first)), str(len({one.patient for one in first}))]
        for verdicts in chosen.values():
            iou = mean_iou(label)(verdicts)
            drafts = label in LABELS[:3] and iou == iou
            row += [str(sum(one.found for one in verdicts)), f"{iou:.2f}" if drafts else "-"]
        rows.append(row)
    return table(head, rows)


def _cell(one: Estimate) -> str:
    return f"{one.value:.2f} ({one.low:.2f}-{one.high:.2f})"
