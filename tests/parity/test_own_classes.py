"""A pack of somebody's own classes, from folders of pictures to a table. Needs torch, which build.py never installs."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.cpython_only

ROOT = Path(__file__).parents[2]
TRAIN = ROOT / "models" / "photos" / "train.py"
KINDS = {"clouds": 0, "stripes": 3, "tiles": 4}
"""Of `insitu_training.textures`."""
EACH = 14


@pytest.fixture(scope="module")
def textures() -> None:
    for module in ("torch", "onnx", "skimage"):
        pytest.importorskip(
            module, reason=f"{module} is not installed, and build.py never installs all of it"
        )


def draw(folder: Path, kind: str, seeds: range, side: int = 96) -> None:
    from PIL import Image

    from insitu_training.textures import draw_texture

    (folder / kind).mkdir(parents=True)
    for seed in seeds:
        pixels = draw_texture(7 * seed + KINDS[kind], side)
        Image.fromarray(pixels).save(folder / kind / f"{seed}.png")


def train(data: Path, work: Path, *options: str) -> subprocess.CompletedProcess[str]:
    places = ("--data", data, "--work", work, "--others", work / "none")
    command = [sys.executable, *map(str, (TRAIN, *places, *options))]
    environment = {"PYTHONPATH": str(ROOT / "py"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)


def predict(files: Path, pack: Path, table: Path) -> list[dict[str, str]]:
    from insitu.cli import main

    assert main(["predict", str(files), "--pack", str(pack), "--csv", str(table)]) == 0
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pack(textures: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("own classes")
    for kind in KINDS:
        draw(base / "data", kind, range(EACH))
    (base / "data" / "clouds" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = train(base / "data", base / "work", "--name", "mine", "--out", str(base / "mine"))
    assert done.returncode == 0, done.stderr
    assert "left out, cannot be read: broken.png" in done.stdout
    return base / "mine"


def test_the_pack_is_complete_and_valid(pack: Path) -> None:
    from insitu.packs import load_pack
    from insitu_build.packs import compile_pack

    values = compile_pack(pack)
    assert [entry["id"] for entry in values["classes"]] == list(KINDS)
    assert set(values["metrics"]) == {"held_out", "held_out_changed"}
    assert values["classify"]["limits"]["least_side_px"] == 48
    assert load_pack(pack).familiar is not None
    card = (pack / "CARD.md").read_text("utf-8")
    assert "14 clouds, 14 stripes, 14 tiles" in card
    assert "| held out, as they are | 42 |" in card


def test_new_pictures_are_named_and_others_are_not(pack: Path, tmp_path: Path) -> None:
    for kind in KINDS:
        draw(tmp_path / "new", kind, range(100, 106))
    rows = predict(tmp_path / "new", pack, tmp_path / "new.csv")
    right = [row["label"] == row["file"].split("/")[-2] for row in rows]
    assert sum(right) >= 17
    assert sum(row["decision"] == "accepted" for row in rows) >= 12
    shutil.copytree(ROOT / "models" / "blood-cells" / "samples", tmp_path / "others")
    others = predict(tmp_path / "others", pack, tmp_path / "others.csv")
    assert sum(row["decision"] == "unlike" for row in others) >= 22


def test_folders_may_say_what_is_validated_and_tested(textures: None, tmp_path: Path) -> None:
    for part, seeds in (("train", range(12)), ("val", range(12, 20)), ("test", range(20, 24))):
        for kind in ("clouds", "tiles"):
            draw(tmp_path / "data" / part, kind, seeds)
    done = train(tmp_path / "data", tmp_path / "work", "--name", "parts", "--out", str(tmp_path / "parts"))
    assert done.returncode == 0, done.stderr
    assert "| test folder | 8 |" in (tmp_path / "parts" / "CARD.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("folders", "reason"),
    [
        ({}, "found: none"),
        ({"clouds": range(9)}, "found: clouds"),
        ({"clouds": range(9), "tiles": range(3)}, "found: clouds 9, tiles 3"),
    ],
)
def test_a_folder_that_cannot_be_trained_on_is_refused(
    folders: dict[str, range], reason: str, textures: None, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    for kind, seeds in folders.items():
        draw(tmp_path / "data", kind, seeds, side=24)
    done = train(tmp_path / "data", tmp_path / "work", "--name", "mine", "--out", str(tmp_path / "mine"))
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
