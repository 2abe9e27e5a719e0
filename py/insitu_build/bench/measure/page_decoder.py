"""The page's Pyodide as a decoder of any bytes, beside the engines, which keep their pixels to themselves."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from .decoding import Decoding

_HERE = Path(__file__).parent
_LIMIT_MS = 120_000


class PageDecoder:
    """One tab; a new one takes its place when a file ends its interpreter."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self.lost = 0
        self._page = self._open()

    def _open(self) -> Page:
        page = self._browser.new_context().new_page()
        page.set_default_timeout(_LIMIT_MS)
        page.goto(self._url)
        call = {"source": (_HERE / "decoding.py").read_text("utf-8")}
        page.evaluate((_HERE / "decode_in_page.js").read_text("utf-8"), call)
        return page

    def measure(self, data: bytes, repeats: int) -> Decoding:
        """As `decoding.measure`; what ends the interpreter is a ``crash``."""
        call = [base64.b64encode(data).decode(), repeats]
        try:
            found: Decoding = self._page.evaluate("([data, repeats]) => insituMeasure(data, repeats)", call)
        except PlaywrightError as error:
            self.lost += 1
            self.close()
            self._page = self._open()
            return {
                "code": "crash",
                "message": str(error).splitlines()[0],
                "layout": "",
                "sha256": "",
                "ms": 0.0,
            }
        return found

    def close(self) -> None:
        self._page.context.close()
