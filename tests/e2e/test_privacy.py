"""Nothing leaves the machine: refused by the page's policy, and counted by the server's own log."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import pytest
from helpers.faults import change_module, until
from helpers.page import cards, open_page, picture, put, table, wait_for_progress, wait_until_settled
from playwright.sync_api import Browser, BrowserContext, Page, Worker

from insitu_build.server import SiteServer

# Each runs with URL in the place of an address elsewhere.
WAYS_OUT = {
    "fetch": "await fetch(URL, { mode: 'no-cors' })",
    "post": "await fetch(URL, { method: 'POST', body: 'pixels', mode: 'no-cors' })",
    "request": "const r = new XMLHttpRequest(); r.open('GET', URL, false); r.send()",
    "module": "await import(URL)",
    "socket": "new WebSocket(URL.replace('http', 'ws'))",
    "events": "new EventSource(URL)",
}
WAYS_OUT_OF_A_PAGE = {
    **WAYS_OUT,
    "beacon": "navigator.sendBeacon(URL, 'pixels')",
    "image": "new Image().src = URL",
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), { src: URL }))",
    "style": "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: URL }))",
    "form": "const f = document.createElement('form'); f.action = URL; document.body.append(f); f.submit()",
}


class Elsewhere(socketserver.ThreadingTCPServer):
    """Another origin, which would answer anybody and remembers who asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"


class _Answer(socketserver.StreamRequestHandler):
    server: Elsewhere

    def handle(self) -> None:
        line = self.rfile.readline().decode("latin-1").strip()
        if line:  # browsers open connections that they do not use
            self.server.asked.append(line)
        self.wfile.write(
            b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
        )


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def bare(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile without a service worker."""
    made = browser.new_context(service_workers="block", accept_downloads=True)
    made.set_default_timeout(60_000)
    yield made
    made.close()


def try_all(place: Page | Worker, ways: dict[str, str], url: str) -> None:
    """Try every way out, and give the browser time to take it."""
    for name, way in ways.items():
        place.evaluate(f"(async () => {{ {way.replace('URL', repr(url + name))} }})().catch(() => 0)")
    place.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")


def test_without_a_policy_every_way_out_would_be_noticed(
    browser: Browser, site: SiteServer, elsewhere: Elsewhere
) -> None:
    context = browser.new_context(service_workers="block", bypass_csp=True)
    page = context.new_page()
    page.goto(site.url)
    try_all(page, WAYS_OUT_OF_A_PAGE, elsewhere.url)
    until(lambda: len(elsewhere.asked) >= len(WAYS_OUT_OF_A_PAGE), 10)
    context.close()
    assert {line.split("/")[1].split(" ")[0].rstrip("?") for line in elsewhere.asked} == {*WAYS_OUT_OF_A_PAGE}


def test_without_a_service_worker_the_page_reaches_no_other_origin(
    bare: BrowserContext, site: SiteServer, elsewhere: Elsewhere
) -> None:
    page = bare.new_page()
    open_page(page, site, ready=False)
    try_all(page, WAYS_OUT_OF_A_PAGE, elsewhere.url)
    assert elsewhere.asked == []


def test_without_a_service_worker_an_engine_reaches_no_other_origin(
    bare: BrowserContext, site: SiteServer, elsewhere: Elsewhere
) -> None:
    page = bare.new_page()
    open_page(page, site)
    (engine,) = page.workers
    assert engine.url.startswith("blob:")
    try_all(engine, WAYS_OUT, elsewhere.url)
    # In a task of its own: what the debugger itself runs may evaluate text.
    later = "new Promise((tell) => setTimeout(() => { try { tell(eval('1')) } catch { tell('refused') } }))"
    assert engine.evaluate(later) == "refused"
    assert elsewhere.asked == []


def test_with_the_service_worker_page_and_engine_reach_no_other_origin(
    page: Page, site: SiteServer, elsewhere: Elsewhere
) -> None:
    open_page(page, site)
    page.reload()
    open_page(page, site)
    for place in (page, page.workers[0]):
        try_all(place, WAYS_OUT, elsewhere.url)
    assert elsewhere.asked == []


def count(page: Page) -> int:
    return int(page.get_by_test_id("request-count").get_attribute("data-count") or -1)


def test_no_request_reaches_the_server_while_two_engines_analyse(page: Page, site: SiteServer) -> None:
    open_page(page, site, "?engines=2")
    site.clear()
    put(page, [(f"{number}.png", picture(number)) for number in range(120)])
    wait_until_settled(page, 120)
    until(lambda: len(page.workers) == 2, 30)
    assert len(table(page)) == 120
    assert [request.path for request in site.requests] == []
    assert count(page) == 0


def test_images_dropped_on_a_later_visit_before_it_is_ready_cause_no_request(
    page: Page, site: SiteServer
) -> None:
    open_page(page, site)
    open_page(page, site, ready=False)
    put(page, [(f"{number}.png", picture(number)) for number in range(200)])
    wait_for_progress(page, 1, 200)
    site.clear()
    wait_until_settled(page, 200)
    assert [request.path for request in site.requests] == []
    assert count(page) == 0


def test_without_a_service_worker_no_request_reaches_the_server_during_analysis(
    bare: BrowserContext, site: SiteServer
) -> None:
    page = bare.new_page()
    open_page(page, site)
    site.clear()
    put(page, [(f"{number}.png", picture(number)) for number in range(60)])
    wait_until_settled(page, 60)
    assert [request.path for request in site.requests] == []
    assert count(page) == 0


@pytest.mark.parametrize("with_service_worker", [False, True], ids=["without a service worker", "with one"])
def test_the_count_is_that_of_the_servers_log(
    bare: BrowserContext, page: Page, site: SiteServer, with_service_worker: bool
) -> None:
    shown = page if with_service_worker else bare.new_page()
    open_page(shown, site)
    site.clear()
    shown.evaluate("fetch('nothing-here.txt').then((answer) => answer.text())")
    shown.workers[0].evaluate(f"fetch('{site.url}nor-here.txt').then((answer) => answer.text())")
    until(lambda: count(shown) > 1, 10)
    shown.wait_for_timeout(500)
    assert len(site.requests) == count(shown) == 2


def test_it_works_where_python_cannot_wait_for_javascript(bare: BrowserContext, site: SiteServer) -> None:
    gone = "delete WebAssembly.Suspending; delete WebAssembly.promising;"
    bare.add_init_script(gone)
    # Imports run before a module's own code, but the runtimes are imported later.
    change_module(bare, "js/engine/worker.js", lambda text, _: text + gone)
    page = bare.new_page()
    open_page(page, site)
    assert page.workers[0].evaluate("'Suspending' in WebAssembly") is False
    assert page.evaluate("'Suspending' in WebAssembly") is False
    put(page, [("a.png", picture()), ("b.jpg", picture(3, "JPEG")), ("c.txt", b"no image")])
    wait_until_settled(page, 3)
    assert [card["state"] for card in cards(page)] == ["done", "done", "failed"]
    assert [row["state"] for row in table(page)] == ["done", "done", "failed"]
