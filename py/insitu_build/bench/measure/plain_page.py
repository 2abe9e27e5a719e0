"""The opponent: the same task in plain JavaScript, in the same browser."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

_SOURCE = Path(__file__).parents[1] / "js_page"
ISOLATION = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
"""Headers without which a browser gives WebAssembly no threads."""


@dataclass(frozen=True)
class Variant:
    """One way to write the page.

    Attributes
    ----------
    workers
        0 works in the page's main thread.
    threads
        Of onnxruntime-web, in each worker.
    ahead
        Images that the browser decodes while the network works on another.
    """

    workers: int
    threads: int
    ahead: int

    @property
    def name(self) -> str:
        where = {0: "main thread", 1: "worker"}.get(self.workers, f"{self.workers} workers")
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"JavaScript, {where}, {threads}{', decodes ahead' if self.ahead else ''}"


def stage_plain_page(dist: Path, pack: str, target: Path) -> None:
    """Put the page, the runtime and the network of the site side by side into `target`."""
    shutil.copytree(_SOURCE, target)
    shutil.copytree(dist / "runtime" / "ort", target / "ort")
    for name in ("pack.json", "model.onnx"):
        shutil.copy(dist / "packs" / pack / name, target)


class PlainPage:
    """One tab with one variant; `browser` outlives it."""

    def __init__(self, browser: Browser, url: str, variant: Variant, thumbnail_side: int) -> None:
        query = f"workers={variant.workers}&threads={variant.threads}&ahead={variant.ahead}"
        self._page: Page = browser.new_context().new_page()
        self._page.set_default_timeout(120_000)
        self._page.goto(f"{url}?{query}&thumbnail={thumbnail_side}")
        self._page.locator('output[data-state="ready"]').wait_for(state="attached")

    def warm_up(self, files: Sequence[Path]) -> None:
        """So that code is compiled before time is taken."""
        self.run_s(files)

    def run_s(self, files: Sequence[Path]) -> float:
        """Seconds from choosing the files to the last result."""
        self._page.bring_to_front()
        self._page.evaluate("delete document.querySelector('output').dataset.ms")
        self._page.locator("input").set_input_files(list(files))
        self._page.locator("output[data-ms]").wait_for(state="attached")
        return float(self._page.locator("output").get_attribute("data-ms") or "nan") / 1000

    def labels(self) -> list[str]:
        """The class of each image of the last run, in order of name."""
        lines = sorted(self._page.locator("li").all_inner_texts())
        return [line.split()[1] for line in lines]

    def close(self) -> None:
        self._page.context.close()
