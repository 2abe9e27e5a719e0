"""Engines that die, hang or run out of memory, for real: the image is tried once more, the queue goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from helpers.faults import change_module, replace, run_python
from helpers.page import cards, open_page, picture, put, table, wait_for_engine, wait_until_settled
from playwright.sync_api import Browser, BrowserContext, Page, Route

from insitu_build.server import SiteServer

NAMES = ["a.png", "b.png", "bad.png", "c.png", "d.png"]
GOOD = {name: "done" for name in NAMES if name != "bad.png"}

# Runs in an engine: decoding a file whose name starts with "bad" misbehaves.
IN_DECODE = """
import insitu.pipeline as pipeline
real = pipeline.decode
def decode(data, name, *more):
    if name.startswith("bad"):
        misbehave()
    return real(data, name, *more)
pipeline.decode = decode
"""
TRAP = "def misbehave():\n    import ctypes\n    ctypes.string_at(0xFFFFFFF0, 64)\n"
RECURSION = """
def misbehave():
    import sys
    sys.setrecursionlimit(10**9)
    class Deep:
        def __repr__(self):
            return repr(self)
    repr(Deep())
"""
# Address space, not pages: the memory of the engine is full, that of the machine is not.
MEMORY = "def misbehave():\n    import numpy\n    [numpy.empty(2**28, numpy.uint8) for _ in range(64)]\n"
LOOP = "def misbehave():\n    while True:\n        pass\n"
FULL_HEAP = "def misbehave():\n    import js\n    js.heapIsFull = True\n"

# The bytes of a module whose one function is `unreachable`.
UNREACHABLE = """
const code = [0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,5,1,3,0,0,11];
const honest = METHODS.analyse;
METHODS.analyse = async (request) => {
  if (request.name.startsWith("bad"))
    new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code))).exports.f();
  return honest(request);
};
"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile without a service worker, so that changed modules reach the engines."""
    made = browser.new_context(service_workers="block")
    made.set_default_timeout(60_000)
    yield made
    made.close()


def poison(context: BrowserContext, code: str, *, once: bool = False) -> None:
    """Make decoding misbehave in every engine, or in the first one only."""
    change_module(
        context,
        "js/engine/python.js",
        lambda text, asked: text if once and asked > 0 else run_python(text, code + IN_DECODE),
    )


def analyse_around(site: SiteServer, page: Page, query: str = "") -> dict[str, str]:
    """Drop a bad image among good ones; what became of each."""
    open_page(page, site, query)
    put(page, [(name, picture(number)) for number, name in enumerate(NAMES)])
    wait_until_settled(page, len(NAMES))
    wait_for_engine(page, "ready")
    return {card["file"]: card.get("error") or card["state"] for card in cards(page)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(TRAP, "engine/crashed", id="read outside memory"),
        pytest.param(RECURSION, "engine/crashed", id="fatal recursion"),
        pytest.param(MEMORY, "engine/out-of-memory", id="memory exhausted"),
        pytest.param(LOOP, "engine/hung", id="endless loop"),
    ],
)
def test_an_image_that_ruins_two_engines_is_reported_and_the_queue_goes_on(
    site: SiteServer, context: BrowserContext, page: Page, code: str, expected: str
) -> None:
    poison(context, code)
    assert analyse_around(site, page) == {**GOOD, "bad.png": expected}


def test_an_image_that_ruins_one_engine_is_analysed_on_a_fresh_one(
    site: SiteServer, context: BrowserContext, page: Page
) -> None:
    poison(context, TRAP, once=True)
    assert analyse_around(site, page) == {**GOOD, "bad.png": "done"}


def test_one_of_two_engines_dies_and_the_other_goes_on(
    site: SiteServer, context: BrowserContext, page: Page
) -> None:
    poison(context, TRAP)
    assert analyse_around(site, page, "?engines=2") == {**GOOD, "bad.png": "engine/crashed"}


def test_a_trap_outside_python_ends_the_engine_too(
    site: SiteServer, context: BrowserContext, page: Page
) -> None:
    change_module(context, "js/engine/worker.js", lambda text, _: text + UNREACHABLE)
    assert analyse_around(site, page) == {**GOOD, "bad.png": "engine/crashed"}


def test_a_full_heap_of_the_network_runtime_is_memory_exhausted(
    site: SiteServer, context: BrowserContext, page: Page
) -> None:
    poison(context, FULL_HEAP)
    line = "const outputs = await session.run(inputs);\n    try {"
    full = 'if (globalThis.heapIsFull) throw new Error("ERROR_MESSAGE: std::bad_alloc");'
    change_module(context, "js/engine/ort.js", lambda text, _: replace(text, line, full + line))
    assert analyse_around(site, page) == {**GOOD, "bad.png": "engine/out-of-memory"}


@pytest.mark.parametrize(
    "path",
    ["js/engine/worker.js", "runtime/ort/ort-wasm-simd-threaded.wasm", "runtime/pyodide/numpy-*.whl"],
)
def test_an_engine_that_cannot_start_is_said_and_can_be_tried_again(
    site: SiteServer, context: BrowserContext, page: Page, path: str
) -> None:
    """Refused, or (a wheel) not the bytes that the lock file names."""
    broken: dict[str, Any] = {"body": b"not a wheel"} if path.endswith(".whl") else {"status": 404}
    context.route(f"**/{path}", lambda route: route.fulfill(**broken))
    open_page(page, site, ready=False)
    put(page, [("a.png", picture())])
    wait_for_engine(page, "failed")
    wait_until_settled(page, 1)
    assert [card["error"] for card in cards(page)] == ["engine/boot"]
    context.unroute(f"**/{path}")
    page.get_by_role("button", name="Try again").first.click()
    wait_for_engine(page, "ready")


def test_a_security_policy_that_refuses_the_engine_is_noticed_at_once(
    site: SiteServer, context: BrowserContext, page: Page
) -> None:
    def answer(route: Route) -> None:
        response = route.fetch()
        policy = "script-src 'self'; worker-src 'self' blob:"
        route.fulfill(response=response, headers={**response.headers, "content-security-policy": policy})

    context.route(site.url, answer)
    open_page(page, site, ready=False)
    wait_for_engine(page, "failed")
    assert "security policy" in page.locator("insitu-notices [role=alert]").inner_text()


def test_cancelling_a_batch_leaves_an_engine_that_takes_the_next(
    site: SiteServer, context: BrowserContext, page: Page
) -> None:
    open_page(page, site)
    put(page, [(f"{number}.png", picture(number)) for number in range(300)])
    page.get_by_test_id("cancel").click()
    wait_until_settled(page, 300)
    put(page, [("after.png", picture())])
    wait_until_settled(page, 301)
    assert len(page.workers) == 1, "nothing had to be replaced"
    rows = table(page)
    assert (rows[-1]["file"], rows[-1]["state"]) == ("after.png", "done")
    assert {row["state"] for row in rows} <= {"done", "cancelled"}
