"""Abstaining and review: decisions, the threshold, judging by key and by button, and the tables that say so."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import page as hand
from helpers.pictures import encoded
from helpers.sites import reseal
from playwright.sync_api import Page

from insitu_build.places import ROOT
from insitu_build.server import SiteServer

SAMPLES = sorted((ROOT / "models" / "blood-cells" / "samples").glob("*.png"))
LIMITS = {"least_side_px": 64, "least_contrast": 4.0, "least_sharpness": 0.0}
THRESHOLD = "0.97"
FIGURE_LIMIT = 0.0001
"""Four decimals: two builds of onnxruntime may round the last one differently."""


def judging(dist: Path, folder: Path, **changes: Any) -> Path:
    """A copy of the site whose pack accepts every class from 0.5 on, but for `changes` of its recipe."""
    shutil.copytree(dist, folder)
    description = folder / "packs" / "blood-cells" / "pack.json"
    values = json.loads(description.read_text("utf-8"))
    for key in ("training_features", "limits"):
        values.pop(key, None)
        values["classify"].pop(key, None)
    values["classify"] |= {"threshold": 0.5, **changes}
    description.write_text(json.dumps(values), "utf-8")
    reseal(folder)
    return folder


@pytest.fixture
def site(dist: Path, tmp_path: Path) -> Iterator[SiteServer]:
    """The site with a pack that takes any picture for one of its classes."""
    with SiteServer(judging(dist, tmp_path / "easy"), sub_path="/insitu/") as server:
        yield server


@pytest.fixture
def choosy(dist: Path, tmp_path: Path) -> Iterator[SiteServer]:
    """The site with a pack that refuses small and blank pictures."""
    with SiteServer(judging(dist, tmp_path / "choosy", limits=LIMITS), sub_path="/insitu/") as server:
        yield server


@pytest.fixture
def conditions(tmp_path: Path) -> list[Path]:
    """Two folders of images to compare; some are none of the classes, one is no image."""
    folders = [tmp_path / "control", tmp_path / "treated"]
    for number, folder in enumerate(folders):
        folder.mkdir()
        for path in SAMPLES[number::2]:
            shutil.copy(path, folder)
    (folders[0] / "small.png").write_bytes(hand.picture())
    (folders[1] / "blank.png").write_bytes(encoded(np.full((90, 90, 3), 200, np.uint8)))
    (folders[1] / "cut.png").write_bytes(SAMPLES[0].read_bytes()[:900])
    return folders


def with_samples(page: Page, site: SiteServer) -> list[str]:
    """The page with the pack's samples analysed as a person's own files; their names in order."""
    page.add_init_script("delete window.showSaveFilePicker")
    hand.open_page(page, site, "?pack=blood-cells")
    hand.put(page, [(path.name, path.read_bytes()) for path in SAMPLES])
    hand.wait_until_settled(page, len(SAMPLES))
    return [path.name for path in SAMPLES]


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def review_of(page: Page) -> dict[str, tuple[str, str]]:
    """What the table says of what a person judged, by file."""
    rows = hand.table(page)
    found = {row["file"]: (row["reviewed_label"], row["excluded"]) for row in rows}
    return {name: judged for name, judged in found.items() if judged != ("", "")}


def card(page: Page, name: str) -> dict[str, str]:
    return next(card for card in hand.cards(page) if card["file"] == name)


def count(page: Page, kind: str, value: str) -> int:
    """The figure on a filter."""
    chip = page.locator(f"[data-testid=filter-{kind}][data-{kind}={value}] .figure")
    return int(chip.inner_text())


def decisions(page: Page) -> list[int]:
    return [count(page, "decision", state) for state in ("accepted", "uncertain", "unlike")]


def focused(page: Page) -> str | None:
    name: str | None = page.evaluate("document.activeElement.dataset.file ?? null")
    return name


def set_threshold(page: Page, value: str) -> None:
    page.get_by_test_id("threshold-number").fill(value)
    page.get_by_test_id("threshold-number").press("Enter")


def test_page_and_command_line_decide_and_count_alike_at_another_threshold(
    choosy: SiteServer, page: Page, conditions: list[Path], tmp_path: Path
) -> None:
    page.add_init_script("delete window.showSaveFilePicker")
    hand.open_page(page, choosy, "?pack=blood-cells")
    total = 0
    for folder in conditions:
        page.get_by_test_id("folder-input").set_input_files(folder)
        total += len(list(folder.iterdir()))
        hand.wait_until_settled(page, total)
    set_threshold(page, THRESHOLD)
    hand.until(page, lambda: decisions(page)[2] == 2)
    inside = rows_of(hand.download(page, "download-csv")[1])
    name, summary = hand.download(page, "download-summary")

    pack = choosy.folder / "packs" / "blood-cells"
    made = [tmp_path / "result.csv", tmp_path / "summary.csv"]
    options = ["--pack", pack, "--csv", made[0], "--summary", made[1], "--threshold", THRESHOLD]
    subprocess.run(
        [sys.executable, "-m", "insitu", "predict", *map(str, [*conditions, *options])],
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        capture_output=True,
        check=False,  # one file is no image
    )
    native = rows_of(made[0].read_bytes())
    assert name.endswith("-summary.csv")
    assert summary == made[1].read_bytes()
    assert [words_of(row) for row in inside] == [words_of(row) for row in native]
    for one, other in zip(inside, native, strict=True):
        assert figures_of(one) == pytest.approx(figures_of(other), abs=FIGURE_LIMIT + 1e-9)
    states = [row["decision"] for row in native]
    assert [states.count(state) for state in ("accepted", "uncertain", "unlike")] == decisions(page)
    assert {row["reason"] for row in native if row["decision"] == "unlike"} == {"too small", "blank"}
    assert states.count("uncertain") > 0


def is_figure(column: str) -> bool:
    return column == "score" or column.startswith("p_")


def words_of(row: dict[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if not is_figure(name)}


def figures_of(row: dict[str, str]) -> list[float]:
    return [float(cell) for name, cell in row.items() if is_figure(name) and cell]


def test_what_is_not_accepted_says_so_on_card_row_and_sheet(
    choosy: SiteServer, page: Page, conditions: list[Path]
) -> None:
    hand.open_page(page, choosy, "?pack=blood-cells")
    page.get_by_test_id("folder-input").set_input_files(conditions[0])
    hand.wait_until_settled(page, len(list(conditions[0].iterdir())))
    small = page.locator(f"{hand.CARD}[data-file='control/small.png']")
    assert card(page, "control/small.png")["decision"] == "unlike"
    assert small.get_attribute("aria-label") == (
        f"None of these: too small, control/small.png, {float(small.get_attribute('data-score') or 0):.1%}"
    ).replace("%", " %")
    assert [text.strip() for text in small.locator(".mark, .card-answer").all_inner_texts()] == [
        "None of these",
        "Too small",
    ]
    small.click()
    page.get_by_test_id("detail-decision").get_by_text("None of these: too small").wait_for()
    page.keyboard.press("Escape")
    page.get_by_test_id("view-table").click()
    page.get_by_test_id("result-row").get_by_text("None of these:").wait_for()


def test_the_threshold_tells_what_it_moves_and_the_table_follows(page: Page, site: SiteServer) -> None:
    names = with_samples(page, site)
    assert decisions(page) == [len(names), 0, 0]
    set_threshold(page, "0.99")
    hand.until(page, lambda: decisions(page)[1] > 0)
    accepted, uncertain, unlike = decisions(page)
    assert (accepted + uncertain, unlike) == (len(names), 0)
    moved = page.get_by_test_id("threshold-moved")
    assert moved.inner_text() == f"{uncertain} moved from accepted to uncertain"
    page.locator("[data-testid=filter-decision][data-decision=uncertain]").click()
    hand.until(page, lambda: len(hand.cards(page)) == uncertain)
    assert {found["decision"] for found in hand.cards(page)} == {"uncertain"}
    rows = hand.table(page)
    assert sorted(row["file"] for row in rows if row["decision"] == "uncertain") == sorted(
        found["file"] for found in hand.cards(page)
    )
    page.get_by_test_id("threshold").evaluate(
        "slider => { slider.value = 0.5; slider.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    hand.until(page, lambda: decisions(page)[1] == 0)
    assert moved.inner_text() == "As the pack sets it"
    set_threshold(page, "7")
    hand.until(page, lambda: page.get_by_test_id("threshold-number").input_value() == "1.00")
    page.get_by_test_id("threshold-reset").click()
    hand.until(page, lambda: page.get_by_test_id("threshold-number").input_value() == "0.50")


def test_images_are_judged_by_key_in_the_gallery_and_judgements_undone(page: Page, site: SiteServer) -> None:
    names = with_samples(page, site)
    page.locator(hand.CARD).first.focus()
    page.keyboard.press("3")
    hand.until(page, lambda: card(page, names[0])["reviewed"] == "erythroblast")
    assert focused(page) == names[0]
    assert page.get_by_test_id("review-said").inner_text() == f"Assigned Erythroblast: {names[0]}"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("8")
    page.keyboard.press("0")
    page.keyboard.press("9")  # there are eight classes
    hand.until(page, lambda: card(page, names[1])["excluded"] == "yes")
    hand.until(page, lambda: page.get_by_test_id("reviewed-count").inner_text() == "2 of 24 reviewed")
    assert review_of(page) == {names[0]: ("erythroblast", ""), names[1]: ("", "yes")}
    labels = {row["file"]: row["label"] for row in hand.table(page)}
    assert labels[names[0]] == "basophil", "the prediction stays as it is"
    page.locator(hand.CARD).nth(5).focus()
    page.keyboard.press("Control+z")  # the class that was taken back comes again, and the focus goes to it
    hand.until(page, lambda: card(page, names[2])["reviewed"] == "platelet" and focused(page) == names[2])
    page.keyboard.press("u")
    page.keyboard.press("u")
    hand.until(page, lambda: card(page, names[1])["excluded"] == "")
    assert review_of(page) == {names[0]: ("erythroblast", "")}


def test_in_full_the_next_image_follows_and_buttons_do_what_keys_do(page: Page, site: SiteServer) -> None:
    names = with_samples(page, site)
    page.locator(hand.CARD).first.click()
    sheet = page.get_by_role("dialog", name="Image in full")
    sheet.get_by_text(names[0], exact=True).wait_for()
    page.keyboard.press("2")
    sheet.get_by_text(names[1], exact=True).wait_for()
    sheet.locator("[data-testid=assign-class][data-label=platelet]").click()
    sheet.get_by_text(names[2], exact=True).wait_for()
    sheet.get_by_test_id("exclude").click()
    sheet.get_by_text(names[3], exact=True).wait_for()
    sheet.get_by_test_id("undo-review").click()
    sheet.get_by_text(names[2], exact=True).wait_for()
    sheet.get_by_test_id("goes-on").uncheck()
    page.keyboard.press("1")
    page.get_by_test_id("detail-decision").get_by_text("You: Basophil").wait_for()
    sheet.get_by_test_id("clear-class").click()
    hand.until(page, lambda: card(page, names[2])["reviewed"] == "")
    assert review_of(page) == {names[0]: ("eosinophil", ""), names[1]: ("platelet", "")}
    page.keyboard.press("Escape")
    page.locator("#menu-button").click()
    page.get_by_role("menuitem", name="Undo last review").click()
    hand.until(page, lambda: card(page, names[2])["reviewed"] == "basophil")


def test_what_the_filter_hides_once_it_is_judged_hands_the_focus_on(page: Page, site: SiteServer) -> None:
    names = with_samples(page, site)
    page.locator("[data-testid=filter-review][data-review=open]").click()
    page.locator(hand.CARD).nth(1).focus()
    page.keyboard.press("1")
    hand.until(page, lambda: focused(page) == names[2])
    assert names[1] not in [found["file"] for found in hand.cards(page)]
    page.locator(hand.CARD).last.focus()
    page.keyboard.press("End")
    hand.until(page, lambda: focused(page) == names[-1])
    page.keyboard.press("x")
    hand.until(page, lambda: focused(page) == names[-2])
    page.keyboard.press("u")
    hand.until(page, lambda: focused(page) == names[-1])
    assert count(page, "review", "open") == len(names) - 1
    page.get_by_test_id("order").select_option("label")  # a judgement moves its card to another place
    page.get_by_test_id("show-all").click()
    page.locator(f"{hand.CARD}[data-file='{names[2]}']").focus()
    page.keyboard.press("8")
    hand.until(page, lambda: card(page, names[2])["reviewed"] == "platelet" and focused(page) == names[2])


def test_keys_judge_nothing_while_a_person_types_or_looks_elsewhere(page: Page, site: SiteServer) -> None:
    names = with_samples(page, site)
    page.locator(hand.CARD).first.click()
    page.get_by_role("dialog", name="Image in full").wait_for()
    page.get_by_test_id("filter-name").click()
    page.keyboard.type("x1u")
    page.keyboard.press("Backspace")
    page.get_by_test_id("show-all").click()
    page.keyboard.press("Control+1")
    page.keyboard.press("Alt+x")
    page.keyboard.press("Escape")
    hand.until(page, lambda: focused(page) == names[0])  # the sheet gives the focus back as it closes
    page.get_by_test_id("clear").focus()
    page.keyboard.press("1")
    page.keyboard.press("x")
    assert review_of(page) == {}
    page.keyboard.press("?")
    keys: Any = page.get_by_role("dialog", name="Keys")
    assert "Give the image the class of that number" in keys.inner_text()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    assert review_of(page) == {}
    assert len(hand.cards(page)) == len(names)
