"""What the end-to-end tests do to the site and to the browser under the page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from helpers.page import PATIENCE_S
from playwright.sync_api import BrowserContext, Route


def until(condition: Callable[[], Any], limit_s: float = PATIENCE_S) -> None:
    """Wait for what Playwright cannot watch itself: the page's policy refuses to evaluate its conditions."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, f"not within {limit_s:.0f} s"
        time.sleep(0.1)


def change_module(context: BrowserContext, path: str, change: Callable[[str, int], str]) -> None:
    """Serve a module changed: `change` gets its text and how often it was asked for before.

    The context must have no service worker, which would answer first.
    """
    asked = 0

    def answer(route: Route) -> None:
        nonlocal asked
        body = change(route.fetch().text(), asked)
        asked += 1
        route.fulfill(body=body, content_type="text/javascript")

    context.route(f"**/{path}", answer)


def replace(text: str, old: str, new: str) -> str:
    """Replace one place of a module; a test whose place is gone must not pass."""
    assert text.count(old) == 1, f"{old!r} is not there once"
    return text.replace(old, new)


def run_python(text: str, code: str) -> str:
    """A change of engine/python.js: run `code` in the engine as soon as `insitu` is there."""
    line = "await loadPackages(pyodide, PACKAGE);"
    return replace(text, line, f"{line} pyodide.runPython({json.dumps(code)});")
