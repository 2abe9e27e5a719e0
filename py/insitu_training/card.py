"""Tables of a pack's CARD.md, and their places between markers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_sections(path: Path, sections: Mapping[str, str]) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->`."""
    text = path.read_text("utf-8")
    for name, content in sections.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{path.name} has no section {name!r}.")
        text = pattern.sub(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", text)  # noqa: B023
    path.write_text(text, encoding="utf-8")
