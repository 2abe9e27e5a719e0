"""The speed test page: measures, names the best batch, keeps it, and asks the network for nothing."""

from __future__ import annotations

import csv
import io
import json

from helpers import page as hand
from playwright.sync_api import Page, expect

from insitu_build.server import SiteServer

START = "[data-testid=speed-start]:not([disabled])"
MARKS_DRAWN = """
(charts) => charts.map((chart) => {
  const canvas = chart.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === 11 && data[at + 1] === 106 && data[at + 2] === 106 && data[at + 3] === 255) drawn += 1;
  return drawn;
})
"""
"""Pixels of each plot in the colour of one engine by day."""


def open_speed(page: Page, site: SiteServer) -> None:
    page.goto(f"{site.url}speed.html?pack=blood-cells&engines=1")
    page.wait_for_selector(START, timeout=1000 * hand.PATIENCE_S)


def start(page: Page, largest: int) -> None:
    page.get_by_test_id("speed-largest").select_option(str(largest))
    page.get_by_test_id("speed-runs").select_option("10")
    page.get_by_test_id("speed-start").click()


def test_a_test_measures_sizes_names_the_best_and_keeps_it(page: Page, site: SiteServer) -> None:
    open_speed(page, site)
    site.clear()
    start(page, 4)
    best = page.get_by_test_id("speed-best")
    best.wait_for(timeout=1000 * hand.PATIENCE_S)

    rows = page.get_by_test_id("speed-row").evaluate_all(
        "rows => rows.map(({ dataset }) => ({ ...dataset }))"
    )
    assert [row["batch"] for row in rows] == ["1", "2", "4"]
    assert all(float(row["p50"]) > 0 for row in rows)
    batch = best.get_attribute("data-batch")
    assert [row["batch"] for row in rows if "best" in row] == [batch]
    expect(best).to_contain_text(f"Best: {batch} image")
    page.wait_for_function("document.querySelectorAll('insitu-speed-chart canvas').length === 2")
    marks = page.locator("insitu-speed-chart").evaluate_all(MARKS_DRAWN)
    assert min(marks) > 100, marks

    name, table = hand.download(page, "speed-csv")
    assert name.startswith("insitu-speed-")
    assert name.endswith(".csv")
    assert [row["batch"] for row in csv.DictReader(io.StringIO(table.decode()))] == ["1", "2", "4"]
    _, data = hand.download(page, "speed-json")
    report = json.loads(data)
    assert report["best"]["batch"] == int(batch or 0)
    assert report["image"] == {"channels": 3, "height": 96, "width": 96}
    counts = [len(size["run_ms"]) for size in report["sizes"]]
    assert all(report["rules"]["least_runs"] <= count <= 10 for count in counts), counts
    assert report["versions"]["onnxruntime"]
    assert "cores" in page.get_by_test_id("details").inner_text()

    assert site.requests == [], "everything comes from the device"
    assert page.get_by_test_id("request-count").get_attribute("data-count") == "0"
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    site.stop()
    open_speed(page, site)
    expect(page.get_by_test_id("speed-kept")).to_contain_text(f": {batch} image")
    asked = "import('./js/store/batches.js').then((module) => module.readBestBatch(pack))"
    pack = "const pack = await (await fetch('packs/blood-cells/pack.json')).json()"
    kept = page.evaluate(f"async () => {{ {pack}; return {asked}; }}")
    assert kept == int(batch or 0), "what other pages read"


def test_cancelling_ends_the_test_and_keeps_what_was_measured(page: Page, site: SiteServer) -> None:
    open_speed(page, site)
    start(page, 1024)
    page.get_by_test_id("speed-row").first.wait_for(timeout=1000 * hand.PATIENCE_S)
    page.get_by_test_id("speed-cancel").click()
    expect(page.locator(".speed-results")).to_contain_text("Cancelled", timeout=2000)
    hand.until(page, lambda: page.workers == [])  # no engine is left
    assert page.get_by_test_id("speed-row").count() >= 1
    assert page.get_by_test_id("speed-kept").count() == 0, "an unfinished test decides nothing"
    page.wait_for_selector(START)


def test_menu_and_back_link_join_the_pages(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site, ready=False)
    page.get_by_role("button", name="Menu").click()
    page.get_by_test_id("speed-link").click()
    page.get_by_test_id("speed-start").wait_for()
    page.get_by_test_id("back").click()
    page.get_by_test_id("file-input").wait_for(state="attached")
