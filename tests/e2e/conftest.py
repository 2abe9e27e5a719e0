"""Fixtures of the end-to-end tests: the built site on a free port under a sub-path, and a real browser.

`site` is fresh for each test (its log and faults too); `browser` is shared; `page` and `context`
are fresh; `launch` opens browsers whose profile outlives them. A page's uncaught errors fail its test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from insitu_build.browser import find_browser, launch_options
from insitu_build.places import DIST
from insitu_build.server import SiteServer
from insitu_build.site import build_site

Launch = Callable[[Path], BrowserContext]


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built site that no build changes under the tests."""
    if "INSITU_BUILT" not in os.environ:
        build_site()
    copy = tmp_path_factory.mktemp("site") / "dist"
    shutil.copytree(DIST, copy)
    return copy


@pytest.fixture
def site(dist: Path) -> Iterator[SiteServer]:
    """The site at `site.url`; `site.requests` is what reached it, `site.stop()` cuts the network.

    Its files are as new as the test: a browser answers from its own cache for a tenth of a file's
    age (RFC 9111, 4.2.2), and the log would not show what the page asked for.
    """
    for path in dist.rglob("*"):
        os.utime(path)
    with SiteServer(dist, sub_path="/insitu/") as server:
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for the session; contexts keep tests apart."""
    started = playwright.chromium.launch(executable_path=find_browser(), args=launch_options())
    yield started
    started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile."""
    made = browser.new_context(accept_downloads=True)
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A fresh page on nothing yet: `page.goto(site.url)`."""
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    assert errors == [], "the page had uncaught errors"


@pytest.fixture
def launch(playwright: Playwright) -> Iterator[Launch]:
    """Open a browser of its own on a profile folder; open it again to restart it."""
    opened: list[BrowserContext] = []

    def open_profile(profile: Path) -> BrowserContext:
        made = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_browser(), args=launch_options(), accept_downloads=True
        )
        made.set_default_timeout(60_000)
        opened.append(made)
        return made

    yield open_profile
    for made in opened:
        made.close()
