"""A Chromium for the end-to-end tests and the benchmarks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from . import apt
from .report import BuildError, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)


@cache
def find_browser() -> Path:
    """An installed Chromium or Chrome, else Playwright's own, else Debian's package.

    Raises
    ------
    BuildError
        None can be had.
    """
    for find in (_installed, _playwrights, _fetch_playwrights, _fetch_debians):
        if found := find():
            return found
    raise BuildError(
        "No browser for the end-to-end tests: there is no Chromium or Chrome here and none can be installed. "
        "Install one and try again."
    )


def launch_options() -> Sequence[str]:
    """Chromium's arguments for tests: no traffic of its own, and root can start it."""
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-default-browser-check",
        "--no-first-run",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return arguments


def _installed() -> Path | None:
    found = [shutil.which(name) for name in NAMES] + [place for place in PLACES if Path(place).is_file()]
    return next((Path(path) for path in found if path), None)


_WHERE = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def _playwrights() -> Path | None:
    """Asked in a process of its own: Playwright cannot be started where it runs already."""
    said = subprocess.run([sys.executable, "-c", _WHERE], capture_output=True, text=True, check=False)
    path = Path(said.stdout.strip())
    return path if said.returncode == 0 and path.is_file() and _starts(path) else None


def _starts(path: Path) -> bool:
    """A downloaded browser may lack libraries of the system."""
    if os.name == "nt":  # there the option opens a window
        return True
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def _fetch_playwrights() -> Path | None:
    say("Fetching Playwright's Chromium (about 170 MB) ...")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=900, check=False)
    except subprocess.TimeoutExpired:
        return None
    return _playwrights() if done.returncode == 0 else None


def _fetch_debians() -> Path | None:
    return _installed() if apt.install("chromium") else None
