"""The same files through the page and through `insitu predict`: the same table and the same drawings."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.odd_files import broken_files, make_odd_folder
from helpers.page import download, open_page, wait_until_settled
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from insitu.files import list_files
from insitu_build.places import ROOT, TESTS
from insitu_build.server import SiteServer

FIGURE_LIMIT = 0.0001
"""Four decimals: two builds of onnxruntime may round the last one differently."""

REAL_IMAGES = ROOT.parent / "shared" / "data" / "blood_cells"


@dataclass(frozen=True)
class Gap:
    """How two tables differ. `figure` is the largest difference of a figure."""

    lines: int
    differ: int
    figure: float


def test_odd_files_give_the_same_table_and_the_same_drawings(
    site: SiteServer, page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    folder = make_odd_folder(tmp_path / "batch of µ")
    singles = [folder / "no-extension", folder / "cut.png"]
    parts = [[folder], singles, singles[:1]]

    pack = _open(page, site)
    inside = _table_of_page(page, parts)
    drawn = _overlays_of_page(page)
    native = _predict(pack, [path for part in parts for path in part], tmp_path, overlays=tmp_path / "drawn")

    _compare(native, inside, capsys, record_property)
    states = [row["state"] for row in csv.DictReader(io.StringIO(native, newline=""))]
    assert (states.count("done"), states.count("failed")) == (len(drawn), len(broken_files()) + 1)
    _compare_drawings(tmp_path / "drawn", drawn, capsys)


def test_two_hundred_real_images_give_the_same_table(
    site: SiteServer, page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    if not REAL_IMAGES.is_dir():
        pytest.skip("the real images are not beside this checkout (../shared/data/blood_cells)")
    originals = sorted(REAL_IMAGES.glob("original/*/*.jpg"))
    small = sorted(REAL_IMAGES.glob("train128/*/*.jpg"))
    files = [*originals, *small[:: len(small) // (200 - len(originals))]][:200]
    assert len(files) == 200
    pack = _open(page, site)
    inside = _table_of_page(page, [files])
    _compare(_predict(pack, files, tmp_path), inside, capsys, record_property)


def _open(page: Page, site: SiteServer) -> str:
    """Open the page with its first pack; the pack's id."""
    page.add_init_script("delete globalThis.showSaveFilePicker")  # no test can press that dialog's buttons
    open_page(page, site, "?engines=2")
    index = json.loads((site.folder / "packs" / "index.json").read_text("utf-8"))
    return str(index["default"])


def _table_of_page(page: Page, parts: Sequence[Sequence[Path]]) -> str:
    """Give the parts one after the other, wait until all have settled, and download the table."""
    total = 0
    for part in parts:
        if part[0].is_dir():
            page.get_by_test_id("folder-input").set_input_files(part[0])
        else:
            page.get_by_test_id("file-input").set_input_files(list(part))
        total += len(list_files(part).files)
        wait_until_settled(page, total)
    return download(page, "download-csv")[1].decode("utf-8")


def _overlays_of_page(page: Page) -> dict[str, NDArray[np.uint8]]:
    _, data = download(page, "download-overlays")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: _pixels(io.BytesIO(archive.read(name))) for name in archive.namelist()}


def _predict(pack: str, paths: Sequence[Path], tmp_path: Path, overlays: Path | None = None) -> str:
    """The table of the command line."""
    target = tmp_path / "native.csv"
    options = ["--pack", pack, "--csv", str(target), *(["--overlays", str(overlays)] if overlays else [])]
    command = [sys.executable, "-m", "insitu", "predict", *map(str, paths), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "py")}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return target.read_bytes().decode("utf-8")


def _compare(native: str, inside: str, capsys: pytest.CaptureFixture[str], record_property: Any) -> None:
    gap = _gap(native, inside)
    record_property("gap", str(gap))
    with capsys.disabled():
        print(f"\ntables of page and command line: {gap}")
    assert gap.figure <= FIGURE_LIMIT + 1e-9


def _gap(native: str, inside: str) -> Gap:
    """Count lines that are not equal; anything but a figure must be."""
    one, other = native.split("\r\n"), inside.split("\r\n")
    assert len(one) == len(other)
    assert one[0] == other[0]
    figures = {i for i, name in enumerate(next(csv.reader([one[0]]))) if name == "score" or name[:2] == "p_"}
    largest = 0.0
    unequal = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    for line, with_line in unequal:
        cells, with_cells = next(csv.reader([line])), next(csv.reader([with_line]))
        assert [c for i, c in enumerate(cells) if i not in figures] == [
            c for i, c in enumerate(with_cells) if i not in figures
        ]
        gaps = [abs(float(cells[i]) - float(with_cells[i])) for i in figures if cells[i] != with_cells[i]]
        largest = max(largest, *gaps)
    return Gap(len(one) - 2, len(unequal), largest)


def _compare_drawings(
    native: Path, drawn: dict[str, NDArray[np.uint8]], capsys: pytest.CaptureFixture[str]
) -> None:
    expected = {path.relative_to(native).as_posix(): _pixels(path) for path in native.rglob("*.png")}
    assert sorted(drawn) == sorted(expected)
    gaps = {name: _largest_gap(drawn[name], pixels) for name, pixels in expected.items()}
    unequal = [name for name, gap in gaps.items() if gap > 0]
    with capsys.disabled():
        print(
            f"\n{len(gaps)} drawings, {len(unequal)} differ, largest difference {max(gaps.values())} levels"
        )
    for number, name in enumerate(unequal):
        _keep(f"drawing-{number}", drawn[name], expected[name])
    assert unequal == []


def _largest_gap(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    if one.shape != other.shape:
        return 255
    return int(np.abs(one.astype(np.int16) - other).max())


def _keep(name: str, actual: NDArray[np.uint8], expected: NDArray[np.uint8]) -> None:
    """Leave what was drawn, what should have been, and where they differ, for a person to look at."""
    folder = TESTS / "output"
    folder.mkdir(exist_ok=True)
    Image.fromarray(actual).save(folder / f"{name}-actual.png")
    Image.fromarray(expected).save(folder / f"{name}-expected.png")
    if actual.shape == expected.shape:
        differs = (actual != expected).any(axis=2)
        Image.fromarray(np.where(differs, 255, 0).astype(np.uint8)).save(folder / f"{name}-difference.png")


def _pixels(source: Any) -> NDArray[np.uint8]:
    with Image.open(source) as image:
        return np.asarray(image.convert("RGB"))
