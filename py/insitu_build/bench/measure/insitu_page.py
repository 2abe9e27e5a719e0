"""This page as contestant: the built site in a real browser, files given through its file input."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from ...report import BuildError

_HERE = Path(__file__).parent
STAGES = ("decode", "prepare", "run", "postprocess", "render")
OBJECT_STAGES = ("decode", "prepare", "run", "postprocess", "measure", "render")
_START_LIMIT_MS = 120_000
_WARM_UPS = 5


@dataclass(frozen=True)
class EngineResult:
    """What one engine answered for one image, unrounded; label and probabilities are empty where it found objects.

    Attributes
    ----------
    timings : mapping
        Milliseconds by stage.
    """

    engine: int
    name: str
    label: str
    probabilities: tuple[float, ...]
    timings: dict[str, float]


class InsituPage:
    """One tab with a fixed number of engines; `browser` outlives it."""

    def __init__(
        self, browser: Browser, url: str, pack: str, engines: int, stages: Sequence[str] = STAGES
    ) -> None:
        self._engines = engines
        self._stages = stages
        context = browser.new_context()
        context.add_init_script(path=_HERE / "watch_engines.js")
        self._page: Page = context.new_page()
        self._page.set_default_timeout(_START_LIMIT_MS)
        self._page.goto(f"{url}?pack={pack}&engines={engines}")
        self._wait_until_ready()

    def warm_up(self, files: Sequence[Path]) -> None:
        """Until every engine has worked, so that none starts while time is taken."""
        for _ in range(_WARM_UPS):
            self.run_s(files)
            if len({result.engine for result in self.results()}) == self._engines:
                return
        raise BuildError(f"The page did not use {self._engines} engines.")

    def run_s(self, files: Sequence[Path]) -> float:
        """Seconds from choosing the files to the last that settled; the list is empty afterwards."""
        self._page.bring_to_front()
        self._page.evaluate("insituWatch.results = []")
        input_ = self._page.get_by_test_id("file-input").element_handle()
        progress = self._page.get_by_test_id("progress").element_handle()
        script = (_HERE / "time_settling.js").read_text("utf-8")
        self._page.evaluate(script, [input_, progress, len(files)])
        self._page.get_by_test_id("file-input").set_input_files(list(files))
        ms = self._page.evaluate("insituSettled")
        if len(self.results()) != len(files):
            raise BuildError(f"The page analysed {len(self.results())} of {len(files)} images.")
        self._page.get_by_test_id("clear").click()
        return float(ms) / 1000

    def results(self) -> list[EngineResult]:
        """Of the last run, in the order of answering."""
        values: list[dict[str, Any]] = self._page.evaluate("insituWatch.results")
        return [EngineResult(**{**value, "probabilities": tuple(value["probabilities"])}) for value in values]

    def stage_medians_ms(self) -> dict[str, float]:
        """Milliseconds by stage, the median over the images of the last run."""
        timings = [result.timings for result in self.results()]
        return {stage: statistics.median(timing[stage] for timing in timings) for stage in self._stages}

    @property
    def thumbnail_side(self) -> int:
        """Longest side, in pixels, of the thumbnails that the page asked for last."""
        return int(self._page.evaluate("insituWatch.thumbnailSide"))

    @property
    def page(self) -> Page:
        """For what else there is to measure."""
        return self._page

    def close(self) -> None:
        self._page.context.close()

    def _wait_until_ready(self) -> None:
        self._page.locator('[data-testid="engine-state"][data-state="ready"]').wait_for()
