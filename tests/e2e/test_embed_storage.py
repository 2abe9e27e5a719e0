"""What the API keeps in the storage of the host's origin: nothing is loaded twice, and what is wrong there heals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.embed_fixtures import colour, embed_dist, host, insitu
from helpers.hosts import MODULE, add_shapes, analyse_all, file_of, host_of, open_host, paths
from playwright.sync_api import Page, Route

from insitu_build.server import SiteServer

__all__ = ["embed_dist", "host", "insitu"]

RED = file_of("photo.png", colour(255, 0, 0))


def visit(page: Page, host: SiteServer) -> str:
    open_host(page, host)
    (found,) = analyse_all(page, [RED])
    return str(found.get("code") or found["value"]["label"])


def in_store(page: Page, code: str) -> Any:
    """Run JavaScript with `cache`, the keys of all its entries, and `key(part)`, which finds one of them."""
    return page.evaluate(
        f"""async () => {{
          const [name] = (await caches.keys()).filter((name) => name.startsWith("insitu-embed "));
          const cache = await caches.open(name);
          const keys = (await cache.keys()).map(({{ url }}) => url);
          const key = (part) => keys.find((url) => url.includes(part));
          return await (async () => {{ {code} }})();
        }}"""
    )


def test_the_second_visit_loads_nothing_but_the_module_that_the_page_itself_imports(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    assert visit(page, host) == "disc"
    insitu.clear()
    open_host(page, host)
    told = page.evaluate(
        """async (file) => {
          const told = [];
          const insitu = Insitu.open({ onProgress: (progress) => told.push(progress) });
          const { label } = await insitu.analyse(makeFile(file));
          const bytes = performance.getEntriesByType("resource").filter(({ name }) => !name.endsWith(".js"))
            .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
          return { label, bytes, totals: told.map(({ total }) => total), storage: insitu.storage };
        }""",
        RED,
    )
    assert told == {
        "label": "disc",
        "bytes": 0,
        "totals": [0] * len(told["totals"]),
        "storage": {"kept": True, "code": None},
    }
    assert paths(insitu) == ["insitu.js"]


def test_the_second_visit_needs_no_network_where_the_module_itself_is_at_hand(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    assert visit(page, host) == "disc"
    module = (insitu.folder / "insitu.js").read_text("utf-8")

    def answer(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=module, content_type="text/javascript", headers=headers)

    page.context.route("**/insitu.js", answer)
    insitu.stop()
    assert visit(page, host) == "disc"


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("await cache.delete(key(PATH));", id="lost"),
        pytest.param("await cache.put(key(PATH), new Response('damaged'));", id="damaged"),
    ],
)
def test_what_is_lost_or_damaged_is_fetched_again_and_nothing_else(
    page: Page, insitu: SiteServer, host: SiteServer, how: str
) -> None:
    assert visit(page, host) == "disc"
    parts = ["embed/engine.js", "packs/shapes/pack.json", "runtime/pyodide/numpy"]
    for part in parts:
        in_store(page, how.replace("PATH", repr(part)))
    insitu.clear()
    assert visit(page, host) == "disc"
    fetched = sorted(asked for asked in paths(insitu) if asked != "insitu.js")
    assert [asked.startswith(part) for asked, part in zip(fetched, parts, strict=True)] == [True] * 3
    insitu.clear()
    assert visit(page, host) == "disc"
    assert paths(insitu) == ["insitu.js"]


def test_a_new_version_of_the_site_replaces_what_changed_and_nothing_else(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    assert visit(page, host) == "disc"
    before = in_store(page, "return keys;")
    add_shapes(insitu.folder, "1.3.0")
    try:
        insitu.clear()
        open_host(page, host)
        (found,) = analyse_all(page, [RED])
        assert found["value"]["pack"] == {"id": "shapes", "version": "1.3.0"}
        assert paths(insitu) == ["insitu.js", "packs/shapes/pack.json"]
        visit(page, host)
        after = in_store(page, "return keys;")
        assert len(set(before) ^ set(after)) == 2
        assert len(after) == len(before)
    finally:
        add_shapes(insitu.folder)


def test_files_of_an_older_version_make_room(page: Page, insitu: SiteServer, host: SiteServer) -> None:
    assert visit(page, host) == "disc"
    before = in_store(page, "await cache.put(key('engine') + 'older', new Response('older')); return keys;")
    assert visit(page, host) == "disc"
    assert sorted(in_store(page, "return keys;")) == sorted(before)


def test_where_there_is_no_room_it_works_and_says_so(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": host.url.rstrip("/"), "quotaSize": 2_000_000})
    open_host(page, host)
    found = page.evaluate(
        """async (file) => {
          const insitu = Insitu.open();
          return [(await insitu.analyse(makeFile(file))).label, insitu.storage];
        }""",
        RED,
    )
    assert found == ["disc", {"kept": False, "code": "store/full"}]


def test_a_page_that_may_keep_nothing_works_and_says_so(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    page.add_init_script(
        "CacheStorage.prototype.open = () => Promise.reject(new DOMException('', 'SecurityError'));"
    )
    open_host(page, host)
    found = page.evaluate(
        """async (file) => {
          const insitu = Insitu.open({ engines: 2 });
          return [(await insitu.analyse(makeFile(file))).label, insitu.storage];
        }""",
        RED,
    )
    assert found == ["disc", {"kept": False, "code": "store/unavailable"}]


def test_a_sandboxed_frame_where_browsers_start_no_module_worker_says_so(
    page: Page, insitu: SiteServer, tmp_path: Path
) -> None:
    """Chromium 156 starts none from a blob where the origin is opaque."""
    frame = '<iframe sandbox="allow-scripts" src="inner.html" title="Inner"></iframe>'
    folder = tmp_path / "outer"
    folder.mkdir()
    (folder / "inner.html").write_text(
        '<!doctype html><html lang="en"><title>Inner</title><script type="module" src="inner.js"></script></html>'
    )
    (folder / "inner.js").write_text(MODULE.format(site=insitu.url), "utf-8")
    with host_of(insitu, folder, body=frame) as outer:
        open_host(page, outer)
        inner = page.frames[1]
        inner.wait_for_selector("html[data-loaded]", state="attached")
        assert inner.evaluate("settle(Insitu.load())")["code"] == "engine/boot"
