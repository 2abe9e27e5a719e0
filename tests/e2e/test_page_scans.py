"""Scans on the page: dropped, looked at, corrected and taken away."""

from __future__ import annotations

import csv
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from helpers import page as hand
from playwright.sync_api import BrowserContext, Page

from insitu_build.server import Fault, SiteServer

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "models" / "heart-ct" / "samples" / "drawn-chest.zip"
NO_SAVE_DIALOG = "delete window.showSaveFilePicker"
WATCH_FIRST_LOOK = """() => {
  const text = (id) => document.querySelector(`[data-testid="${id}"]`)?.innerText ?? "";
  new MutationObserver(() => {
    if (!text("first-look") || !text("slice-number")) return;
    globalThis.firstLook = {
      answer: text("scan-answer"),
      box: document.querySelector('[data-testid="scan"]').dataset.box,
      slice: text("slice-number"),
      downloads: document.querySelectorAll('[data-testid="download-box"]').length,
    };
  }).observe(document, { attributes: true, childList: true, characterData: true, subtree: true });
}"""
"""Keeps what the page shows while a scan has been looked at in part, which is soon over."""


@pytest.fixture(scope="module")
def slices() -> dict[str, bytes]:
    """The slices of the sample, shuffled: their names and their order in the archive say nothing of their place."""
    with zipfile.ZipFile(SAMPLE) as archive:
        files = [archive.read(name) for name in archive.namelist()]
    order = np.random.default_rng(3).permutation(len(files))
    return {f"{index:03}.dcm": files[number] for index, number in enumerate(order)}


@pytest.fixture
def empty(page: Page, site: SiteServer) -> Page:
    page.add_init_script(NO_SAVE_DIALOG)
    hand.open_page(page, site, "index.html?pack=heart-ct&engines=2")
    return page


@pytest.fixture
def found(empty: Page, slices: dict[str, bytes]) -> Page:
    """Every fourth slice of the sample, which is enough to find the heart in."""
    drop(empty, dict(list(slices.items())[::4]))
    return empty


def drop(page: Page, files: dict[str, bytes], state: str = "done") -> None:
    hand.put(page, list(files.items()))
    wait_for(page, state)


def wait_for(page: Page, state: str) -> None:
    page.wait_for_selector(f"[data-testid=scan][data-state={state}]", timeout=1000 * hand.PATIENCE_S)


def answer(page: Page) -> dict[str, object]:
    content = page.get_by_test_id("scan").get_attribute("data-box")
    found: dict[str, object] = json.loads(content or "null")
    return found


def height_mm(slice_number: str) -> float:
    """Where the slice in sight lies."""
    return float(slice_number.split(", ")[1].removesuffix(" mm"))


def command_line(folder: Path, out: Path, *more: str) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "insitu",
            "predict",
            str(folder),
            "--pack",
            "heart-ct",
            "--out",
            str(out),
            *more,
        ],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
        capture_output=True,
    )


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_page_and_command_line_give_the_same_files_byte_for_byte(
    found: Page, slices: dict[str, bytes], tmp_path: Path
) -> None:
    write(tmp_path / "scan", dict(list(slices.items())[::4]))
    command_line(tmp_path / "scan", tmp_path / "out", "--crop", "nifti", "--crop", "dicom")
    theirs = tmp_path / "out"
    _, box = hand.download(found, "download-box")
    _, table = hand.download(found, "download-slices")
    assert json.loads(box)["found"]
    assert box == (theirs / "box.json").read_bytes().replace(b'"scan/', b'"')
    assert table == (theirs / "slices.csv").read_bytes().replace(b"\r\nscan/", b"\r\n")
    _, nifti = hand.download(found, "download-nifti")
    assert nifti == (theirs / "crop.nii").read_bytes()
    _, archive = hand.download(found, "download-dicom")
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        assert members.testzip() is None
        names = sorted(members.namelist())
        assert names == sorted(path.relative_to(theirs).as_posix() for path in theirs.rglob("*.dcm"))
        for name in names:
            assert members.read(name) == (theirs / name).read_bytes(), name


def test_a_long_scan_is_answered_early_and_then_as_on_the_command_line(
    empty: Page, slices: dict[str, bytes], tmp_path: Path
) -> None:
    empty.evaluate(WATCH_FIRST_LOOK)
    drop(empty, slices)
    assert empty.get_by_test_id("first-look").count() == 0
    seen = empty.evaluate("firstLook")
    assert (seen["answer"], seen["downloads"]) == ("Heart found", 0)
    early, final = json.loads(seen["box"])["patient"], answer(empty)["patient"]
    assert isinstance(final, dict)
    assert max(abs(early[edge] - final[edge]) for edge in final) < 12
    at = empty.get_by_test_id("slice-number").inner_text()
    assert abs(height_mm(at) - height_mm(seen["slice"])) < 3  # whoever looks at a slice stays there
    timings = json.loads(empty.get_by_test_id("scan").get_attribute("data-timings") or "")
    assert 0 < timings["firstLook"] < timings["total"]
    write(tmp_path / "scan", slices)
    command_line(tmp_path / "scan", tmp_path / "out")
    _, box = hand.download(empty, "download-box")
    _, table = hand.download(empty, "download-slices")
    assert box == (tmp_path / "out" / "box.json").read_bytes().replace(b'"scan/', b'"')
    assert table == (tmp_path / "out" / "slices.csv").read_bytes().replace(b"\r\nscan/", b"\r\n")


