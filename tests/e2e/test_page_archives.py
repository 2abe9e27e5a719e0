"""ZIP archives on the page: the table of archives in a browser, and the same rows as the command line gives."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from helpers.odd_files import make_odd_folder
from helpers.page import open_page, picture, put, table, until, wait_until_settled
from nibabel.nifti1 import Nifti1Image
from playwright.sync_api import Page

from insitu_build.places import ROOT, TESTS
from insitu_build.server import SiteServer

CASES = json.loads((TESTS / "data" / "archives.json").read_text("utf-8"))

_LIST = """async (cases) => {
  const { listArchive } = await import(new URL("js/lib/archive.js", document.baseURI).href);
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const all = [];
  for (const { name, data } of cases) {
    const { sources, skipped } = await listArchive(name, new Blob([bytesOf(data)]));
    const rows = [];
    for (const source of sources) {
      rows.push(
        await source.read().then(
          () => ({ name: source.name }),
          (error) => ({ name: source.name, code: error.code, says: error.message }),
        ),
      );
    }
    all.push({ rows, skipped });
  }
  return all;
}"""


def test_a_browser_makes_of_each_archive_what_the_table_says(site: SiteServer, page: Page) -> None:
    open_page(page, site, ready=False)
    found: list[dict[str, Any]] = page.evaluate(_LIST, CASES)
    wrong = [
        (case["about"], listed)
        for case, listed in zip(CASES, found, strict=True)
        if listed["skipped"] != case["skipped"] or not _agree(listed["rows"], case["rows"])
    ]
    assert wrong == []


def _agree(rows: list[dict[str, str]], expected: list[dict[str, str]]) -> bool:
    return [(row["name"], row.get("code")) for row in rows] == [
        (row["name"], row.get("code")) for row in expected
    ] and all(
        wanted.get("says", "") in row.get("says", "") for row, wanted in zip(rows, expected, strict=True)
    )


def test_an_archive_gives_the_rows_of_the_command_line_in_their_order(
    site: SiteServer, page: Page, tmp_path: Path
) -> None:
    folder = make_odd_folder(tmp_path / "odd")
    archive = tmp_path / "odd.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*"), reverse=True):
            file.write(path, path.relative_to(folder).as_posix())
        file.writestr(
            "inner.zip", _archive({"x/1.png": picture(1), ".hidden": b"x", "../up.png": picture(2)})
        )
    page.add_init_script("delete globalThis.showSaveFilePicker")
    open_page(page, site)
    pack = json.loads((site.folder / "packs" / "index.json").read_text("utf-8"))["default"]
    command = [sys.executable, "-m", "insitu", "predict", str(archive), "--pack", pack]
    done = subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT / "py")}
    )
    text = done.stdout.decode("utf-8")
    native = [_told(row) for row in csv.DictReader(io.StringIO(text, newline=""))]
    page.get_by_test_id("file-input").set_input_files(archive)
    wait_until_settled(page, len(native))
    inside = [_told(row) for row in table(page)]
    assert inside == native
    assert {"odd.zip/inner.zip/x/1.png", "odd.zip/inner.zip/_/up.png"} <= {row["file"] for row in inside}
    skipped = int(done.stderr.decode().split(" system files skipped")[0].rsplit(" ", 1)[1])
    until(page, lambda: f"{skipped} system files skipped" in page.inner_text("body"))


def test_a_member_that_cannot_be_unpacked_fails_in_words_and_the_others_go_on(
    site: SiteServer, page: Page
) -> None:
    archive = bytearray(_archive({"a.png": picture(1), "b.png": picture(2)}))
    archive[archive.find(b"PK\x01\x02") + 8] |= 1  # encrypted, says the directory of the first
    page.add_init_script("delete globalThis.showSaveFilePicker")
    open_page(page, site)
    put(page, [("set.zip", bytes(archive)), ("c.png", picture(3))])
    wait_until_settled(page, 3)
    assert [(row["file"], row["state"], row["error"]) for row in table(page)] == [
        ("set.zip/a.png", "failed", "image/unsupported"),
        ("set.zip/b.png", "done", ""),
        ("c.png", "done", ""),
    ]
    assert "encrypted in its archive" in page.inner_text("body")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its figures, of which two builds of onnxruntime may round the last digit differently."""
    return {name: cell for name, cell in row.items() if name != "score" and not name.startswith("p_")}


def _archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


def test_a_reader_is_loaded_for_a_member_that_needs_it(site: SiteServer, page: Page) -> None:
    stored = np.arange(7 * 5 * 3, dtype=np.int16).reshape(7, 5, 3)
    scan = gzip.compress(Nifti1Image(stored, np.eye(4)).to_bytes())
    page.add_init_script("delete globalThis.showSaveFilePicker")
    open_page(page, site)
    put(page, [("set.zip", _archive({"scan.nii.gz": scan, "a.png": picture(1)}))])
    wait_until_settled(page, 2)
    rows = table(page)
    assert [(row["file"], row["state"]) for row in rows] == [
        ("set.zip/a.png", "done"),
        ("set.zip/scan.nii.gz", "done"),
    ]
    assert (rows[1]["width"], rows[1]["height"], rows[1]["z"]) == ("7", "5", "2")
