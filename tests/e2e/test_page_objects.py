"""Images with objects: found, looked at, corrected and taken away."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from helpers import page as hand
from helpers.pictures import encoded
from PIL import Image as PilImage
from playwright.sync_api import Page

from insitu_build.server import SiteServer

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "models" / "nuclei" / "samples").glob("*.png"))
NO_SAVE_DIALOG = "delete window.showSaveFilePicker"

SHARPER = """() => {
  const { bitmap, width, height, box } = document.querySelector("insitu-viewer").sharper;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return { box, width, height, rgba: [...context.getImageData(0, 0, width, height).data] };
}"""

MOST_PIXELS_THAT_DIFFER = 1e-4
"""Two builds of onnxruntime round differently, so a pixel at an edge may go to the other side."""


@pytest.fixture
def found(page: Page, site: SiteServer) -> Page:
    """The page with the pack's samples analysed."""
    page.add_init_script(NO_SAVE_DIALOG)
    hand.open_page(page, site, "index.html?pack=nuclei")
    hand.put(page, [(path.name, path.read_bytes()) for path in SAMPLES])
    hand.wait_until_settled(page, len(SAMPLES))
    return page


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `insitu predict` writes for the same files."""
    out = tmp_path_factory.mktemp("predicted")
    arguments = ["predict", *map(str, SAMPLES), "--pack", "nuclei", "--out", str(out)]
    subprocess.run(
        [sys.executable, "-m", "insitu", *arguments],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        capture_output=True,
    )
    return out


def counts(page: Page) -> dict[str, int]:
    return {card["file"]: int(card["objects"]) for card in hand.cards(page)}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def open_first(page: Page) -> None:
    page.get_by_test_id("result-card").first.click()
    page.get_by_test_id("viewer").wait_for()
    page.locator("[data-testid=object-row]").first.wait_for()


def shown_count(page: Page) -> int:
    return int(page.get_by_test_id("workbench-count").inner_text().split()[0].replace(",", ""))


def test_a_picture_of_something_else_is_marked_as_unlike_the_training_images(found: Page) -> None:
    usual = next(card for card in hand.cards(found) if card["file"] == "drawn-fluorescence-small.png")
    assert 0 < float(usual["unlikeness"]) < 1
    cell = sorted((ROOT / "models" / "blood-cells" / "samples").glob("*.*"))[0]
    hand.put(found, [(cell.name, cell.read_bytes())])
    hand.wait_until_settled(found, len(SAMPLES) + 1)
    assert float(hand.cards(found)[-1]["unlikeness"]) > 1
    found.get_by_test_id("filter-unlike").click()
    hand.until(found, lambda: usual["file"] not in {card["file"] for card in hand.cards(found)})
    assert cell.name in {card["file"] for card in hand.cards(found)}
    found.locator(f'[data-testid=result-card][data-file="{cell.name}"]').click()
    found.get_by_test_id("workbench-message").get_by_text("Unlike the images of the training").wait_for()


def test_page_and_command_line_give_the_same_files(
    found: Page, command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, data = hand.download(found, "download-overlays")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    expected = {path.relative_to(command_line).as_posix(): path for path in command_line.rglob("*.*")}
    assert set(files) == set(expected)
    assert len(rows(files["images.csv"])) == len(SAMPLES)

    differing = pixels = 0
    for name in [name for name in files if name.endswith("_labels.tif")]:
        ours, theirs = tifffile.imread(io.BytesIO(files[name])), tifffile.imread(expected[name])
        assert ours.max() == theirs.max(), f"{name}: another number of objects"
        differing += int((ours != theirs).sum())
        pixels += ours.size
    with capsys.disabled():
        print(f"\nlabel pixels that differ between page and command line: {differing} of {pixels}")
    assert differing <= MOST_PIXELS_THAT_DIFFER * pixels
    if differing == 0:
        for name, ours_bytes in files.items():
            if name.endswith((".zip", ".geojson", ".tif", "coco.json")):
                assert _without_scores(name, ours_bytes) == _without_scores(
                    name, expected[name].read_bytes()
                ), name
    ours_rows, their_rows = rows(files["objects.csv"]), rows(expected["objects.csv"].read_bytes())
    assert len(ours_rows) == len(their_rows) == sum(counts(found).values())
    for ours_row, their_row in zip(ours_rows, their_rows, strict=True):
        assert (ours_row["file"], ours_row["object"]) == (their_row["file"], their_row["object"])
        assert float(ours_row["score"]) == pytest.approx(float(their_row["score"]), abs=2e-3)


def _without_scores(name: str, data: bytes) -> object:
    """Scores are means of the network's answers, which differ in the last digits."""
    if name != "coco.json":
        return data
    content = json.loads(data)
    for annotation in content["annotations"]:
        annotation.pop("score")
    return content


