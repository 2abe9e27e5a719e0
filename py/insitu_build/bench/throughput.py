"""Images per second of this page, of a plain JavaScript page and of CPython, in one run.

All get the same JPEGs and the same network. Variants take turns, round after round, because
a machine is rarely quiet; the figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, sync_playwright

from ..browser import find_browser, launch_options
from ..places import DIST, cache
from ..report import say
from ..server import SiteServer
from .measure.insitu_page import InsituPage
from .measure.machine import machine
from .measure.native import Native
from .measure.photographs import describe, photographs
from .measure.plain_page import ISOLATION, PlainPage, Variant, stage_plain_page
from .measure.tables import table

PAGE = {n: f"this page, {n} engine{'s' if n > 1 else ''}" for n in (1, 2)}
CPYTHON = {n: f"CPython, {n} process{'es' if n > 1 else ''}" for n in (1, 2)}
OPPONENTS = tuple(Variant(workers, threads, ahead=0) for threads in (1, 2) for workers in (0, 1))
"""One image after the other, as the loop of a plain page goes."""

BEYOND = (
    Variant(workers=0, threads=1, ahead=2),
    Variant(workers=1, threads=2, ahead=2),
    Variant(workers=2, threads=1, ahead=2),
)
"""What a page could do besides: let the browser decode the next images meanwhile, and share work between workers."""

_WARM_UP_IMAGES = 64
"""Enough for the browser to have compiled what runs often: WebAssembly is optimised while it works."""


class Contestant(Protocol):
    """One variant, ready to work."""

    def warm_up(self, files: Sequence[Path]) -> None: ...

    def run_s(self, files: Sequence[Path]) -> float: ...


class Throughput:
    """The contestants of one run, and what they took."""

    def __init__(self, pack: str, files: Sequence[Path], stack: ExitStack) -> None:
        self._pack = pack
        self._files = files
        self._stack = stack
        self.contestants: dict[str, Contestant] = {}
        self.seconds: dict[str, list[float]] = {}
        self.stages_ms: dict[str, list[dict[str, float]]] = {}
        self.thumbnail_side = 0

    def open_all(self, browser: Browser, plain: Path) -> None:
        """Open and warm every contestant; the page comes first, because it knows its thumbnails' size."""
        site = self._serve(DIST, {})
        for engines, name in PAGE.items():
            self._add(name, InsituPage(browser, site.url, self._pack, engines))
            page = self.contestants[name]
            assert isinstance(page, InsituPage)
            self.thumbnail_side = page.thumbnail_side
        bare, isolated = self._serve(plain, {}), self._serve(plain, ISOLATION)
        for variant in (*OPPONENTS, *BEYOND):
            url = (isolated if variant.threads > 1 else bare).url
            self._add(variant.name, PlainPage(browser, url, variant, self.thumbnail_side))
        for processes, name in CPYTHON.items():
            native = Native(processes, DIST / "packs" / self._pack, self.thumbnail_side)
            self._add(name, self._stack.enter_context(native))

    def _serve(self, folder: Path, headers: dict[str, str]) -> SiteServer:
        return self._stack.enter_context(SiteServer(folder, headers=headers))

    def _add(self, name: str, contestant: Contestant) -> None:
        say(f"Warming up: {name} ...")
        contestant.warm_up(self._files[:_WARM_UP_IMAGES])
        self.contestants[name] = contestant
        self.seconds[name] = []

    def take_turns(self, rounds: int) -> None:
        """Every contestant once a round."""
        for number in range(1, rounds + 1):
            for name, contestant in self.contestants.items():
                seconds = contestant.run_s(self._files)
                self.seconds[name].append(seconds)
                if isinstance(contestant, InsituPage):
                    self.stages_ms.setdefault(name, []).append(contestant.stage_medians_ms())
                say(
                    f"Round {number} of {rounds}: {name}: {1000 * seconds / len(self._files):.1f} ms an image"
                )

    def ms(self, name: str) -> float:
        """Milliseconds an image: the median over the rounds."""
        return 1000 * statistics.median(self.seconds[name]) / len(self._files)

    def stages(self, name: str) -> dict[str, float]:
        """Milliseconds by stage: the median over rounds of the median over images."""
        rounds = self.stages_ms[name]
        return {stage: statistics.median(entry[stage] for entry in rounds) for stage in rounds[0]}


