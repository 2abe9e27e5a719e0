"""What readers make of each family, compression and depth, in CPython and in the browser, beside desktop libraries.

Files are drawn by code. With a folder of odd and broken files (`--odd`), these are given to the page too.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from insitu.decode import decode
from insitu.errors import InsituError

from ..browser import find_browser, launch_options
from ..drawn import DrawnFile, draw
from ..places import DIST, ROOT
from ..report import say
from ..server import SiteServer
from .measure.decoding import Decoding, measure
from .measure.desktop import desktop_pixels, equal_values
from .measure.machine import machine
from .measure.odd_files import PageOutcome, drop
from .measure.page_decoder import PageDecoder
from .measure.tables import table

_SIDE = 192
_SLOW_S = 10.0
_ODD = ROOT.parent / "shared" / "data" / "robustness"
EQUAL, BOTH_REFUSE = "equal", "refused by both"


@dataclass(frozen=True)
class Odd:
    """One odd file: how CPython compares with desktop libraries, and the browser with CPython."""

    name: str
    verdict: str
    native: Decoding
    browser: Decoding


def main(arguments: Sequence[str]) -> int:
    """`build.py bench readers`; 1 when a drawn file is not equal in both, or an engine is lost."""
    options = _parser().parse_args(arguments)
    with sync_playwright() as playwright, SiteServer(DIST) as site:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
        decoder = PageDecoder(browser, site.url)
        rows, good = drawn_rows(decoder)
        say("\n" + table(["file", "bits", "CPython", "browser"], rows))
        if options.odd.is_dir():
            good = _odd_files(browser, decoder, site.url, options.odd) and good
        else:
            say(f"\n{options.odd} is not there: no odd files.")
        say(f"\n{machine(browser.version)}")
        browser.close()
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py bench readers", description=__doc__)
    parser.add_argument("--odd", type=Path, default=_ODD, metavar="FOLDER", help="odd and broken files")
    return parser


def drawn_rows(decoder: PageDecoder) -> tuple[list[list[str]], bool]:
    """Rows of the table, and whether all is equal."""
    rows: list[list[str]] = []
    good = True
    for file in draw(_SIDE):
        native, inside = measure(file.data, 1), decoder.measure(file.data, 1)
        words = [_against_desktop(file, native), _against_native(native, inside)]
        good = good and words == [EQUAL, EQUAL]
        rows.append([f"{file.family}, {file.kind}", str(file.bits), *words])
    return rows, good


def _against_desktop(file: DrawnFile, native: Decoding) -> str:
    if native["code"]:
        return _refusal(native)
    return EQUAL if equal_values(decode(file.data).pixels_hwc, file.pixels_hwc) else "DIFFERENT"


def _against_native(native: Decoding, inside: Decoding) -> str:
    if native["code"] == inside["code"] != "":
        return EQUAL if native["message"] == inside["message"] else _refusal(inside)
    if inside["code"]:
        return _refusal(inside)
    same = (native["layout"], native["sha256"]) == (inside["layout"], inside["sha256"])
    return EQUAL if same else "DIFFERENT"


def _refusal(found: Decoding) -> str:
    return f"refused: {found['code']} ({found['message']})"


def _odd_files(browser: Browser, decoder: PageDecoder, url: str, folder: Path) -> bool:
    paths = _listed(folder)
    named = {f"{number:03d}-{path.name}": path.read_bytes() for number, path in enumerate(paths)}
    compared = [_compare(name, data, decoder) for name, data in named.items()]
    outcome = drop(browser, url, list(named.items()))
    say("\n" + odd_report(compared, outcome, decoder.lost))
    fast = outcome.longest[1] < _SLOW_S
    return fast and outcome.engines_lost == 0 and not outcome.page_errors


def _listed(folder: Path) -> list[Path]:
    """What the folder's index.csv names in its column `file`; without one, all files."""
    index = folder / "index.csv"
    if not index.is_file():
        return sorted(path for path in folder.rglob("*") if path.is_file())
    with index.open(encoding="utf-8", newline="") as lines:
        return [folder / row["file"] for row in csv.DictReader(lines)]


def _compare(name: str, data: bytes, decoder: PageDecoder) -> Odd:
    native, inside = measure(data, 1), decoder.measure(data, 1)
    return Odd(name, _verdict(data, native), native, inside)


def _verdict(data: bytes, native: Decoding) -> str:
    desktop = desktop_pixels(data)
    if native["code"]:
        return BOTH_REFUSE if desktop is None else f"refused here: {native['code']}"
    if desktop is None:
        return "read only here"
    try:
        ours = decode(data).pixels_hwc
    except InsituError:
        return "not the same twice"
    if equal_values(ours, desktop):
        return EQUAL
    if ours.shape != desktop.shape:
        return "other shape than desktop"
    return "other depth than desktop" if ours.dtype != desktop.dtype else "DIFFERENT"


def odd_report(compared: Sequence[Odd], outcome: PageOutcome, decoders_lost: int) -> str:
    """Counts, then every file that is not simply equal or refused by both, as Markdown."""
    verdicts = Counter(odd.verdict for odd in compared)
    browser = Counter(_against_native(odd.native, odd.browser).split(" (")[0] for odd in compared)
    counts = table(["CPython beside desktop libraries", "files"], _lines(verdicts))
    inside = table(["browser beside CPython", "files"], _lines(browser))
    page = table(["in the page", "files"], _lines(Counter(code or "done" for code in outcome.codes.values())))
    other = [
        [
            odd.name,
            odd.verdict,
            odd.native["message"] or odd.native["layout"],
            _against_native(odd.native, odd.browser),
        ]
        for odd in compared
        if odd.verdict not in (EQUAL, BOTH_REFUSE) or _against_native(odd.native, odd.browser) != EQUAL
    ]
    name, seconds = outcome.longest
    facts = (
        f"{len(compared)} odd files. Engines lost: {outcome.engines_lost}. Interpreters lost while comparing: "
        f"{decoders_lost}. Page errors: {len(outcome.page_errors)}. Longest: {seconds:.1f} s ({name})."
    )
    details = table(
        ["file", "beside desktop libraries", "what is said or read", "browser beside CPython"], other
    )
    return "\n\n".join([facts, page, counts, inside, details, *outcome.page_errors])


def _lines(counts: Mapping[str, int]) -> list[list[str]]:
    return [[name, str(count)] for name, count in sorted(counts.items(), key=lambda pair: -pair[1])]
