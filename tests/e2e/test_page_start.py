"""A page whose modules do not all arrive: a flaky network, or a browser that gives up a request."""

from __future__ import annotations

from helpers.page import open_page
from playwright.sync_api import Page, Route

from insitu_build.server import Fault, SiteServer

MODULE = "js/views/menu.js"


def documents(site: SiteServer) -> int:
    return sum(request.path == site.sub_path for request in site.requests)


def test_a_module_that_does_not_arrive_is_asked_for_once_more(page: Page, site: SiteServer) -> None:
    def lose_at_first(route: Route) -> None:
        if documents(site) < 2:
            route.abort()
        else:
            route.continue_()

    page.route(f"**/{MODULE}", lose_at_first)
    open_page(page, site)
    assert documents(site) == 2
    assert not page.is_visible("#not-loaded")


def test_a_page_that_cannot_start_says_so_and_does_not_load_itself_for_ever(
    page: Page, site: SiteServer
) -> None:
    site.faults[MODULE] = Fault(status=500)
    page.goto(site.url)
    page.wait_for_selector("#not-loaded", state="visible")
    page.wait_for_timeout(1000)
    assert documents(site) == 2
    assert not page.is_visible("#too-old")
    del site.faults[MODULE]
    open_page(page, site)
