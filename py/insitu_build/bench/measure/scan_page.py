"""This page as contestant for scans: the built site in a real browser, files given through its file input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from ...report import BuildError
from .scan_run import STAGES, FirstLook, ScanRun, to_box

_HERE = Path(__file__).parent
_LIMIT_MS = 300_000
_READY = '[data-testid="engine-state"][data-state="ready"]'


class ScanPage:
    """One tab with a fixed number of engines; `browser` outlives it."""

    def __init__(self, browser: Browser, url: str, pack: str, engines: int) -> None:
        self._engines = engines
        self._url = f"{url}?pack={pack}&engines={engines}"
        self._context: BrowserContext = browser.new_context()
        self._page = self._open()
        self._page.locator(_READY).wait_for(state="attached")

    def _open(self) -> Page:
        page = self._context.new_page()
        page.set_default_timeout(_LIMIT_MS)
        page.goto(self._url)
        page.get_by_test_id("file-input").wait_for(state="attached")
        return page

    def run(self, files: Sequence[Path]) -> ScanRun:
        """From choosing the files to the box; the list is empty afterwards."""
        self._page.bring_to_front()
        found = _drop(self._page, files)
        self._page.get_by_test_id("clear").click()
        if found["timings"]["engines"] != self._engines:
            raise BuildError(f"The page used {found['timings']['engines']} engines, not {self._engines}.")
        return _to_run(found, found["ms"])

    def run_cold(self, files: Sequence[Path]) -> tuple[ScanRun, float]:
        """The same in a new tab that is given the files at once; and the milliseconds since it was opened.

        Everything is on the device, in the browser's own caches too; no engine has been started.
        """
        page = self._open()
        found = _drop(page, files)
        page.close()
        return _to_run(found, found["ms"]), float(found["sinceOpened"])

    def close(self) -> None:
        self._context.close()


def _drop(page: Page, files: Sequence[Path]) -> dict[str, Any]:
    """Give files to the page and wait for its answer."""
    input_ = page.get_by_test_id("file-input")
    page.evaluate((_HERE / "time_scan.js").read_text("utf-8"), input_.element_handle())
    input_.set_input_files(list(files))
    found: dict[str, Any] = page.evaluate("insituScan")
    if found["state"] != "done":
        raise BuildError(f"The page did not read the scan: its state is {found['state']}.")
    return found


def _to_run(found: dict[str, Any], total_ms: float) -> ScanRun:
    box = found["box"] or {}
    stages = {stage: float(found["timings"][stage]) for stage in STAGES if stage in found["timings"]}
    early = found["first"]
    first = (
        None if early is None else FirstLook(float(early["ms"]), to_box((early["box"] or {}).get("patient")))
    )
    return ScanRun(total_ms, stages, to_box(box.get("voxels")), to_box(box.get("patient")), first)
