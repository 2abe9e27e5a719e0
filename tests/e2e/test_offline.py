"""After the first visit the site is on the device: without a network, damaged, half installed, and when it changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.faults import until
from helpers.page import cards, open_page, picture, put, wait_for_engine, wait_until_settled
from helpers.sites import reseal
from playwright.sync_api import BrowserContext, Page

from insitu_build.server import Fault, SiteServer

OFFLINE_STATE = "[data-testid=offline-state][data-state={}]"


def analyse_one(page: Page) -> None:
    put(page, [("a.png", picture())])
    wait_until_settled(page, 1)
    assert [card["state"] for card in cards(page)] == ["done"]


def asked(site: SiteServer) -> list[str]:
    return [request.path.removeprefix(site.sub_path) for request in site.requests]


def in_cache(page: Page, path: str, code: str) -> None:
    """Run JavaScript on the service worker's cache, with `cache` and the file's `url`."""
    page.evaluate(
        f"""async () => {{
          const [name] = (await caches.keys()).filter((name) => name.startsWith("insitu "));
          const cache = await caches.open(name);
          const url = new URL({path!r}, document.baseURI).href;
          {code}
        }}"""
    )


def test_the_site_works_with_the_network_cut_after_the_first_load(page: Page, site: SiteServer) -> None:
    open_page(page, site)
    page.wait_for_selector(OFFLINE_STATE.format("ready"))
    site.stop()
    open_page(page, site, "?engines=2")
    put(page, [(f"{number}.png", picture(number)) for number in range(30)])
    wait_until_settled(page, 30)
    assert {card["state"] for card in cards(page)} == {"done"}


def test_the_site_works_without_a_network_after_the_browser_was_restarted(
    tmp_path: Path, launch: Callable[[Path], BrowserContext], site: SiteServer
) -> None:
    first = launch(tmp_path)
    open_page(first.new_page(), site)
    first.close()
    site.stop()
    page = launch(tmp_path).new_page()
    open_page(page, site)
    analyse_one(page)
    open_page(page, site, "index.html?pack=blood-cells")


def test_the_first_visit_loads_each_file_of_the_runtime_and_the_network_once(
    page: Page, site: SiteServer
) -> None:
    open_page(page, site)
    runtime = [path for path in asked(site) if path.startswith("runtime/") or path.endswith(".onnx")]
    assert len(runtime) > 10
    assert sorted(runtime) == sorted(set(runtime))


def test_a_damaged_file_is_fetched_again(page: Page, site: SiteServer) -> None:
    open_page(page, site)
    damage = (
        "await cache.put(url, new Response('damaged', { headers: { 'Content-Type': 'text/javascript' } }));"
    )
    in_cache(page, "js/engine/worker.js", damage)
    in_cache(page, "runtime/ort/ort.wasm.min.mjs", "await cache.delete(url);")
    site.clear()
    open_page(page, site)
    analyse_one(page)
    fetched = set(asked(site)) - {
        "",
        "sw.js",
    }  # Chromium asks for the page itself while the service worker wakes
    assert fetched == {"js/engine/worker.js", "runtime/ort/ort.wasm.min.mjs"}


def test_a_lost_cache_is_said_where_there_is_no_network(page: Page, site: SiteServer) -> None:
    open_page(page, site)
    in_cache(page, "x", "await caches.delete(name);")
    site.stop()
    answer = page.goto(site.url)
    assert answer is not None
    assert answer.status == 503
    assert "Connect once and reload" in page.inner_text("body")
    site.start()
    open_page(page, site)
    analyse_one(page)


def test_an_installation_that_was_cut_off_goes_on_where_it_was(page: Page, site: SiteServer) -> None:
    site.faults["css/tokens.css"] = Fault(status=500)
    page.goto(site.url)
    page.wait_for_selector(OFFLINE_STATE.format("unavailable"))
    wait_for_engine(page, "ready")  # from the network
    del site.faults["css/tokens.css"]
    page.goto("about:blank")
    site.clear()
    open_page(page, site)
    page.wait_for_selector(OFFLINE_STATE.format("ready"))
    assert [path for path in asked(site) if path.startswith("runtime/")] == []


@pytest.fixture
def newer(dist: Path, tmp_path: Path) -> Path:
    """The site of tomorrow: one file is different."""
    folder = tmp_path / "newer"
    shutil.copytree(dist, folder)
    css = folder / "css/tokens.css"
    css.write_bytes(css.read_bytes() + b"/* tomorrow */\n")
    reseal(folder)
    return folder


CSS = "fetch('css/tokens.css').then((answer) => answer.text())"


def test_a_new_version_is_announced_and_taken_when_the_person_agrees(
    page: Page, site: SiteServer, newer: Path
) -> None:
    open_page(page, site)
    page.evaluate("caches.open('insitu http://elsewhere/ 1')")
    page.evaluate("caches.open('a neighbour')")
    site.folder = newer.resolve()
    site.clear()
    open_page(page, site)
    page.wait_for_selector("[data-testid=take-update]")
    # Only what has changed was downloaded.
    assert sorted(asked(site)) == ["css/tokens.css", "precache.json", "sw.js"]
    assert "tomorrow" not in page.evaluate(CSS)
    with page.expect_navigation():
        page.get_by_test_id("take-update").click()
    wait_for_engine(page, "ready")
    assert "tomorrow" in page.evaluate(CSS)
    names = page.evaluate("caches.keys()")
    assert {"insitu http://elsewhere/ 1", "a neighbour"} <= set(names)
    assert len(names) == 3
    analyse_one(page)


def test_a_new_version_waits_while_another_tab_is_open(
    context: BrowserContext, page: Page, site: SiteServer, newer: Path
) -> None:
    open_page(page, site)
    other = context.new_page()
    open_page(other, site)
    site.folder = newer.resolve()
    open_page(page, site)
    page.get_by_test_id("take-update").click()
    page.get_by_text("Close the other tab").wait_for()
    assert "tomorrow" not in page.evaluate(CSS)
    other.close()
    with page.expect_navigation():
        page.get_by_test_id("take-update").click()
    wait_for_engine(page, "ready")
    assert "tomorrow" in page.evaluate(CSS)


def test_a_page_loaded_past_the_service_worker_is_taken_back_or_says_so(page: Page, site: SiteServer) -> None:
    open_page(page, site)
    session = page.context.new_cdp_session(page)
    session.send("Page.reload", {"ignoreCache": True})
    page.wait_for_timeout(500)
    wait_for_engine(page, "ready")
    analyse_one(page)
    kind = page.get_by_test_id("offline-state").get_attribute("data-state")
    assert kind in ("ready", "unavailable")
    assert kind == "ready" or "Reload once" in str(
        page.get_by_test_id("offline-state").get_attribute("title")
    )


def test_documents_get_the_policy_as_a_header_and_wasm_is_left_as_it_is(page: Page, site: SiteServer) -> None:
    open_page(page, site)
    answer = page.reload()
    assert answer is not None
    assert answer.from_service_worker
    policy = answer.header_value("content-security-policy") or ""
    assert f"connect-src {site.url}" in policy
    assert "'unsafe-eval'" not in policy
    headers = page.evaluate(
        "fetch('runtime/ort/ort-wasm-simd-threaded.wasm').then(({ headers, url }) => [url, ...headers.keys()])"
    )
    assert headers[0].startswith(site.url)
    assert "content-security-policy" not in headers


def test_nothing_is_installed_while_images_are_analysed(page: Page, site: SiteServer, newer: Path) -> None:
    open_page(page, site)
    site.folder = newer.resolve()
    site.clear()
    open_page(page, site, ready=False)
    put(page, [(f"{number}.png", picture(number)) for number in range(300)])
    until(lambda: "sw.js" in asked(site), 30)
    wait_until_settled(page, 300)
    assert "css/tokens.css" not in asked(site)
    page.wait_for_selector("[data-testid=take-update]")