def main(arguments: Sequence[str]) -> int:
    """`build.py bench throughput`."""
    options = _parser().parse_args(arguments)
    files = photographs(cache() / "bench", options.images)
    with ExitStack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
        plain = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "plain"
        stage_plain_page(DIST, options.pack, plain)
        throughput = Throughput(options.pack, files, stack)
        throughput.open_all(browser, plain)
        throughput.take_turns(options.rounds)
        where = machine(browser.version)
        browser.close()
    values = summary(throughput)
    say("\n" + report(throughput, values, [describe(files), where]))
    if options.json:
        extra = {"images": len(files), "rounds": options.rounds, "machine": where}
        options.json.write_text(json.dumps({**extra, **values}, indent=1) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py bench throughput", description=__doc__)
    parser.add_argument("--pack", default="blood-cells", help="id of a pack of the site")
    parser.add_argument("--images", type=int, default=500, help="images a run (default 500)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    return parser


def summary(throughput: Throughput) -> dict[str, object]:
    """Milliseconds an image, and the two ratios that have an aim."""
    ms = {name: throughput.ms(name) for name in throughput.contestants}
    best, best_of_all = (
        min((variant.name for variant in variants), key=lambda name: ms[name])
        for variants in (OPPONENTS, (*OPPONENTS, *BEYOND))
    )
    return {
        "ms_per_image": ms,
        "seconds": throughput.seconds,
        "stages_ms": {name: throughput.stages(name) for name in throughput.stages_ms},
        "best_javascript": best,
        "page_over_best_javascript": ms[best] / ms[PAGE[2]],
        "best_javascript_of_all": best_of_all,
        "page_over_best_javascript_of_all": ms[best_of_all] / ms[PAGE[2]],
        "cpython_over_page": ms[PAGE[2]] / ms[CPYTHON[2]],
    }


def report(throughput: Throughput, values: dict[str, object], notes: Sequence[str]) -> str:
    """Everything as Markdown."""
    ms = {name: throughput.ms(name) for name in throughput.contestants}
    reference = ms[PAGE[2]]
    rows = [
        [name, f"{1000 / value:.1f}", f"{value:.1f}", f"{value / reference:.2f}"]
        for name, value in ms.items()
    ]
    stages = {name: throughput.stages(name) for name in throughput.stages_ms}
    stage_rows = [
        [name, *[f"{value:.1f}" for value in found.values()], f"{sum(found.values()):.1f}"]
        for name, found in stages.items()
    ]
    ratios = [
        f"- This page (2 engines) is {values['page_over_best_javascript']:.2f} times as fast as the best plain "
        f"JavaScript ({values['best_javascript']}); the aim is at least 1.2.",
        f"- CPython (2 processes) is {values['cpython_over_page']:.2f} times as fast as this page (2 engines); "
        "the aim is at most 2.",
        f"- Against the best of all JavaScript shown ({values['best_javascript_of_all']}) this page (2 engines) is "
        f"{values['page_over_best_javascript_of_all']:.2f} times as fast.",
    ]
    thumbnails = (
        f"Thumbnails of {throughput.thumbnail_side} px with the result drawn over them: by this page and CPython in "
        "Python, as JPEG; by JavaScript on a canvas, which it keeps."
    )
    return "\n\n".join(
        [
            table(["variant", "images/s", "ms/image", "time against this page, 2 engines"], rows),
            "\n".join(ratios),
            "Stages of the page, ms (median over images):",
            table(["", *next(iter(stages.values())), "sum"], stage_rows),
            *[*notes, thumbnails],
        ]
    )
