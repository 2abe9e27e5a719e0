"""Many images at once, and the hooks for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import page as hand
from playwright.sync_api import Page

from insitu_build.server import SiteServer

HEADER_START = ["file", "width", "height", "state", "label", "score"]
HEADER_END = ["error", "pack", "pack_version", "insitu_version", "frame", "z", "channel", "level"]

WATCH_TASKS = """
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push([duration, startTime]);
  }).observe({ type: "longtask", buffered: true });
"""


def test_500_images_dropped_before_the_engine_is_ready_all_settle(
    page: Page, site: SiteServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{number:03}.jpg" for number in range(500)]
    for number, file in enumerate(files):
        file.write_bytes(hand.picture(number, "JPEG"))
    page.add_init_script(WATCH_TASKS)
    hand.open_page(page, site, ready=False)
    dropped_ms = page.evaluate("performance.now()")
    page.set_input_files("[data-testid=file-input]", files)
    hand.until(page, lambda: hand.progress(page) == (0, 500))
    assert page.get_by_test_id("engine-state").get_attribute("data-state") == "loading"
    assert {card["state"] for card in hand.cards(page)} == {"queued"}
    hand.wait_until_settled(page, 500)
    rows = hand.table(page)
    assert [row["file"] for row in rows] == [file.name for file in files]
    assert {row["state"] for row in rows} == {"done"}
    drawn = len(hand.cards(page))
    assert drawn < 100, "only the cards in sight are in the document"
    report_tasks(page.evaluate("window.longTasks"), dropped_ms, drawn, capsys)


def report_tasks(
    tasks: list[tuple[float, float]], dropped_ms: float, drawn: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Write down the longest tasks of the main thread: of the start, and since the images were dropped."""
    longest = {
        "while the page started": max((task for task, at in tasks if at < dropped_ms), default=0.0),
        "since 500 images were dropped": max((task for task, at in tasks if at >= dropped_ms), default=0.0),
    }
    hand.OUTPUT.mkdir(exist_ok=True)
    report = {"images": 500, "cards drawn": drawn, "longest main-thread task in ms": longest}
    (hand.OUTPUT / "page-500.json").write_text(json.dumps(report, indent=2) + "\n")
    with capsys.disabled():
        said = ", ".join(f"{task:.0f} ms {when}" for when, task in longest.items())
        print(f"\n500 images, {drawn} cards drawn; longest main-thread task: {said}")


def test_scripts_read_states_answers_and_errors_from_the_page(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site, "?pack=blood-cells&engines=1")
    assert page.get_by_test_id("pack-select").input_value() == "blood-cells"
    hand.put(page, [("b.png", hand.picture(1)), ("a.png", hand.picture(2)), ("c.png", b"no image")])
    hand.wait_until_settled(page, 3)
    hand.wait_for_engine(page, "ready")
    first, second, third = hand.cards(page)
    assert [first["file"], second["file"], third["file"]] == ["b.png", "a.png", "c.png"]
    assert (first["state"], third["state"]) == ("done", "failed")
    assert third["error"] == "image/unsupported"
    rows = hand.table(page)
    assert list(rows[0])[:6] == HEADER_START
    assert list(rows[0])[-len(HEADER_END) :] == HEADER_END
    assert [(row["label"], row["score"]) for row in rows[:2]] == [
        (card["label"], card["score"]) for card in (first, second)
    ]
    assert rows[2]["error"] == "image/unsupported"
    assert rows[0]["pack"] == "blood-cells"
    assert page.get_by_test_id("request-count").inner_text() == "0 requests since ready"


def test_an_unknown_pack_is_named_and_another_one_can_be_chosen(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site, "?pack=nope", ready=False)
    hand.wait_for_engine(page, "failed")
    assert "“nope”" in page.get_by_role("alert").inner_text()
    hand.put(page, [("a.png", hand.picture())])
    hand.wait_until_settled(page, 1)
    assert hand.cards(page)[0]["error"] == "pack/missing"
    page.get_by_test_id("pack-select").select_option("blood-cells")
    hand.wait_for_engine(page, "ready")
    hand.wait_until_settled(page, 1)
    assert hand.cards(page)[0]["state"] == "done"


def test_samples_are_labelled_as_drawn_and_ask_nobody_to_save_them(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site)
    page.get_by_test_id("try-samples").click()
    page.wait_for_selector(hand.CARD)
    hand.wait_until_settled(page, hand.progress(page)[1])
    shown = len(hand.cards(page))
    assert page.locator(hand.CARD, has_text="drawn, not real").count() == shown
    page.get_by_test_id("view-table").click()
    assert page.get_by_test_id("result-row").first.inner_text().count("drawn, not real") == 1
    assert page.get_by_test_id("request-count").inner_text() == "0 requests since ready"
