"""Many odd and broken files given to the page, as a person would drop them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page

_HERE = Path(__file__).parent
_BATCH = 40
_START_LIMIT_MS = 120_000
_LIMIT_MS = 600_000


@dataclass(frozen=True)
class PageOutcome:
    """How the page took them.

    Attributes
    ----------
    codes : mapping
        Of each file by its name, as in the page's CSV; empty where it was analysed.
    longest : (name, seconds)
        From giving a file to an engine to its answer.
    engines_lost : int
        Ended while they had a file, or said themselves that they are dead.
    page_errors : tuple of str
        Uncaught ones.
    """

    codes: dict[str, str]
    messages: dict[str, str]
    longest: tuple[str, float]
    engines_lost: int
    page_errors: tuple[str, ...]


def drop(browser: Browser, url: str, files: Sequence[tuple[str, bytes]]) -> PageOutcome:
    """Give them to one page with one engine, in batches."""
    context = browser.new_context(accept_downloads=True)
    context.add_init_script(path=_HERE / "watch_items.js")
    page = context.new_page()
    page.set_default_timeout(_START_LIMIT_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{url}?engines=1")
    page.locator('[data-testid="engine-state"][data-state="ready"]').wait_for()
    codes: dict[str, str] = {}
    for start in range(0, len(files), _BATCH):
        codes |= _drop_batch(page, files[start : start + _BATCH])
    watched = page.evaluate("insituItems")
    context.close()
    taken = [(float(item["ms"]) / 1000, str(item["name"])) for item in watched["items"]]
    seconds, slowest = max(taken, default=(math.nan, ""))
    return PageOutcome(
        codes,
        {item["name"]: item["message"] for item in watched["items"]},
        (slowest, seconds),
        watched["dead"],
        tuple(errors),
    )


def _drop_batch(page: Page, files: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    payloads = [
        FilePayload(name=name, mimeType="application/octet-stream", buffer=data) for name, data in files
    ]
    page.get_by_test_id("file-input").set_input_files(payloads)
    page.wait_for_function(
        """() => {
          const { done, total } = document.querySelector('[data-testid="progress"]').dataset;
          return Number(total) > 0 && done === total;
        }""",
        timeout=_LIMIT_MS,
    )
    with page.expect_download() as started:
        page.get_by_test_id("download-csv").click()
    text = Path(started.value.path()).read_text("utf-8-sig")
    page.get_by_test_id("clear").click()
    return {row["file"]: row["error"] for row in csv.DictReader(io.StringIO(text, newline=""))}