def test_slices_are_put_in_the_order_in_which_they_lie(found: Page) -> None:
    _, table = hand.download(found, "download-slices")
    heights = [float(row["z_mm"]) for row in csv.DictReader(io.StringIO(table.decode()))]
    assert len(heights) == 50
    assert heights == sorted(heights)


def test_the_sample_series_comes_with_the_page_and_says_that_it_is_drawn(empty: Page) -> None:
    empty.get_by_test_id("try-samples").click()
    wait_for(empty, "done")
    assert answer(empty)["reason"] is None
    empty.get_by_text("Drawn by code, not a patient").wait_for()
    assert "200 slices" in empty.get_by_test_id("series-facts").inner_text()
    empty.get_by_test_id("scan-sheet").click()
    sheet = empty.get_by_test_id("contact-sheet")
    sheet.wait_for()
    _, png = hand.download(empty, "download-sheet")
    width, height = struct.unpack(">II", png[16:24])
    assert width > 1000 and height > 500
    sheet.click(position={"x": 5, "y": 5})
    empty.get_by_test_id("pane-axial").wait_for()
    assert empty.get_by_test_id("slice-number").inner_text().startswith("Slice 1 of 200")


def test_wheel_keys_scrubber_and_curve_go_through_the_slices(found: Page) -> None:
    number = found.get_by_test_id("slice-number")

    def slice_number() -> int:
        return int(number.inner_text().split()[1])

    start = slice_number()
    axial = found.get_by_test_id("pane-axial").locator("canvas")
    axial.focus()
    found.keyboard.press("ArrowUp")
    hand.until(found, lambda: slice_number() == start + 1)
    found.keyboard.press("Home")
    hand.until(found, lambda: slice_number() == 1)
    axial.hover()
    found.mouse.wheel(0, -120)
    hand.until(found, lambda: slice_number() == 4)
    found.get_by_test_id("scrubber").fill("20")
    hand.until(found, lambda: slice_number() == 20)
    box = found.get_by_test_id("curve").bounding_box()
    assert box
    found.mouse.click(box["x"] + box["width"] * 0.98, box["y"] + box["height"] * 0.3)
    hand.until(found, lambda: slice_number() >= 48)


def test_a_box_is_corrected_by_dragging_and_by_figures_and_the_prediction_stays(found: Page) -> None:
    before = answer(found)["voxels"]
    assert isinstance(before, dict)
    pane = found.get_by_test_id("pane-coronal").bounding_box()
    assert pane
    edge = found.get_by_test_id("pane-coronal").evaluate(
        """pane => {
          const { width, height } = pane.size;
          const scale = Math.min(pane.clientWidth / width, pane.clientHeight / height);
          const left = (pane.clientWidth - width * scale) / 2, top = (pane.clientHeight - height * scale) / 2;
          return { x: left + (pane.box.x0 + pane.box.x1) / 2 * scale, y: top + pane.box.y0 * scale };
        }"""
    )
    found.mouse.move(pane["x"] + edge["x"] + 9, pane["y"] + edge["y"])
    found.mouse.down()
    found.mouse.move(pane["x"] + edge["x"] + 9, pane["y"] + edge["y"] - 30, steps=4)
    found.mouse.up()
    found.get_by_test_id("corrected").wait_for()
    dragged = answer(found)["voxels"]
    assert isinstance(dragged, dict)
    assert dragged["z1"] > before["z1"]
    assert {**dragged, "z1": 0} == {**before, "z1": 0}
    found.get_by_test_id("edge-x0").fill(str(before["x0"] - 4))
    found.get_by_test_id("edge-x0").press("Enter")
    hand.until(found, lambda: answer(found)["voxels"] == {**dragged, "x0": before["x0"] - 4})
    _, data = hand.download(found, "download-box")
    content = json.loads(data)
    assert content["voxel"] == before
    assert content["corrected"]["voxel"] == {**dragged, "x0": before["x0"] - 4}
    for _ in range(2):
        found.get_by_test_id("undo-box").click()
    hand.until(found, lambda: answer(found)["voxels"] == before)