def test_tables_follow_corrections_and_what_was_found_comes_back(found: Page) -> None:
    before = counts(found)
    first = hand.cards(found)[0]["file"]
    open_first(found)
    assert shown_count(found) == before[first]

    found.locator("[data-testid=object-row]").nth(1).click()
    found.keyboard.press("Delete")
    hand.until(found, lambda: shown_count(found) == before[first] - 1)
    assert found.get_by_text("corrected", exact=True).is_visible()
    _, data = hand.download(found, "download-objects")
    assert sum(row["file"] == first for row in rows(data)) == before[first] - 1

    found.get_by_test_id("undo-correction").click()
    hand.until(found, lambda: shown_count(found) == before[first])
    assert counts(found) == before


def test_objects_are_split_joined_and_drawn_by_hand(found: Page) -> None:
    name = hand.cards(found)[0]["file"]
    before = counts(found)[name]
    open_first(found)
    found.wait_for_timeout(1000)
    canvas = found.get_by_test_id("viewer-canvas").bounding_box()
    assert canvas is not None

    def drag(*points: tuple[float, float]) -> None:
        places = [(canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"]) for x, y in points]
        found.mouse.move(*places[0])
        found.mouse.down()
        for place in places[1:]:
            found.mouse.move(*place, steps=12)
        found.mouse.up()

    found.get_by_test_id("tool-merge").click()
    drag((0.5, 0.02), (0.5, 0.98))
    hand.until(found, lambda: shown_count(found) < before)
    joined = shown_count(found)
    found.get_by_test_id("tool-split").click()
    drag((0.2, 0.5), (0.8, 0.5))
    hand.until(found, lambda: shown_count(found) > joined)
    found.get_by_test_id("tool-draw").click()
    divided = shown_count(found)
    drag((0.45, 0.45), (0.55, 0.45), (0.55, 0.55), (0.45, 0.55), (0.45, 0.46))
    hand.until(found, lambda: shown_count(found) == divided + 1 or "free" in _message(found))
    for _ in range(3):
        found.keyboard.press("Control+z")
    hand.until(found, lambda: shown_count(found) == before)


def test_objects_are_split_and_joined_by_keyboard(found: Page) -> None:
    name = hand.cards(found)[0]["file"]
    before = counts(found)[name]
    open_first(found)
    found.keyboard.press("s")
    found.get_by_test_id("viewer-canvas").focus()

    def reached_an_object() -> bool:  # once the outlines are there
        found.keyboard.press("n")
        return bool(found.get_by_test_id("viewer-live").inner_text())

    hand.until(found, reached_an_object)
    found.keyboard.press("Enter")
    hand.until(found, lambda: shown_count(found) == before + 1)
    hand.until(found, lambda: found.locator("[data-testid=object-row][aria-selected=true]").count() == 2)
    found.keyboard.press("j")
    hand.until(found, lambda: shown_count(found) == before)


def _message(page: Page) -> str:
    return page.get_by_test_id("workbench-message").inner_text()


def test_another_size_of_objects_is_looked_for_again(found: Page) -> None:
    open_first(found)
    found.get_by_test_id("tab-image").click()
    found.get_by_test_id("diameter").fill("80")
    found.get_by_test_id("diameter-apply").click()
    hand.wait_until_settled(found, len(SAMPLES))
    found.get_by_text("Given by hand").wait_for()
    found.get_by_test_id("diameter-estimate").click()
    hand.wait_until_settled(found, len(SAMPLES))
    found.get_by_text("Estimated").wait_for()


def test_a_black_image_has_no_objects_and_says_so(page: Page, site: SiteServer) -> None:
    hand.open_page(page, site, "index.html?pack=nuclei")
    hand.put(page, [("black.png", encoded(np.zeros((60, 80, 3), np.uint8)))])
    hand.wait_until_settled(page, 1)
    assert counts(page) == {"black.png": 0}
    page.get_by_test_id("result-card").first.click()
    page.get_by_text("Nothing was found in this image.").wait_for()


def test_an_image_larger_than_its_picture_is_sharp_where_one_looks(page: Page, site: SiteServer) -> None:
    sample = np.asarray(PilImage.open(ROOT / "models" / "nuclei" / "samples" / "drawn-fluorescence-1.png"))
    strip = np.tile(sample[:64], (1, 6000 // sample.shape[1] + 1, *(1 for _ in sample.shape[2:])))[:, :6000]
    hand.open_page(page, site, "index.html?pack=nuclei")
    hand.put(page, [("strip.png", encoded(strip))])
    hand.wait_until_settled(page, 1)
    open_first(page)
    page.get_by_role("button", name="1:1").click()
    hand.until(page, lambda: bool(page.evaluate("() => !!document.querySelector('insitu-viewer').sharper")))
    part = page.evaluate(SHARPER)
    box = part["box"]
    assert 0 < box["right"] - box["left"] < 6000
    shown = np.array(part["rgba"], np.uint8).reshape(part["height"], part["width"], 4)[..., 0]
    grey = strip if strip.ndim == 2 else strip[..., 0]
    np.testing.assert_array_equal(shown, grey[box["top"] : box["bottom"], box["left"] : box["right"]])
