"""The table of equality: PyTorch as stored, CPython and the browser on each pack's drawn samples."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from ..browser import find_browser, launch_options
from ..places import DIST, MODELS
from ..report import BuildError, say
from ..server import SiteServer
from .measure.browser_equality import browser_outcomes
from .measure.equality import (
    Difference,
    compare,
    native_outcomes,
    referenced_packs,
    stored_outcomes,
)
from .measure.machine import machine
from .measure.tables import table

LIMIT = 1e-4
"""Of logits and probabilities: two builds of onnxruntime add in different orders."""


def main(arguments: Sequence[str]) -> int:
    """`build.py bench equality`; 1 when something differs that must not."""
    argparse.ArgumentParser(prog="build.py bench equality", description=__doc__).parse_args(arguments)
    packs = referenced_packs(MODELS)
    if not packs:
        raise BuildError("No pack has a reference.json; its evaluate.py writes one.")
    good = True
    with sync_playwright() as playwright, SiteServer(DIST) as site:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
        for folder in packs:
            stored = stored_outcomes(folder)
            files = [outcome.file for outcome in stored]
            native = native_outcomes(folder, files)
            inside = browser_outcomes(browser, site.url, folder, files)
            rows = {
                "PyTorch (stored), CPython": compare(stored, native),
                "PyTorch (stored), browser": compare(stored, inside),
                "CPython, browser": compare(native, inside),
            }
            say(f"\n{folder.name}, {len(files)} drawn samples\n\n{report(rows)}\n\n{_made_by(folder)}")
            good = good and all(is_within(difference) for difference in rows.values())
        say(f"\n{machine(browser.version)}")
        browser.close()
    return 0 if good else 1


def is_within(difference: Difference) -> bool:
    """Whether two runtimes are as equal as they have to be."""
    exact = difference.pixels_differ + difference.tensors_differ + difference.labels_differ == 0
    return exact and max(difference.logits, difference.probabilities) <= LIMIT


def report(rows: dict[str, Difference]) -> str:
    """Counts of files that differ where bits must be equal, largest differences elsewhere."""
    head = ["", "pixels differ", "tensors differ", "logits", "probabilities", "labels differ"]
    return table(
        head,
        [
            [
                name,
                str(row.pixels_differ),
                str(row.tensors_differ),
                f"{row.logits:.1e}",
                f"{row.probabilities:.1e}",
                str(row.labels_differ),
            ]
            for name, row in rows.items()
        ],
    )


def _made_by(folder: Path) -> str:
    reference = json.loads((folder / "reference.json").read_text("utf-8"))
    versions = [f"{name} {reference['made_by'][name]}" for name in ("torch", "python", "numpy", "pillow")]
    largest = max(entry["textbook_difference"] for entry in reference["samples"])
    return (
        f"PyTorch's logits were stored by {', '.join(versions)} from textbook tensors, at most {largest:.1e} "
        "away from Insitu's."
    )