def test_a_margin_widens_the_box_by_millimetres(found: Page) -> None:
    before = answer(found)["patient"]
    found.get_by_test_id("margin").fill("10")
    found.get_by_test_id("margin").press("Enter")
    hand.until(found, lambda: answer(found)["patient"] != before)
    after = answer(found)["patient"]
    assert isinstance(before, dict) and isinstance(after, dict)
    assert after["x0"] == pytest.approx(before["x0"] - 10, abs=2)
    assert after["x1"] == pytest.approx(before["x1"] + 10, abs=2)


def test_a_person_is_named_nowhere_unless_asked_for(empty: Page, slices: dict[str, bytes]) -> None:
    named = {}
    for name, data in list(slices.items())[::4]:
        dataset = pydicom.dcmread(io.BytesIO(data))
        dataset.PatientName, dataset.PatientID = "Doe^Jane", "ID-4711"
        buffer = io.BytesIO()
        dataset.save_as(buffer)
        named[name] = buffer.getvalue()
    drop(empty, named)
    assert "Doe" not in empty.content() and "4711" not in empty.content()
    for test_id in ("download-box", "download-slices", "download-nifti", "download-dicom"):
        _, data = hand.download(empty, test_id)
        assert b"Doe" not in data and b"4711" not in data
    empty.get_by_test_id("keep-identity").check()
    _, archive = hand.download(empty, "download-dicom")
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        assert b"Doe^Jane" in members.read(members.namelist()[0])


def test_damaged_files_photos_and_a_second_series_are_named_and_the_heart_is_found(
    empty: Page, slices: dict[str, bytes]
) -> None:
    files = dict(list(slices.items())[::4])
    middle = list(files)[25]
    files[middle] = files[middle][:1500]
    files["holiday.png"] = hand.picture()
    other = pydicom.dcmread(io.BytesIO(next(iter(slices.values()))))
    other.SeriesInstanceUID = "1.2.3"
    buffer = io.BytesIO()
    other.save_as(buffer)
    files["other.dcm"] = buffer.getvalue()
    drop(empty, files)
    assert answer(empty)["reason"] is None
    assert empty.locator("[data-left-out='image/corrupt']").get_attribute("data-count") == "1"
    assert empty.locator("[data-left-out='image/unsupported']").get_attribute("data-count") == "1"
    assert empty.locator("[data-note=gaps]").count() == 1
    empty.get_by_test_id("series").select_option("1")
    hand.until(empty, lambda: answer(empty)["voxels"] is None)
    assert "slice" in empty.get_by_test_id("scan-reason").inner_text()


def test_a_stack_of_photos_is_no_scan(empty: Page) -> None:
    drop(empty, {f"{number}.png": hand.picture(number) for number in range(3)})
    empty.get_by_text("There is no slice of a scan in what was dropped.").wait_for()
    assert empty.locator("[data-left-out='image/unsupported']").get_attribute("data-count") == "3"


def test_slices_that_come_before_the_page_knows_its_pack_are_a_scan(
    page: Page, site: SiteServer, slices: dict[str, bytes]
) -> None:
    site.faults["packs/heart-ct/pack.json"] = Fault(delay_s=6)
    hand.open_page(page, site, "index.html?pack=heart-ct&engines=1", ready=False)
    hand.put(page, list(slices.items())[80:120])
    hand.until(page, lambda: hand.progress(page)[1] == 40)
    assert page.get_by_test_id("scan").count() == 0
    wait_for(page, "done")
    del site.faults["packs/heart-ct/pack.json"]
    assert "40 slices" in page.get_by_test_id("series-facts").inner_text()


def test_a_scan_can_be_stopped_cleared_and_brought_back(empty: Page, slices: dict[str, bytes]) -> None:
    hand.put(empty, list(slices.items()))
    empty.get_by_test_id("cancel").click()
    wait_for(empty, "cancelled")
    hand.wait_for_engine(empty, "ready")
    drop(empty, dict(list(slices.items())[:1]))
    assert (
        "201 slices" not in empty.get_by_test_id("series-facts").inner_text()
    )  # the second lies where the first does
    empty.get_by_test_id("clear").click()
    empty.get_by_test_id("undo").click()
    wait_for(empty, "done")
    assert hand.progress(empty) == (201, 201)


def test_another_pack_takes_the_files_over(found: Page) -> None:
    found.get_by_test_id("pack-select").select_option("blood-cells")
    hand.wait_until_settled(found, 50)
    found.get_by_test_id("pack-select").select_option("heart-ct")
    wait_for(found, "done")
    assert answer(found)["reason"] is None


def test_nothing_reaches_the_network_and_the_page_works_at_360_pixels(
    site: SiteServer, context: BrowserContext, slices: dict[str, bytes]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    hand.open_page(page, site, "index.html?pack=heart-ct&engines=2")
    before = len(site.requests)
    drop(page, dict(list(slices.items())[::4]))
    page.wait_for_timeout(500)
    assert len(site.requests) == before
    assert page.get_by_test_id("request-count").get_attribute("data-count") == "0"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=hand.OUTPUT / "page-360-scan.png")
