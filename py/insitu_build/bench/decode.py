"""Milliseconds a megapixel to decode each family and compression, in the browser and in CPython, in one run."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from ..browser import find_browser, launch_options
from ..drawn import DrawnFile, draw
from ..places import DIST
from ..report import say
from ..server import SiteServer
from .measure.decoding import Decoding, measure
from .measure.machine import machine
from .measure.page_decoder import PageDecoder
from .measure.tables import table


@dataclass(frozen=True)
class Row:
    """One file in both runtimes, in milliseconds a megapixel; None where it was refused."""

    file: DrawnFile
    browser: float | None
    native: float | None


def main(arguments: Sequence[str]) -> int:
    """`build.py bench decode`."""
    options = _parser().parse_args(arguments)
    with sync_playwright() as playwright, SiteServer(DIST) as site:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
        decoder = PageDecoder(browser, site.url)
        rows = list(_rows(decoder, options.side, options.repeats, options.only))
        where = machine(browser.version)
        browser.close()
    say("\n" + report(rows, options.side, options.repeats, where))
    if options.json:
        options.json.write_text(json.dumps(_values(rows, where), indent=1) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py bench decode", description=__doc__)
    parser.add_argument("--side", type=int, default=1024, help="pixels (default 1024)")
    parser.add_argument(
        "--repeats", type=int, default=5, help="of each file, after one to warm up (default 5)"
    )
    parser.add_argument("--only", metavar="FAMILY", help="only files of one family")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    return parser


def _rows(decoder: PageDecoder, side: int, repeats: int, only: str | None) -> Iterator[Row]:
    for file in draw(side):
        if only in (None, file.family):
            say(f"{file.family}, {file.kind}, {file.bits} bits ...")
            decoder.measure(file.data, 1)
            measure(file.data, 1)
            inside, outside = decoder.measure(file.data, repeats), measure(file.data, repeats)
            yield Row(file, _per_megapixel(inside, file), _per_megapixel(outside, file))


def _per_megapixel(found: Decoding, file: DrawnFile) -> float | None:
    height, width = file.pixels_hwc.shape[:2]
    return None if found["code"] else 1e6 * found["ms"] / (height * width)


def report(rows: Sequence[Row], side: int, repeats: int, where: str) -> str:
    """Everything as Markdown."""
    lines = [
        [
            f"{row.file.family}, {row.file.kind}",
            str(row.file.bits),
            f"{len(row.file.data) / 1e6:.2f}",
            _figure(row.browser),
            _figure(row.native),
            _figure(_ratio(row)),
        ]
        for row in rows
    ]
    ratios = [ratio for row in rows if (ratio := _ratio(row)) is not None]
    head = ["file", "bits", "MB", "browser, ms/MP", "CPython, ms/MP", "browser / CPython"]
    middle = f"The middle ratio is {statistics.median(ratios):.2f}." if ratios else "Nothing was decoded."
    note = (
        f"Files of {side} x {side} pixels drawn by code, median of {repeats}; refused files have no figure."
    )
    return "\n\n".join([table(head, lines), middle, note, where])


def _ratio(row: Row) -> float | None:
    return row.browser / row.native if row.browser is not None and row.native else None


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _values(rows: Sequence[Row], where: str) -> dict[str, object]:
    files = {
        row.file.name: {"browser_ms_per_mp": row.browser, "cpython_ms_per_mp": row.native} for row in rows
    }
    return {"machine": where, "files": files}
