"""Stopping, clearing, coming back, leaving."""

from __future__ import annotations

from helpers import page as hand
from helpers.pictures import encoded, gradient
from playwright.sync_api import Dialog, Page

from insitu_build.server import SiteServer


def large(count: int) -> list[tuple[str, bytes]]:
    """Files that keep an engine busy for some time."""
    data = encoded(gradient(1500, 1500), "JPEG")
    return [(f"{number}.jpg", data) for number in range(count)]


def test_cancelling_settles_everything_at_once_and_keeps_what_was_done(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site, "?engines=1")
    hand.put(page, large(60))
    hand.wait_for_progress(page, 2, 60)
    page.get_by_test_id("cancel").click()
    page.wait_for_selector("[data-testid=progress][data-done='60']", timeout=2000)
    states = [row["state"] for row in hand.table(page)]
    assert set(states) == {"done", "cancelled"}
    done = states.count("done")
    page.wait_for_timeout(500)
    assert [row["state"] for row in hand.table(page)].count("done") == done, "nothing goes on in secret"
    hand.put(page, [("after.png", hand.picture())])
    hand.wait_until_settled(page, 61)
    assert hand.table(page)[-1]["state"] == "done"
    page.get_by_test_id("try-again").click()
    hand.until(page, lambda: hand.progress(page)[0] < 61)  # drawn a moment after the click
    hand.wait_until_settled(page, 61)
    hand.wait_for_engine(page, "ready")
    assert {row["state"] for row in hand.table(page)} == {"done"}


def test_a_pause_holds_the_queue_until_it_is_resumed(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site, "?engines=1")
    hand.put(page, large(20))
    hand.wait_for_progress(page, 1, 20)
    page.get_by_test_id("pause").click()
    page.wait_for_timeout(1500)
    held = hand.progress(page)
    assert held[0] < 20
    page.wait_for_timeout(800)
    assert hand.progress(page) == held
    page.get_by_test_id("pause").click()
    hand.wait_until_settled(page, 20)


def test_clearing_can_be_undone_and_what_was_open_goes_on(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site, "?engines=1")
    hand.put(page, large(12))
    hand.wait_for_progress(page, 2, 12)
    page.get_by_test_id("clear").click()
    hand.until(page, lambda: hand.progress(page) == (0, 0))
    page.get_by_test_id("undo").click()
    hand.wait_until_settled(page, 12)
    rows = hand.table(page)
    assert [row["file"] for row in rows] == [name for name, _ in large(12)]
    assert {row["state"] for row in rows} == {"done"}
    assert page.locator(f"{hand.CARD} img").first.evaluate("image => image.decode().then(() => true)")


def test_leaving_asks_while_results_are_in_no_file(page: Page, site: SiteServer) -> None:
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    hand.open_page(page, site)
    page.locator("h1").click()  # browsers ask only on pages that somebody has touched
    page.reload()
    assert asked == [], "there is nothing to lose yet"
    hand.wait_for_engine(page, "ready")
    page.locator("h1").click()
    hand.put(page, [("a.png", hand.picture())])
    hand.wait_until_settled(page, 1)
    page.reload()
    assert asked == ["beforeunload"]
    hand.wait_for_engine(page, "ready")
    page.locator("h1").click()
    hand.put(page, [("a.png", hand.picture())])
    hand.wait_until_settled(page, 1)
    hand.table(page)
    page.reload()
    assert asked == ["beforeunload"], "the table has it"
