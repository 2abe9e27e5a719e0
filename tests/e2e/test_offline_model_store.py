"""The network of a pack: downloaded once, checked, kept in IndexedDB, and done without where there is none."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.page import cards, open_page, picture, put, wait_for_engine, wait_until_settled
from playwright.sync_api import BrowserContext, Page

from insitu_build.server import Fault, SiteServer

MODEL = "packs/blood-cells/model.onnx"


def analyse_one(page: Page) -> None:
    put(page, [("a.png", picture())])
    wait_until_settled(page, 1)
    assert [card["state"] for card in cards(page)] == ["done"]


def downloads(site: SiteServer) -> int:
    return sum(request.path == site.sub_path + MODEL for request in site.requests)


def in_database(page: Page, code: str) -> Any:
    """Run JavaScript with the object store `models` of a read-write transaction."""
    return page.evaluate(
        f"""() => new Promise((resolve, reject) => {{
          const opening = indexedDB.open("insitu /insitu/");
          opening.onerror = reject;
          opening.onsuccess = () => {{
            const database = opening.result;
            const models = database.transaction("models", "readwrite").objectStore("models");
            const request = models.{code};
            request.onsuccess = () => {{ database.close(); resolve(request.result); }};
            request.onerror = reject;
          }};
        }})"""
    )


def test_a_later_visit_reads_the_network_from_the_device(page: Page, site: SiteServer) -> None:
    open_page(page, site)
    assert downloads(site) == 1
    (entry,) = in_database(page, "getAll()")
    assert entry["pack"] == "blood-cells"
    site.clear()
    open_page(page, site)
    analyse_one(page)
    assert downloads(site) == 0
    cached = page.evaluate(
        "Promise.all([caches.match('packs/blood-cells/model.onnx'), caches.match('packs/blood-cells/pack.json')])"
        ".then((found) => found.map(Boolean))"
    )
    assert cached == [False, True], "networks live in IndexedDB alone"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("evicted", "clear()"),
        ("damaged", "put({ sha256: SHA, pack: 'blood-cells', version: '0', blob: new Blob(['damaged']) })"),
        ("of another shape", "put({ sha256: SHA, pack: 'blood-cells', version: '0', blob: 'text' })"),
    ],
)
def test_an_entry_that_is_lost_or_wrong_is_downloaded_again(
    page: Page, site: SiteServer, what: str, code: str
) -> None:
    open_page(page, site)
    (key,) = in_database(page, "getAllKeys()")
    in_database(page, code.replace("SHA", repr(key)))
    site.clear()
    open_page(page, site)
    assert downloads(site) == 1, what
    analyse_one(page)
    site.clear()
    open_page(page, site)
    assert downloads(site) == 0, "and it is kept again"


def test_an_older_version_of_the_pack_makes_room(page: Page, site: SiteServer) -> None:
    open_page(page, site)
    (key,) = in_database(page, "getAllKeys()")
    in_database(page, "clear()")
    in_database(
        page, "put({ sha256: 'older', pack: 'blood-cells', version: '0', blob: new Blob(['older']) })"
    )
    in_database(
        page, "put({ sha256: 'other', pack: 'another-pack', version: '1', blob: new Blob(['other']) })"
    )
    open_page(page, site)
    assert sorted(in_database(page, "getAllKeys()")) == sorted([key, "other"])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(truncate_at=1000), "could not be fetched"),
        (Fault(status=404), "could not be fetched"),
        (Fault(body=b"another network"), "is not the one that this pack names"),
    ],
    ids=["truncated", "missing", "replaced"],
)
def test_a_download_that_goes_wrong_gives_no_result_until_it_goes_right(
    page: Page, site: SiteServer, fault: Fault, said: str
) -> None:
    site.faults[MODEL] = fault
    open_page(page, site, ready=False)
    put(page, [("a.png", picture())])
    page.get_by_text(said).first.wait_for()
    assert downloads(site) == 2, "tried once more"
    assert [card["state"] for card in cards(page)] != ["done"]
    assert in_database(page, "count()") == 0
    del site.faults[MODEL]
    page.get_by_role("button", name="Try again").first.click()
    wait_for_engine(page, "ready")
    put(page, [("b.png", picture(1))])
    wait_until_settled(page, 2)
    assert {card["file"]: card["state"] for card in cards(page)}["b.png"] == "done"


REFUSED = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"
HANGS = "IDBFactory.prototype.open = () => new EventTarget();"
FULL = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        pytest.param(REFUSED, "keeps nothing on the device", id="refused"),
        pytest.param(HANGS, "keeps nothing on the device", id="hangs"),
        pytest.param(FULL, "no room on this device", id="full"),
    ],
)
def test_where_nothing_can_be_kept_the_page_works_from_memory_and_says_so(
    context: BrowserContext, page: Page, site: SiteServer, broken: str, said: str
) -> None:
    context.add_init_script(broken)
    for _ in range(2):
        site.clear()
        open_page(page, site)
        assert downloads(site) == 1
        page.get_by_text(said).first.wait_for()
    analyse_one(page)


def test_a_first_visit_on_a_full_disk_works_from_memory_and_says_so(page: Page, site: SiteServer) -> None:
    site.faults[MODEL] = site.faults["precache.json"] = Fault(delay_s=3)
    open_page(page, site, ready=False)
    session = page.context.new_cdp_session(page)  # what it sets holds until the next navigation
    origin = site.url.removesuffix(site.sub_path)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    wait_for_engine(page, "ready")
    page.get_by_text("no room on this device").first.wait_for()
    offline = page.get_by_test_id("offline-state")
    assert offline.get_attribute("data-state") == "unavailable"
    assert "no room for Insitu" in str(offline.get_attribute("title"))
    analyse_one(page)
