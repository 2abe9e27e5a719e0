from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from helpers.objects import draw_discs
from helpers.pictures import encoded
from PIL import Image as PilImage

pytestmark = pytest.mark.cpython_only

PACK = Path(__file__).parents[1] / "data" / "discs"
TWO = draw_discs(60, 80, [(20, 15, 5), (30, 60, 7)])


def predict(*arguments: object) -> int:
    from insitu.cli import main

    return main(["predict", "--pack", str(PACK), *map(str, arguments)])


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "deep").mkdir(parents=True)
    (folder / "two.png").write_bytes(encoded(TWO))
    (folder / "deep" / "none.png").write_bytes(encoded(draw_discs(30, 40, [])))
    (folder / "notes.txt").write_text("not an image", "utf-8")
    return folder


def test_every_image_has_its_files_and_the_batch_its_tables(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert predict(folder, "--out", out, "--diameter", "10") == 0
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.*")) == [
        "coco.json",
        "images.csv",
        "objects.csv",
        *(f"set/deep/none{end}" for end in (".geojson", "_labels.tif", "_overlay.png", "_rois.zip")),
        *(f"set/two{end}" for end in (".geojson", "_labels.tif", "_overlay.png", "_rois.zip")),
    ]


def test_the_tables_say_what_was_found(folder: Path, tmp_path: Path) -> None:
    predict(folder, "--out", tmp_path / "out", "--diameter", "10")
    images = read(tmp_path / "out" / "images.csv")
    assert [(row["file"], row["state"], row["objects"], row["error"]) for row in images] == [
        ("set/deep/none.png", "done", "0", ""),
        ("set/notes.txt", "failed", "", "image/unsupported"),
        ("set/two.png", "done", "2", ""),
    ]
    assert (images[2]["mean_area_px"], images[2]["coverage"], images[2]["scale"]) == (
        "115.0000",
        "0.04792",
        "1.0000",
    )
    objects = read(tmp_path / "out" / "objects.csv")
    assert [(row["file"], row["object"], row["area_px"]) for row in objects] == [
        ("set/two.png", "1", "81"),
        ("set/two.png", "2", "149"),
    ]
    assert (objects[0]["centroid_x_px"], objects[0]["centroid_y_px"]) == ("15.0000", "20.0000")
    assert objects[0]["mean_intensity_red"] == "255.0000"


def test_all_formats_hold_the_same_objects(folder: Path, tmp_path: Path) -> None:
    predict(folder / "two.png", "--out", tmp_path / "out", "--diameter", "10")
    out = tmp_path / "out"
    labels = tifffile.imread(out / "two_labels.tif")
    np.testing.assert_array_equal(labels > 0, TWO[..., 0] > 0)
    assert len(json.loads((out / "two.geojson").read_text())["features"]) == 2
    assert len(json.loads((out / "coco.json").read_text())["annotations"]) == 2
    with zipfile.ZipFile(out / "two_rois.zip") as rois:
        assert rois.namelist() == ["disc-00001.roi", "disc-00002.roi"]
    with PilImage.open(out / "two_overlay.png") as overlay:
        assert overlay.size == (256, 192)


def test_without_a_folder_the_table_of_images_goes_to_standard_output(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert predict(folder / "two.png") == 0
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode(), newline="")))
    assert [(row["file"], row["objects"]) for row in rows] == [("two.png", "2")]


@pytest.mark.parametrize("option", [("--csv", "x.csv"), ("--overlays", "x")])
def test_options_of_other_packs_are_wrong_usage(
    option: tuple[str, str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert predict(folder, *option) == 2
    assert f"does not take {option[0]}" in capsys.readouterr().err


@pytest.mark.parametrize("diameter", ["0", "-3", "inf", "nan"])
def test_a_diameter_is_a_positive_number(diameter: str, folder: Path) -> None:
    with pytest.raises(SystemExit):
        predict(folder, "--diameter", diameter)
