from __future__ import annotations

import asyncio
import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from helpers.packs import classified
from helpers.pictures import encoded

import insitu

pytestmark = pytest.mark.cpython_only

PACK = Path(__file__).parents[1] / "data" / "shapes"
RED = np.full((6, 9, 3), (250, 10, 10), np.uint8)
BLUE = np.full((7, 5, 3), (10, 10, 250), np.uint8)


def predict(*arguments: object) -> int:
    from insitu.cli import main

    return main(["predict", "--pack", str(PACK), *map(str, arguments)])


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "deep").mkdir(parents=True)
    (folder / "red.png").write_bytes(encoded(RED))
    (folder / "deep" / "blue.png").write_bytes(encoded(BLUE))
    (folder / "notes.txt").write_text("not an image", "utf-8")
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


def test_a_folder_becomes_a_table_with_a_row_for_every_file(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "result.csv"
    assert predict(folder, "--csv", target) == 0
    rows = read(target)
    assert [(row["file"], row["state"], row["label"], row["error"]) for row in rows] == [
        ("set/deep/blue.png", "done", "star", ""),
        ("set/notes.txt", "failed", "", "image/unsupported"),
        ("set/red.png", "done", "disc", ""),
    ]
    assert (rows[2]["width"], rows[2]["height"]) == ("9", "6")


def test_the_table_goes_to_standard_output_by_default(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert predict(folder / "red.png") == 0
    out, err = capfdbinary.readouterr()
    assert out.splitlines()[1].startswith(b"red.png,9,6,done,disc,")
    assert b"1 analysed, 0 failed." in err


def test_skipped_system_files_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    predict(folder, "--csv", folder.parent / "x.csv")
    assert "2 analysed, 1 failed, 1 system files skipped." in capsys.readouterr().err


def test_overlays_are_written_one_a_result_below_their_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "red.gif").write_bytes(encoded(RED, "GIF"))
    assert predict(folder, "--csv", tmp_path / "x.csv", "--overlays", tmp_path / "drawn") == 0
    drawn = sorted(
        path.relative_to(tmp_path / "drawn").as_posix() for path in (tmp_path / "drawn").rglob("*.png")
    )
    assert drawn == ["set/deep/blue.png", "set/red (2).png", "set/red.png"]


def test_an_unreadable_file_has_a_row_too(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    assert predict(tmp_path / "empty.jpg", "--csv", tmp_path / "x.csv") == 0
    assert read(tmp_path / "x.csv")[0]["error"] == "image/corrupt"


def test_a_plane_can_be_chosen_and_one_that_is_not_there_fails(tmp_path: Path) -> None:
    stack = np.stack([RED, BLUE[:6, :5].repeat(2, axis=1)[:, :9]])
    tifffile.imwrite(tmp_path / "stack.tif", stack, photometric="rgb")
    target = tmp_path / "out.csv"
    found = []
    for frame in (1, 2, 3):
        assert predict(tmp_path / "stack.tif", "--frame", frame, "--csv", target) == 0
        (row,) = read(target)
        found.append((row["label"], row["frame"], row["error"]))
    first, second, third = found
    assert (first[1:], second[1:], third) == (("1", ""), ("2", ""), ("", "", "image/corrupt"))
    assert first[0] != second[0]


def test_planes_are_counted_from_one() -> None:
    with pytest.raises(SystemExit) as ended:
        predict("a.tif", "--z", 0)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["predict", "nowhere.png", "--pack", str(PACK)], "no file or folder 'nowhere.png'"),
        (["predict", __file__, "--pack", "no-such-pack"], "no pack or folder 'no-such-pack'"),
    ],
)
def test_wrong_usage_gives_2_and_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from insitu.cli import main

    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_an_empty_folder_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict(tmp_path) == 2
    assert "no file to analyse" in capsys.readouterr().err


def test_missing_arguments_give_2() -> None:
    from insitu.cli import main

    with pytest.raises(SystemExit) as caught:
        main(["predict"])
    assert caught.value.code == 2


def test_python_dash_m_is_the_same_command(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "insitu", "predict", str(folder / "red.png"), "--pack", str(PACK)],
        capture_output=True,
        check=True,
    )
    assert done.stdout.splitlines()[1].startswith(b"red.png,9,6,done,disc,")


def test_the_library_works_inside_a_running_event_loop(folder: Path) -> None:
    async def in_a_loop() -> list[str]:
        pack = insitu.load_pack(PACK)
        both = await asyncio.gather(
            insitu.analyse(folder / "red.png", pack),
            insitu.analyse((folder / "deep" / "blue.png").read_bytes(), pack),
        )
        return [classified(analysis).label for analysis in both]

    assert asyncio.run(in_a_loop()) == ["disc", "star"]


def test_a_network_that_onnxruntime_cannot_open_is_an_invalid_pack(tmp_path: Path) -> None:
    import hashlib
    import json

    values = json.loads((PACK / "pack.json").read_text("utf-8"))
    values["model"]["sha256"] = hashlib.sha256(b"no network").hexdigest()
    (tmp_path / "pack.json").write_text(json.dumps(values), "utf-8")
    (tmp_path / "model.onnx").write_bytes(b"no network")
    from insitu.cli import main

    assert main(["predict", __file__, "--pack", str(tmp_path)]) == 2


def test_a_threshold_decides_and_a_summary_counts(folder: Path, tmp_path: Path) -> None:
    table, summary = tmp_path / "x.csv", tmp_path / "sum" / "summary.csv"
    (folder / "grey.png").write_bytes(encoded(np.full_like(RED, 128)))
    assert predict(folder, "--csv", table, "--summary", summary, "--threshold", "0.7") == 0
    assert [row["decision"] for row in read(table)] == ["accepted", "uncertain", "", "accepted"]
    counts = {row["class"]: row["images"] for row in read(summary)}
    assert counts == {
        **{"disc": "1", "square": "0", "star": "1"},
        **{"uncertain": "1", "unlike": "0", "excluded": "0", "failed": "1"},
    }


@pytest.mark.parametrize("threshold", ["2", "-0.1", "nan", "much"])
def test_a_threshold_that_is_no_probability_is_wrong_usage(threshold: str, folder: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        predict(folder, "--threshold", threshold)
