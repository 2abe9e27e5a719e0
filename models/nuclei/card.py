"""The tables of CARD.md, and their places between markers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from metrics import THRESHOLDS

if TYPE_CHECKING:
    from evaluate import Scores


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


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


def write_sections(path: Path, sections: Mapping[str, str]) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->`."""
    text = path.read_text("utf-8")
    for name, content in sections.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{path.name} has no section {name!r}.")
        text = pattern.sub(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", text)  # noqa: B023
    path.write_text(text, encoding="utf-8")
