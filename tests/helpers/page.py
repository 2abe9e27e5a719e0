"""The page as a person or a script uses it, through the hooks that tests/README.md lists."""

from __future__ import annotations

import csv
import io
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from helpers.pictures import encoded, gradient
from playwright.sync_api import FilePayload, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from insitu_build.server import SiteServer

OUTPUT = Path(__file__).parents[1] / "output"
"""Reports and screenshots of the runs; not kept."""

CARD = "[data-testid=result-card]"
PATIENCE_S = 300


def open_page(page: Page, site: SiteServer, query: str = "", *, ready: bool = True) -> None:
    """Open the page and wait for its engine, or for nothing but the place to put files."""
    page.goto(site.url + query)
    try:
        page.wait_for_selector("[data-testid=file-input]", state="attached")
    except PlaywrightTimeout as error:
        raise AssertionError(f"The page did not come up; its document is\n{page.content()[:4000]}") from error
    if ready:
        wait_for_engine(page, "ready")


def wait_for_engine(page: Page, state: str) -> None:
    page.wait_for_selector(f"[data-testid=engine-state][data-state={state}]", timeout=1000 * PATIENCE_S)


def put(page: Page, files: Sequence[tuple[str, bytes]]) -> None:
    """Give files to the page, all at once."""
    page.set_input_files(
        "[data-testid=file-input]",
        [FilePayload(name=name, mimeType="application/octet-stream", buffer=data) for name, data in files],
    )


def progress(page: Page) -> tuple[int, int]:
    """Settled items and all items."""
    data = page.get_by_test_id("progress").evaluate("element => ({ ...element.dataset })")
    return int(data["done"]), int(data["total"])


def wait_until_settled(page: Page, total: int) -> None:
    """Wait until that many items are listed and have settled."""
    wait_for_progress(page, total, total)


def wait_for_progress(page: Page, at_least: int, total: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while (now := progress(page)) != (total, total) and not (now[1] == total and now[0] >= at_least):
        assert time.monotonic() < end, f"stuck at {now[0]} of {now[1]}, expected {at_least} of {total}"
        page.wait_for_timeout(50)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds: the page draws in the next frame, not at once."""
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end, "it does not come to hold"
        page.wait_for_timeout(20)


def cards(page: Page) -> list[dict[str, str]]:
    """The hooks of the cards that are drawn, in their order on the screen."""
    found: list[dict[str, str]] = page.eval_on_selector_all(
        CARD, "cards => cards.map(({ dataset }) => ({ ...dataset }))"
    )
    return sorted(found, key=lambda card: int(card["index"]))


def download(page: Page, test_id: str) -> tuple[str, bytes]:
    """Click on an export; the name and the bytes of the file it gives."""
    with page.expect_download() as started:
        page.get_by_test_id(test_id).click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def table(page: Page) -> list[dict[str, Any]]:
    """The CSV, parsed."""
    _, data = download(page, "download-csv")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def picture(number: int = 0, format: str = "PNG") -> bytes:
    """A small picture, each number another one."""
    return encoded(gradient(24 + number % 40, 20 + number % 7), format)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has no pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def jpeg_header(width: int, height: int) -> bytes:
    """A JPEG that claims a size: a real one with another size in its frame header."""
    data = bytearray(picture(format="JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)
