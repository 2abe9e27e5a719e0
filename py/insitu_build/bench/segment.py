"""Seconds a megapixel to find nuclei: this page and CPython, in one run, and the part of each stage.

All get the same drawn micrographs. Variants take turns, round after round; figures are medians over the rounds. With
`--large SIDE` one image of that side is analysed instead, by one engine, and the memory of its page is watched.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from contextlib import ExitStack

from playwright.sync_api import sync_playwright

from ..browser import find_browser, launch_options
from ..places import DIST, cache
from ..report import say
from ..server import SiteServer
from .measure.insitu_page import OBJECT_STAGES, InsituPage
from .measure.machine import machine
from .measure.memory import ProcessMemory
from .measure.micrographs import micrographs
from .measure.native import Native
from .measure.tables import table

PAGE = {n: f"this page, {n} engine{'s' if n > 1 else ''}" for n in (1, 2)}
CPYTHON = {n: f"CPython, {n} process{'es' if n > 1 else ''}" for n in (1, 2)}
AIM = 4.0
_LARGE_LIMIT_MS = 3_600_000


def main(arguments: Sequence[str]) -> int:
    """`build.py bench segment`."""
    options = _parser().parse_args(arguments)
    if options.large:
        return _find_in_large_image(options.pack, options.large)
    files = micrographs(cache() / "bench", options.images, options.side)
    megapixels = len(files) * options.side**2 / 1e6
    seconds: dict[str, list[float]] = {}
    stages: dict[str, list[dict[str, float]]] = {}
    with ExitStack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
        url = stack.enter_context(SiteServer(DIST)).url
        contestants: dict[str, InsituPage | Native] = {}
        for engines, name in PAGE.items():
            contestants[name] = InsituPage(browser, url, options.pack, engines, OBJECT_STAGES)
            contestants[name].warm_up(files[:4])
        side = next(one.thumbnail_side for one in contestants.values() if isinstance(one, InsituPage))
        for processes, name in CPYTHON.items():
            native = stack.enter_context(Native(processes, DIST / "packs" / options.pack, side))
            native.warm_up(files[:2])
            contestants[name] = native
        for number in range(1, options.rounds + 1):
            for name, contestant in contestants.items():
                took = contestant.run_s(files) / megapixels
                seconds.setdefault(name, []).append(took)
                if isinstance(contestant, InsituPage):
                    stages.setdefault(name, []).append(contestant.stage_medians_ms())
                say(f"Round {number} of {options.rounds}: {name}: {took:.3f} s a megapixel")
        where = machine(browser.version)
        browser.close()
    say("\n" + report(seconds, stages, options.side**2 / 1e6))
    say(f"\n{len(files)} grey PNGs of {options.side} x {options.side} pixels. {where}")
    return 0


def _find_in_large_image(pack: str, side_px: int) -> int:
    files = micrographs(cache() / "bench", 1, side_px)
    with sync_playwright() as playwright, SiteServer(DIST) as site, ProcessMemory() as memory:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
        page = InsituPage(browser, site.url, pack, 1, OBJECT_STAGES)
        page.page.set_default_timeout(_LARGE_LIMIT_MS)
        seconds = page.run_s(files)
        stages = page.stage_medians_ms()
        where = machine(browser.version)
        browser.close()
    peak = "unknown" if memory.peak_mb is None else f"{memory.peak_mb:.0f} MB"
    say(f"{side_px} x {side_px} pixels, one engine: {seconds:.1f} s, renderer at most {peak} (PSS).")
    say("Stages, s: " + ", ".join(f"{name} {value / 1000:.1f}" for name, value in stages.items()))
    say(where)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py bench segment", description=__doc__)
    parser.add_argument("--pack", default="nuclei", help="id of a pack of the site that finds objects")
    parser.add_argument("--images", type=int, default=8, help="images a run (default 8)")
    parser.add_argument("--side", type=int, default=1024, help="of the images in pixels (default 1024)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--large", type=int, metavar="SIDE", help="time and memory of one image, in pixels")
    return parser


def report(
    seconds: dict[str, list[float]], stages: dict[str, list[dict[str, float]]], megapixels: float
) -> str:
    """Everything as Markdown."""
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    lines = [
        f"- With {n} of each, this page takes {medians[PAGE[n]] / medians[CPYTHON[n]]:.2f} times as long as CPython; "
        f"the aim is at most {AIM:.0f}."
        for n in (1, 2)
    ]
    rows = []
    for name, rounds in stages.items():
        found = {stage: statistics.median(one[stage] for one in rounds) for stage in OBJECT_STAGES}
        total = sum(found.values())
        rows.append([name, *(f"{value / megapixels:.0f} ({value / total:.0%})" for value in found.values())])
    return "\n\n".join(
        [
            table(["variant", "s/megapixel"], [[name, f"{value:.3f}"] for name, value in medians.items()]),
            "\n".join(lines),
            "Stages of the page, ms a megapixel (part of the sum), median over images:",
            table(["", *OBJECT_STAGES], rows),
        ]
    )
