"""The API for other pages: bytes by file and seconds to the first answer, beside plain JavaScript.

Every way classifies the same photo with the same network. Ways take turns, round after round; figures are medians.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from ..browser import find_browser, launch_options
from ..places import DIST, cache
from ..report import BuildError, say
from ..server import SiteServer
from .measure.machine import machine
from .measure.photographs import photographs
from .measure.plain_page import stage_plain_page
from .measure.tables import table
from .measure.transformers_page import stage_transformers

_PAGE = Path(__file__).parent / "embed_page"
WAYS = {
    "insitu": "Insitu on a page of another origin",
    "worker": "plain onnxruntime-web in a worker",
    "main": "plain onnxruntime-web in the page",
    "transformers": "plain transformers.js in the page",
}
VISITS = ("cold", "warm")
_PATIENCE_MS = 300_000


class Embed:
    """Both servers of one run, and what the visits took."""

    def __init__(self, pack: str, site: SiteServer, host: SiteServer, slower: int) -> None:
        self._pack = pack
        self._site = site
        self._host = host
        self._slower = slower
        self.seconds: dict[tuple[str, str], list[float]] = {}
        self.blocked_ms: dict[tuple[str, str], list[float]] = {}
        self.files: dict[tuple[str, str], list[str]] = {}

    def visit_twice(self, browser: Browser, way: str) -> None:
        """A first visit of a fresh profile, and a second."""
        context = browser.new_context()
        try:
            labels = {self._visit(context, way, visit) for visit in VISITS}
        finally:
            context.close()
        if len(labels) != 1:
            raise BuildError(f"{WAYS[way]} gave two answers: {labels}.")

    def _visit(self, context: BrowserContext, way: str, visit: str) -> str:
        page = context.new_page()
        if self._slower > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": self._slower})
        self._site.clear()
        self._host.clear()
        page.goto(f"{self._host.url}?way={way}&site={self._site.url}&pack={self._pack}")
        output = page.locator("output[data-result]")
        output.wait_for(state="attached", timeout=_PATIENCE_MS)
        result = json.loads(output.get_attribute("data-result") or "{}")
        page.close()
        key = (way, visit)
        self.seconds.setdefault(key, []).append(result["ms"] / 1000)
        self.blocked_ms.setdefault(key, []).append(result["longestMs"])
        self.files[key] = [*self._asked(self._site), *self._asked(self._host)]
        return str(result["label"])

    def _asked(self, server: SiteServer) -> list[str]:
        """Files that this server sent, but for the page and the photo."""
        paths = [request.path.split("?")[0].removeprefix(server.sub_path) for request in server.requests]
        found = [server.folder / path for path in paths if path not in ("", "embed.js", "photo.jpg")]
        return [str(path) for path in found if path.is_file()]


def main(arguments: Sequence[str]) -> int:
    """`build.py bench embed`."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "host"
        stage(options.pack, folder)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(launch_options()))
        with SiteServer(DIST, sub_path="/insitu/") as site, SiteServer(folder) as host:
            embed = Embed(options.pack, site, host, options.slower)
            for number in range(1, options.rounds + 1):
                for way, called in WAYS.items():
                    since = time.monotonic()
                    embed.visit_twice(browser, way)
                    say(f"Round {number} of {options.rounds}: {called}: {time.monotonic() - since:.0f} s")
            values = summary(embed)
            where = machine(browser.version)
        browser.close()
    say(
        "\n"
        + report(embed, values, options.slower, [f"Medians of {options.rounds} rounds, loopback.", where])
    )
    if options.json:
        extra = {"rounds": options.rounds, "slower": options.slower, "machine": where}
        options.json.write_text(json.dumps({**extra, **values}, indent=1) + "\n", "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py bench embed", description=__doc__)
    parser.add_argument("--pack", default="photos", help="id of a pack that sorts into classes")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument(
        "--slower", type=int, default=1, help="slow down the page's main thread by this (6: a small phone)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    return parser


def stage(pack: str, target: Path) -> None:
    """The host's page, the plain classifier and its files, and a photo."""
    stage_plain_page(DIST, pack, target)
    stage_transformers(pack, target)
    for file in _PAGE.iterdir():
        shutil.copy(file, target)
    (photo,) = photographs(cache() / "bench", 1)
    shutil.copy(photo, target / "photo.jpg")


def summary(embed: Embed) -> dict[str, object]:
    """Seconds, longest tasks and bytes of each way and visit."""
    return {
        f"{way}, {visit}": {
            "seconds": statistics.median(embed.seconds[way, visit]),
            "all_seconds": embed.seconds[way, visit],
            "longest_task_ms": max(embed.blocked_ms[way, visit]),
            "bytes": sum(size for size, _ in sizes(embed.files[way, visit]).values()),
            "bytes_gzip": sum(packed for _, packed in sizes(embed.files[way, visit]).values()),
        }
        for way in WAYS
        for visit in VISITS
    }


def sizes(paths: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Bytes of each file as it is, and as a host sends it that packs by gzip."""
    found = {}
    for path in paths:
        data = Path(path).read_bytes()
        found[path] = (len(data), len(gzip.compress(data, 6)))
    return found


def report(embed: Embed, values: dict[str, object], slower: int, notes: Sequence[str]) -> str:
    """Everything as Markdown."""
    rows = []
    for way, called in WAYS.items():
        for visit in VISITS:
            found = values[f"{way}, {visit}"]
            assert isinstance(found, dict)
            rows.append(
                [
                    f"{called}, {visit}",
                    f"{found['seconds']:.2f}",
                    f"{found['longest_task_ms']:.0f}",
                    f"{found['bytes'] / 1e6:.2f}",
                    f"{found['bytes_gzip'] / 1e6:.2f}",
                ]
            )
    files = sorted(sizes(embed.files["insitu", "cold"]).items(), key=lambda item: -item[1][1])
    listed = [[Path(path).name, f"{size / 1e3:.0f}", f"{packed / 1e3:.0f}"] for path, (size, packed) in files]
    longest = "longest task of the page, ms" + (f" ({slower} times slower)" if slower > 1 else "")
    return "\n\n".join(
        [
            table(["", "seconds to the first answer", longest, "MB", "MB as gzip"], rows),
            "What Insitu loads on a first visit:",
            table(["", "kB", "kB as gzip"], listed),
            *notes,
        ]
    )
