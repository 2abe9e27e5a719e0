"""The opponent for scans: the reference's network and its way, in plain JavaScript, in the same browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from .scan_run import ScanRun, to_box

_SOURCE = Path(__file__).parents[1] / "js_scan_page"
_LIMIT_MS = 300_000


@dataclass(frozen=True)
class ScanVariant:
    """One way to write the page.

    Attributes
    ----------
    workers
        0 works in the page's main thread.
    batch
        Slices that go through the network at once.
    threads
        Of onnxruntime-web, in each worker.
    ahead
        Files that the browser reads while the worker is at another.
    """

    workers: int
    batch: int
    threads: int = 1
    ahead: int = 0

    @property
    def name(self) -> str:
        where = {0: "main thread", 1: "worker"}.get(self.workers, f"{self.workers} workers")
        threads = f", {self.threads} threads" if self.threads > 1 else ""
        return f"JavaScript, {where}, batch {self.batch}{threads}{', reads ahead' if self.ahead else ''}"


def stage_plain_scan_page(dist: Path, modules: Path, network: Path, target: Path) -> None:
    """Put the page, the site's runtime, the reader and the network side by side into `target`."""
    shutil.copytree(_SOURCE, target)
    shutil.copytree(dist / "runtime" / "ort", target / "ort")
    shutil.copy(network, target / "model.onnx")
    script = (modules / "dicom-parser" / "dist" / "dicomParser.min.js").read_text("utf-8")
    (target / "dicom-parser.js").write_text(as_module(script, "dicomParser"), "utf-8")


def as_module(script: str, name: str) -> str:
    """A script that leaves `name` in the global scope, as a module that exports it."""
    return f"const scope = {{}};\n(function () {{\n{script}\n}}).call(scope);\nexport default scope.{name};\n"


class PlainScanPage:
    """One tab with one variant; `browser` outlives it."""

    def __init__(self, browser: Browser, url: str, variant: ScanVariant) -> None:
        query = "&".join(f"{name}={value}" for name, value in asdict(variant).items())
        self._page: Page = browser.new_context().new_page()
        self._page.set_default_timeout(_LIMIT_MS)
        self._page.goto(f"{url}?{query}")
        self._page.locator('output[data-state="ready"]').wait_for(state="attached")

    def run(self, files: Sequence[Path]) -> ScanRun:
        """From choosing the files to the box."""
        self._page.bring_to_front()
        self._page.evaluate("delete document.querySelector('output').dataset.run")
        self._page.locator("input").set_input_files(list(files))
        self._page.locator("output[data-run]").wait_for(state="attached")
        found = json.loads(self._page.locator("output").get_attribute("data-run") or "{}")
        return ScanRun(found["total"], found["stages"], None, to_box(found["patient"]))

    def close(self) -> None:
        self._page.context.close()
