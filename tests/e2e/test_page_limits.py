"""Browsers that lack something, and the page's own policy."""

from __future__ import annotations

import pytest
from helpers import page as hand
from playwright.sync_api import Browser, Page

from insitu_build.server import SiteServer

LARGE = ("runtime/", ".onnx", ".wasm", ".whl")

WITHOUT = {
    "WebAssembly SIMD": "WebAssembly.validate = () => false",
    "module workers": "const Before = Worker; window.Worker = function (url) { return new Before(url); }",
    "IndexedDB": "Object.defineProperty(window, 'indexedDB', { value: undefined })",
}

COUNT_VIOLATIONS = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@pytest.mark.parametrize("missing", WITHOUT)
def test_a_browser_that_lacks_something_is_told_so_before_anything_large_is_downloaded(
    page: Page, site: SiteServer, missing: str
) -> None:
    page.add_init_script(WITHOUT[missing])
    hand.open_page(page, site, ready=False)
    sentence = page.get_by_role("alert").inner_text()
    assert missing in sentence
    assert "Firefox" in sentence or "browsers" in sentence
    assert page.get_by_test_id("engine-state").get_attribute("data-state") == "failed"
    hand.put(page, [("a.png", hand.picture())])
    hand.wait_until_settled(page, 1)
    assert hand.cards(page)[0]["error"] == "browser/unsupported"
    page.wait_for_timeout(500)
    asked = [request.path for request in site.requests]
    assert [path for path in asked if any(part in path for part in LARGE)] == []


def test_without_javascript_the_page_says_that_it_needs_it(browser: Browser, site: SiteServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)
    assert "needs JavaScript" in page.locator("body").inner_text()
    context.close()


def test_the_page_keeps_to_its_own_content_security_policy(page: Page, site: SiteServer) -> None:
    page.add_init_script(COUNT_VIOLATIONS)
    hand.open_page(page, site)
    page.get_by_test_id("try-samples").click()
    page.wait_for_selector(hand.CARD)
    hand.wait_until_settled(page, hand.progress(page)[1])
    page.locator(hand.CARD).first.click()
    page.wait_for_selector("img[data-testid=overlay][data-drawn=true]")
    page.get_by_test_id("view-table").click()
    hand.table(page)
    assert page.evaluate("window.violations") == []
    assert page.evaluate("document.querySelectorAll('[style*=expression], script:not([src])').length") == 0
