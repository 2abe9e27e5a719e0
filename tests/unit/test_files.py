from __future__ import annotations

import json
from pathlib import Path

import pytest

from insitu.errors import FileTooLarge
from insitu.files import list_files
from insitu.names import is_skipped, output_stems

pytestmark = pytest.mark.cpython_only

RULES = json.loads((Path(__file__).parents[1] / "data" / "name-rules.json").read_text("utf-8"))


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def names(*paths: Path) -> list[str]:
    return [name for name, _ in list_files(paths).files]


def test_a_single_file_is_named_by_its_base_name(tmp_path: Path) -> None:
    assert names(touch(tmp_path / "deep" / "cell.png")) == ["cell.png"]


def test_a_folder_is_named_from_itself_downward_and_sorted_by_code_point(tmp_path: Path) -> None:
    for name in ("b.png", "a/z.png", "a.png", "Z.png", "ä.png", "a/b/c.png"):
        touch(tmp_path / "set" / name)
    assert names(tmp_path / "set") == [
        "set/Z.png",
        "set/a.png",
        "set/a/b/c.png",
        "set/a/z.png",
        "set/b.png",
        "set/ä.png",
    ]


def test_arguments_keep_their_order_and_duplicates_stay(tmp_path: Path) -> None:
    b, a = touch(tmp_path / "b.png"), touch(tmp_path / "a.png")
    assert names(b, a, b) == ["b.png", "a.png", "b.png"]


def test_system_files_in_folders_are_skipped_and_counted(tmp_path: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", ".hidden/x.png", "__MACOSX/y.png", "cell.png"):
        touch(tmp_path / "set" / name)
    listing = list_files([tmp_path / "set"])
    assert [name for name, _ in listing.files] == ["set/cell.png"]
    assert listing.skipped == 4


def test_a_system_file_is_skipped_also_when_it_is_given_alone(tmp_path: Path) -> None:
    listing = list_files([touch(tmp_path / ".DS_Store"), touch(tmp_path / "a.png")])
    assert [name for name, _ in listing.files] == ["a.png"]
    assert listing.skipped == 1


def test_a_hidden_folder_that_is_named_outright_is_walked(tmp_path: Path) -> None:
    touch(tmp_path / ".cells" / "a.png")
    assert names(tmp_path / ".cells") == [".cells/a.png"]


def test_a_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    touch(tmp_path / "set" / "a.png")
    try:
        (tmp_path / "set" / "loop").symlink_to(tmp_path / "set", target_is_directory=True)
    except OSError:
        pytest.skip("this file system has no links")
    assert names(tmp_path / "set") == ["set/a.png"]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list_files([tmp_path / "nothing"])


def test_a_file_too_large_for_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.tif").open("wb") as file:
        file.truncate(1_200_000_000)
    ((name, read),) = list_files([tmp_path / "huge.tif"]).files
    assert name == "huge.tif"
    with pytest.raises(FileTooLarge, match="has 1200 MB; the limit is 1000 MB"):
        read()


@pytest.mark.parametrize("case", RULES["overlays"], ids=lambda case: case["given"][0])
def test_names_of_outputs_stay_below_their_folder_and_never_collide(case: dict[str, list[str]]) -> None:
    assert [f"{stem}.png" for stem in output_stems(case["given"])] == case["expected"]


def test_names_sort_by_code_point() -> None:
    assert sorted(RULES["order"]["given"]) == RULES["order"]["expected"]


def test_system_files_are_known_by_their_names() -> None:
    assert [name for name in RULES["system"]["skipped"] if not is_skipped(name)] == []
    assert [name for name in RULES["system"]["kept"] if is_skipped(name)] == []
