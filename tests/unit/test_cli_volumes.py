"""`insitu predict` with a pack that looks for an organ in a scan, on a series drawn by code."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.scans import dicom_slice
from nibabel.nifti1 import Nifti1Image

from insitu.cli import main

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.cpython_only,
    pytest.mark.skipif(sys.platform == "emscripten", reason="the command line runs under CPython"),
]


@pytest.fixture(scope="module")
def drawn() -> tuple[Any, Any, tuple[float, float, float]]:
    """Slices of the chest that models/heart-ct/draw.py draws, the heart in them, and millimetres per step."""
    sys.path.insert(0, str(ROOT / "models" / "heart-ct"))
    try:
        import draw  # type: ignore[import-not-found]

        return draw.draw_series(60, 128)  # type: ignore[no-any-return]
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="module")
def volume(drawn: tuple[Any, Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    hu, _, (step, rows, columns) = drawn
    affine = np.diag([-columns, -rows, step, 1.0])  # columns to the left, rows to the back
    path = tmp_path_factory.mktemp("scan") / "chest.nii.gz"
    image = Nifti1Image(np.ascontiguousarray(hu.transpose(2, 1, 0)), affine)
    image.header.set_xyzt_units("mm")
    image.to_filename(path)
    return path


def run(*arguments: str | Path) -> int:
    return main(["predict", *map(str, arguments), "--pack", "heart-ct"])


def test_the_heart_of_a_drawn_chest_is_found(
    volume: Path, drawn: tuple[Any, Any, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(volume, "--out", tmp_path) == 0
    answer = json.loads((tmp_path / "box.json").read_text("utf-8"))
    assert answer["found"] and answer["confidence"] > 0.5 and answer["reason"] is None
    _, heart, spacing = drawn
    places = np.argwhere(heart)
    low, high = places.min(axis=0), places.max(axis=0) + 1
    box = answer["voxel"]
    error_mm = np.array(
        [[box["z0"], box["y0"], box["x0"]] - low, [box["z1"], box["y1"], box["x1"]] - high]
    ) * np.array(spacing)
    assert abs(error_mm[:, 1:]).max() < 15
    assert abs(error_mm[:, 0]).max() < 35
    assert answer["slices"]["first"] == box["z0"] and answer["slices"]["last"] == box["z1"] - 1
    assert "not for clinical use" in answer["notice"]
    with (tmp_path / "slices.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    assert list(rows[0]) == ["file", "z_mm", "found", "score", "x0", "y0", "x1", "y1"]
    assert rows[0]["found"] == "0" and rows[(box["z0"] + box["z1"]) // 2]["found"] == "1"
    assert [float(row["z_mm"]) for row in rows] == sorted(float(row["z_mm"]) for row in rows)
    assert "in slices" in capsys.readouterr().err


def test_a_margin_widens_the_box(volume: Path, tmp_path: Path) -> None:
    boxes = []
    for margin in ("0", "10"):
        assert run(volume, "--out", tmp_path / margin, "--margin", margin) == 0
        boxes.append(json.loads((tmp_path / margin / "box.json").read_text("utf-8"))["patient_mm"])
    assert boxes[0]["x0"] - boxes[1]["x0"] == pytest.approx(10, abs=3)


def test_single_slices_have_rows_and_no_box(volume: Path, tmp_path: Path) -> None:
    assert run(volume, "--out", tmp_path, "--per-slice") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["slices.csv"]


def test_no_heart_is_said_with_a_reason_and_other_series_have_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "scan"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.dcm").write_bytes(dicom_slice(-200.0 + number))
        (folder / f"other{number}.dcm").write_bytes(dicom_slice(-200.0 + number, SeriesInstanceUID="1.9"))
    (folder / "broken.dcm").write_bytes(dicom_slice(0.0)[:900])
    assert run(folder, "--out", tmp_path / "out") == 0
    answer = json.loads((tmp_path / "out" / "box.json").read_text("utf-8"))
    assert not answer["found"] and answer["reason"] and answer["voxel"] is None
    assert answer["left_out"] == [{"file": "scan/broken.dcm", "error": "image/corrupt"}]
    assert (tmp_path / "out" / "series-2" / "box.json").exists()
    assert "Secret" not in (tmp_path / "out" / "box.json").read_text("utf-8")
    assert "not found" in capsys.readouterr().err


def test_what_is_no_scan_gives_an_answer_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no scan")
    assert run(tmp_path / "a.txt", "--out", tmp_path / "out") == 0
    answer = json.loads((tmp_path / "out" / "box.json").read_text("utf-8"))
    assert not answer["found"] and answer["reason"] == "There is no slice of a scan."


def test_options_of_other_packs_are_refused_and_a_folder_is_needed(
    volume: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(volume) == 2
    assert run(volume, "--out", "x", "--csv", "y") == 2
    assert "--csv" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(volume, "--out", "x", "--margin", "-1")
