"""How long a network of 28 MB takes until it can run: from the device, and from the network.

The page's own model store and the engine's own runtime, in a browser that is started anew for each visit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserType, sync_playwright

from ..browser import find_browser, launch_options
from ..places import DIST
from ..report import BuildError, say, size
from ..server import SiteServer
from .measure.machine import machine
from .measure.onnx_file import large_network
from .measure.tables import table

_PAGE = Path(__file__).parent / "store_page"
_LAYERS = 3
VISITS = {"network": "first visit, from the network (loopback)", "device": "second visit, from IndexedDB"}
STEPS = {"fetchMs": "fetch", "hashMs": "sha256", "sessionMs": "session", "totalMs": "total"}


def main(arguments: Sequence[str]) -> int:
    """`build.py bench model-store`."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        network = large_network(_LAYERS)
        stage(folder / "site", network)
        found: dict[str, list[dict[str, float]]] = {visit: [] for visit in VISITS}
        with SiteServer(folder / "site") as server:
            for number in range(options.runs):
                for visit, times in found.items():
                    profile = folder / f"profile-{number}"
                    taken, version = visit_once(
                        playwright.chromium, profile, f"{server.url}store_page/", visit
                    )
                    times.append(taken)
                say(f"Run {number + 1} of {options.runs}")
    where = machine(version)
    medians = {visit: _medians(times) for visit, times in found.items()}
    say("\n" + report(medians, options.runs, len(network), where))
    if options.json:
        values = {"bytes": len(network), "runs": options.runs, "machine": where, "medians_ms": medians}
        options.json.write_text(json.dumps(values, indent=1) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py bench model-store", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="first and second visits (default 7)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    return parser


def stage(target: Path, network: bytes) -> None:
    """The parts of the site that fetch, keep and open a network, and a pack with a large one."""
    for part in ("js", "vendor", "runtime/ort"):
        shutil.copytree(DIST / part, target / part)
    shutil.copytree(_PAGE, target / "store_page")
    pack = target / "packs" / "large"
    pack.mkdir(parents=True)
    (pack / "model.onnx").write_bytes(network)
    model = {"file": "model.onnx", "sha256": hashlib.sha256(network).hexdigest(), "size": len(network)}
    (pack / "pack.json").write_text(json.dumps({"id": "large", "version": "1", "model": model}), "utf-8")


def visit_once(chromium: BrowserType, profile: Path, url: str, expected: str) -> tuple[dict[str, float], str]:
    """Milliseconds of one visit by a freshly started browser, and the browser's version."""
    context = chromium.launch_persistent_context(
        profile, executable_path=find_browser(), args=list(launch_options())
    )
    try:
        page = context.new_page()
        page.goto(url)
        output = page.locator("output[data-result]")
        output.wait_for(state="attached", timeout=60_000)
        result = json.loads(output.get_attribute("data-result") or "{}")
        version = context.browser.version if context.browser else "of unknown version"
    finally:
        context.close()
    if (came_from := result.pop("from")) != expected:
        raise BuildError(f"The network came from the {came_from}, not from the {expected}.")
    return result, version


def _medians(times: Sequence[dict[str, float]]) -> dict[str, float]:
    return {step: statistics.median(entry[step] for entry in times) for step in STEPS}


def report(medians: dict[str, dict[str, float]], runs: int, n_bytes: int, where: str) -> str:
    """Everything as Markdown."""
    rows = [[name, *(f"{medians[visit][step]:.0f}" for step in STEPS)] for visit, name in VISITS.items()]
    notes = (
        f"A network of {size(n_bytes)}; medians of {runs} runs, ms. The first visit's fetch also keeps the network "
        "in IndexedDB; the session is opened in a worker whose runtime has started, as in an engine."
    )
    return "\n\n".join([table(["", *STEPS.values()], rows), notes, where])
