"""Looking at results: keyboard, filters, table, sheet, narrow screens, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import page as hand
from helpers.pictures import encoded, gradient
from playwright.sync_api import Browser, Page

from insitu_build.server import SiteServer

COLOURS = """() => {
  const of = (selector) => getComputedStyle(document.querySelector(selector)).backgroundColor;
  const light = (colour) => colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765;
  return { header: light(of(".header")), around: light(of(".gallery")) };
}"""

SMALL_TARGETS = """() => {
  const small = ({ width, height }) => width > 0 && (width < 24 || height < 24);
  return [...document.querySelectorAll("button, select, input:not(.visually-hidden), a, [tabindex='0']")]
    .filter((element) => element.checkVisibility() && small(element.getBoundingClientRect()))
    .map((element) => element.outerHTML.slice(0, 120));
}"""

UNNAMED = """() => [...document.querySelectorAll("button, select, input")]
  .filter((element) => element.checkVisibility())
  .filter(({ ariaLabel, title, innerText, labels }) => !(ariaLabel || title || innerText.trim() || labels?.length))
  .map((element) => element.outerHTML.slice(0, 120))"""


def with_samples(page: Page, site: SiteServer) -> int:
    hand.open_page(page, site)
    page.get_by_test_id("try-samples").click()
    page.wait_for_selector(hand.CARD)
    total = hand.progress(page)[1]
    hand.wait_until_settled(page, total)
    return total


def is_sorted(values: list[Any]) -> bool:
    return values == sorted(values)


def focused(page: Page) -> str | None:
    name: str | None = page.evaluate("document.activeElement.dataset.file ?? null")
    return name


def test_tall_and_wide_images_are_seen_whole_on_their_cards(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site)
    sizes = {"tall.png": (40, 200), "wide.png": (200, 40)}
    files = [
        {"name": name, "mimeType": "image/png", "buffer": encoded(gradient(*size))}
        for name, size in sizes.items()
    ]
    page.get_by_test_id("file-input").set_input_files(files)  # type: ignore[arg-type]
    hand.wait_until_settled(page, len(files))
    page.wait_for_selector(f"{hand.CARD} img")
    cut = "card => { const { width, height } = card.getBoundingClientRect(); const { height: tall, width: wide } = "
    cut += (
        "card.querySelector('img').getBoundingClientRect(); return tall > height + 1 || wide > width + 1; }"
    )
    pictures = page.locator(f"{hand.CARD} .card-picture:has(img)")
    assert pictures.count() == 2
    assert [pictures.nth(index).evaluate(cut) for index in range(2)] == [False, False]


def test_every_action_works_by_keyboard(page: Page, site: SiteServer) -> None:
    with_samples(page, site)
    names = [card["file"] for card in hand.cards(page)]
    page.locator(hand.CARD).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    hand.until(page, lambda: focused(page) == names[2])
    page.keyboard.press("Home")
    page.keyboard.press("End")
    hand.until(page, lambda: focused(page) not in (None, *names[:3]))
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    sheet = page.get_by_role("dialog", name="Image in full")
    sheet.get_by_text(names[0]).wait_for()
    page.keyboard.press("ArrowRight")
    sheet.get_by_text(names[1]).wait_for()
    page.keyboard.press("Escape")
    sheet.wait_for(state="detached")
    hand.until(page, lambda: focused(page) == names[1])  # the keyboard is back where the sheet was
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    assert "Open the image in full" in keys.inner_text()
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.locator("#menu-button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    details = page.get_by_test_id("details").inner_text()
    assert "SIMD yes" in details
    assert "insitu 0." in details


def test_the_sheet_shows_a_large_drawing_and_every_class(page: Page, site: SiteServer) -> None:
    with_samples(page, site)
    page.locator(hand.CARD).first.click()
    drawing = page.locator("img[data-testid=overlay][data-drawn=true]")
    drawing.wait_for()
    assert drawing.evaluate("image => Math.max(image.naturalWidth, image.naturalHeight)") >= 256
    figures = [float(text[:-2]) for text in page.locator(".bar .figure").all_inner_texts()]
    classes = page.get_by_test_id("filter-class").count()
    assert len(figures) == classes == 8
    assert sum(figures) == pytest.approx(100, abs=0.5)


def test_filters_and_orders_choose_what_is_shown(page: Page, site: SiteServer) -> None:
    total = with_samples(page, site)
    some = page.get_by_test_id("filter-class").filter(has_not_text="0").first
    label = some.get_attribute("data-label")
    some.click()
    hand.until(page, lambda: {card["label"] for card in hand.cards(page)} == {label})
    shown = hand.cards(page)
    assert 0 < len(shown) < total
    page.get_by_test_id("show-all").click()
    name = shown[0]["file"]
    page.get_by_test_id("filter-name").fill(name)
    hand.until(page, lambda: [card["file"] for card in hand.cards(page)] == [name])
    page.get_by_test_id("filter-name").fill("there is no such name")
    page.get_by_text("No image passes the filter.").wait_for()
    page.get_by_test_id("show-all").click()
    page.get_by_test_id("order").select_option("score")
    hand.until(page, lambda: is_sorted([float(card["score"]) for card in hand.cards(page)]))


def test_the_table_sorts_by_every_column(page: Page, site: SiteServer) -> None:
    with_samples(page, site)
    page.get_by_test_id("view-table").click()
    rows = page.get_by_test_id("result-row")
    rows.first.wait_for()

    def column(name: str) -> list[Any]:
        found = rows.evaluate_all("rows => rows.map(({ dataset }) => ({ ...dataset }))")
        return [row[name] for row in sorted(found, key=lambda row: int(row["index"]))]

    page.get_by_test_id("sort-file").click()
    hand.until(page, lambda: is_sorted(column("file")))
    assert page.locator("[role=columnheader][aria-sort=ascending]").inner_text().strip() == "File"
    page.get_by_test_id("sort-file").click()
    hand.until(page, lambda: is_sorted(column("file")[::-1]))
    page.get_by_test_id("sort-score").click()
    hand.until(page, lambda: is_sorted([float(score) for score in column("score")]))
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Image in full").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_360_pixels_in_every_state_and_controls_are_large_enough(
    browser: Browser, site: SiteServer, scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    hand.open_page(page, site)

    def check(state: str) -> None:
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{state} is {width} pixels wide"
        assert page.evaluate(SMALL_TARGETS) == [], state
        assert page.evaluate(UNNAMED) == [], state
        hand.OUTPUT.mkdir(exist_ok=True)
        page.screenshot(path=hand.OUTPUT / f"page-360-{scheme}-{state}.png")

    check("empty")
    page.get_by_test_id("try-samples").click()
    page.wait_for_selector(hand.CARD)
    hand.put(page, [("a very long name " * 12 + ".png", b"no image")])
    hand.wait_until_settled(page, hand.progress(page)[1])
    check("gallery")
    page.get_by_test_id("view-table").click()
    check("table")
    page.get_by_test_id("result-row").first.click()
    check("detail")
    page.keyboard.press("Escape")
    page.locator("#menu-button").click()
    check("menu")
    page.keyboard.press("Escape")
    for entry in ("About and privacy", "Keys", "Copy details", "Licences"):
        page.locator("#menu-button").click()
        page.get_by_role("menuitem", name=entry).click()
        check(entry.lower().replace(" ", "-"))
        page.keyboard.press("Escape")
    context.close()


def test_images_lie_on_dark_by_day_and_by_night(browser: Browser, site: SiteServer) -> None:
    found = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 800})
        page = context.new_page()
        with_samples(page, site)
        found[scheme] = page.evaluate(COLOURS)
        if scheme == "light":
            page.locator(hand.CARD).nth(3).click()
            page.wait_for_selector("img[data-testid=overlay][data-drawn=true]")
            hand.OUTPUT.mkdir(exist_ok=True)
            page.screenshot(path=hand.OUTPUT / "screenshot.png")
        context.close()
    assert found["light"]["header"] > 0.9
    assert found["dark"]["header"] < 0.2
    assert max(found[scheme]["around"] for scheme in found) < 0.25
