"""The built site: complete or not at all, the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from insitu_build import site
from insitu_build.places import PYTHON
from insitu_build.report import BuildError
from insitu_build.runtime import Entry, lock_file
from insitu_build.wheels import own_files, pack_wheel, pack_zip, read_zip

pytestmark = pytest.mark.cpython_only


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    for name, text in {
        "index.html": "<!doctype html>",
        "speed.html": "<!doctype html>",
        "sw.js": "",
        "js/main.js": 'import { openDB } from "idb";\nimport "./lib/a.js";',
        "js/speed.js": "",
        "js/lib/a.js": "",
        "js/engine/worker.js": "",
        "js/engine/protocol.d.ts": "export type A = 1;",
        "js/README.md": "# Scripts",
        "package.json": "{}",
        "tsconfig.page.json": "{}",
        "node_modules/idb/index.js": "",
        ".npmrc": "",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_page_is_copied_without_what_only_developers_need(web: Path) -> None:
    files, imported = site.web_files(web)
    page = [
        "index.html",
        "js/engine/worker.js",
        "js/lib/a.js",
        "js/main.js",
        "js/speed.js",
        "speed.html",
        "sw.js",
    ]
    assert sorted(files) == page
    assert b'from "../vendor/idb/build/index.js"' in files["js/main.js"]
    assert [module.address for module in imported] == ["vendor/idb/build/index.js"]


@pytest.mark.parametrize(
    "name", ["index.html", "speed.html", "sw.js", "js/main.js", "js/speed.js", "js/engine/worker.js"]
)
def test_an_incomplete_page_is_named(web: Path, name: str) -> None:
    (web / name).unlink()
    with pytest.raises(BuildError, match=name):
        site.web_files(web)


def test_an_import_of_a_file_that_is_not_there_is_named(web: Path) -> None:
    (web / "js" / "lib" / "a.js").unlink()
    with pytest.raises(BuildError, match=r"js/main.js imports js/lib/a.js"):
        site.web_files(web)


def test_the_manifest_has_sizes_hashes_and_a_version_that_follows_them() -> None:
    files = {"index.html": b"a", "sw.js": b"b", "packs/x/model.onnx": b"c", "embed/engine.js": b"d"}
    manifest: dict[str, Any] = json.loads(site.precache(files, "0.1.0"))
    digest = hashlib.sha256(b"a").hexdigest()
    assert manifest["files"] == [{"path": "index.html", "size": 1, "sha256": digest}]
    for name in ("index.html", "sw.js"):
        other = json.loads(site.precache({**files, name: b"new"}, "0.1.0"))
        assert other["version"] != manifest["version"]
    assert json.loads(site.precache(files, "0.1.0")) == manifest


def test_a_failed_build_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "index.html").write_bytes(b"old")

    def fail(*_: object) -> dict[str, bytes]:
        raise BuildError("no")

    monkeypatch.setattr(site, "ensure_modules", lambda _: tmp_path)
    monkeypatch.setattr(site, "site_files", fail)
    with pytest.raises(BuildError):
        site.build_site(dist)
    assert (dist / "index.html").read_bytes() == b"old"


def test_a_new_site_takes_the_place_of_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dist = tmp_path / "dist"
    files = {"index.html": b"1", "js/main.js": b"2"}
    monkeypatch.setattr(site, "ensure_modules", lambda _: tmp_path)
    monkeypatch.setattr(site, "site_files", lambda *_: files)
    for _ in range(2):
        site.build_site(dist)
        there = {path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()}
        assert there == set(files)
        files = {"index.html": b"3"}
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_wheels_are_the_same_whatever_the_order_of_their_files() -> None:
    files = {"a.py": b"1", "b.py": b"2", "a-1.dist-info/METADATA": b"Name: a\n"}
    backwards = dict(reversed(files.items()))
    assert pack_wheel(files) == pack_wheel(backwards)
    unpacked = read_zip(pack_wheel(files))
    assert unpacked["a-1.dist-info/RECORD"].decode().splitlines()[-1] == "a-1.dist-info/RECORD,,"
    assert {name: unpacked[name] for name in files} == files
    with zipfile.ZipFile(io.BytesIO(pack_zip(files))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_our_wheel_has_no_module_that_only_cpython_can_use() -> None:
    files = own_files(PYTHON / "insitu", "1.0")
    assert {"insitu/worker_api.py", "insitu/bridge/_browser.py", "insitu/py.typed"} <= set(files)
    assert not {"insitu/cli.py", "insitu/__main__.py", "insitu/bridge/_native.py"} & set(files)
    assert b"Requires-Dist: imagecodecs\n" in files["insitu-1.0.dist-info/METADATA"]


def test_the_lock_file_names_only_what_the_site_carries() -> None:
    entry = Entry("pillow", "12", "pillow-12.whl", b"bytes", ("PIL",), ("imagecodecs",))
    lock = json.loads(lock_file({"python": "3.14.0"}, [entry]))
    assert lock["info"] == {"python": "3.14.0"}
    assert lock["packages"]["pillow"]["depends"] == ["imagecodecs"]
    assert lock["packages"]["pillow"]["sha256"] == hashlib.sha256(b"bytes").hexdigest()
