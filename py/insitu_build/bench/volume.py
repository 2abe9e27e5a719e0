"""From the files of a scan to the box of the heart: this page, CPython and plain JavaScript, in one run.

All get the same series, made of the real volume of the shared data, at several sizes. Plain JavaScript goes the way of
the reference: its network, a canvas, batches. Variants take turns, round after round; figures are medians over the
rounds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from ..browser import find_browser, launch_options
from ..places import DIST, NODE_MODULES, ROOT, cache
from ..report import say
from ..server import SiteServer
from .measure.machine import machine
from .measure.memory import BROWSER, SPAWNED, ProcessMemory
from .measure.native_scan import NativeScan
from .measure.plain_page import ISOLATION
from .measure.plain_scan_page import PlainScanPage, ScanVariant, stage_plain_scan_page
from .measure.scan_figures import CPYTHON, PAGE, Figures, Peak, as_values, report
from .measure.scan_page import ScanPage
from .measure.scan_run import ScanContestant
from .measure.synthetic_series import SyntheticSeries, synthetic_series, volume_files

_BATCH = 64
OPPONENTS = (
    ScanVariant(workers=0, batch=_BATCH),
    ScanVariant(workers=1, batch=1),
    ScanVariant(workers=1, batch=_BATCH),
    ScanVariant(workers=1, batch=_BATCH, threads=2),
)
"""One file after the other, as the loop of a plain page goes."""

BEYOND = (
    ScanVariant(workers=1, batch=_BATCH, ahead=4),
    ScanVariant(workers=2, batch=_BATCH, ahead=4),
)
"""What a page could do besides: let the browser read the next files meanwhile, and share work between workers."""

_WARM_UPS, _WARM_UP_FRAMES = 2, 128
_SAMPLE_EVERY_S = 0.1


class VolumeBench:
    """The contestants of one run, and what they took."""

    def __init__(self, series: SyntheticSeries, sizes: Sequence[int], data: Path, pack: str) -> None:
        self._files = {frames: series.thinned(frames).chosen for frames in sorted(sizes)}
        self._network = data / "reference_model" / "model.onnx"
        self._pack = pack
        self.figures = Figures(tuple(self._files), series.box_mm)

    def measure_times(self, playwright: Playwright, rounds: int) -> str:
        """Every contestant at every size once a round, then from cold pages; what it was measured on."""
        with ExitStack() as stack:
            browser = stack.enter_context(_browser(playwright))
            contestants = dict(self._open_all(browser, stack))
            for number in range(1, rounds + 1):
                for frames, files in self._files.items():
                    for name, contestant in contestants.items():
                        run = contestant.run(files)
                        self.figures.add(name, frames, run)
                        say(
                            f"Round {number} of {rounds}: {frames} frames, {name}: {run.total_ms / 1000:.2f} s"
                        )
            page = contestants[PAGE[2]]
            assert isinstance(page, ScanPage)
            self._measure_cold(page, rounds)
            return machine(browser.version)

    def _measure_cold(self, page: ScanPage, rounds: int) -> None:
        frames = min(self._files, key=lambda size: abs(size - 800))
        say(f"From a cold page, {frames} frames ...")
        self.figures.cold[frames] = [page.run_cold(self._files[frames]) for _ in range(rounds)]

    def measure_memory(self, playwright: Playwright) -> None:
        """Each contestant and size in a browser, or in processes, of its own."""
        chosen = {**dict.fromkeys(PAGE.values(), BROWSER), CPYTHON[2]: SPAWNED, OPPONENTS[2].name: BROWSER}
        for name, words in chosen.items():
            for frames, files in self._files.items():
                with ExitStack() as stack:
                    browser = stack.enter_context(_browser(playwright))
                    contestant = self._open_warm(name, browser, stack)
                    memory = stack.enter_context(ProcessMemory(words, _SAMPLE_EVERY_S))
                    contestant.run(files)
                peak = Peak(memory.peak_mb, memory.peak_sum_mb)
                self.figures.peaks.setdefault(name, {})[frames] = peak
                say(f"Memory of {name}, {frames} frames: {peak.together or 0:.0f} MB")

    def _open_all(self, browser: Browser, stack: ExitStack) -> Iterator[tuple[str, ScanContestant]]:
        variants = [variant.name for variant in (*OPPONENTS, *BEYOND)]
        for name in (*PAGE.values(), *CPYTHON.values(), *variants):
            say(f"Warming up: {name} ...")
            yield name, self._open_warm(name, browser, stack)

    def _open_warm(self, name: str, browser: Browser, stack: ExitStack) -> ScanContestant:
        """One that has worked, so that all of its engines are there and their code is compiled."""
        contestant = self._open(name, browser, stack)
        for _ in range(_WARM_UPS):
            contestant.run(next(iter(self._files.values()))[:_WARM_UP_FRAMES])
        return contestant

    def _open(self, name: str, browser: Browser, stack: ExitStack) -> ScanContestant:
        for engines, called in PAGE.items():
            if name == called:
                site = stack.enter_context(SiteServer(DIST))
                return ScanPage(browser, site.url, self._pack, engines)
        for processes, called in CPYTHON.items():
            if name == called:
                return stack.enter_context(NativeScan(processes, DIST / "packs" / self._pack))
        variant = next(one for one in (*OPPONENTS, *BEYOND) if one.name == name)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "plain"
        stage_plain_scan_page(DIST, NODE_MODULES, self._network, folder)
        headers = ISOLATION if variant.threads > 1 else {}
        return PlainScanPage(browser, stack.enter_context(SiteServer(folder, headers=headers)).url, variant)


def main(arguments: Sequence[str]) -> int:
    """`build.py bench volume`; 1 when the boxes of page and CPython differ."""
    options = _parser().parse_args(arguments)
    if volume_files(options.data) is None:
        say(
            f"Skipped: this benchmark needs the real volume of the shared data; there is none in {options.data}."
        )
        return 0
    series = synthetic_series(options.data, cache() / "bench", max(options.frames))
    bench = VolumeBench(series, options.frames, options.data, options.pack)
    with sync_playwright() as playwright:
        where = bench.measure_times(playwright, options.rounds)
        bench.measure_memory(playwright)
    names = [[variant.name for variant in variants] for variants in (OPPONENTS, BEYOND)]
    values = as_values(bench.figures, *names)
    say("\n" + report(bench.figures, *names))
    say(f"\n{series.description}\n\n{where}")
    if options.json:
        options.json.write_text(json.dumps({**values, "machine": where}, indent=1) + "\n", "utf-8")
    return 1 if values["unequal_boxes"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py bench volume", description=__doc__)
    parser.add_argument("--pack", default="heart-ct", help="id of a pack of the site that looks for an organ")
    parser.add_argument(
        "--frames",
        type=int,
        nargs="+",
        default=[200, 400, 800, 1600],
        help="sizes (default 200 400 800 1600)",
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data" / "heart_ct",
        help="folder of the real volume",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    return parser


@contextmanager
def _browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
    yield browser
    browser.close()
