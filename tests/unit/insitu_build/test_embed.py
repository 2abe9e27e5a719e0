"""What is built for other people's pages: whole files, and a list of what they load that is true."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest

from insitu_build.embed import ENGINE, list_site, needed
from insitu_build.node import ensure_modules, find_node
from insitu_build.site import site_files

pytestmark = pytest.mark.cpython_only

LATER = ("tifffile", "pydicom", "nibabel", "micropip", "insitu_readers", "insitu_more", "imagecodecs_more")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return site_files(ensure_modules(find_node()))


def listed(site: dict[str, Any]) -> list[dict[str, Any]]:
    packs = [entry for pack in site["packs"].values() for entry in pack["files"]]
    return [*site["start"], *site["later"], *packs]


def test_every_file_of_the_list_is_on_the_site_as_it_says(files: dict[str, bytes]) -> None:
    entries = listed(list_site(files))
    assert len(entries) > 15
    for entry in entries:
        data = files[entry["path"]]
        assert (entry["size"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_an_engine_starts_without_the_readers_of_rare_files(files: dict[str, bytes]) -> None:
    site = list_site(files)
    first, later = (" ".join(entry["path"] for entry in site[name]) for name in ("start", "later"))
    assert [name for name in LATER if name in first or name not in later] == []


def test_the_engine_and_the_module_import_nothing_and_know_each_other(files: dict[str, bytes]) -> None:
    for address in (ENGINE, "insitu.js"):
        text = files[address].decode()
        assert not re.search(r"""(?:^|[;}\n])import\s*[\w{*"']""", text), address
    assert hashlib.sha256(files[ENGINE]).hexdigest() in files["insitu.js"].decode()
    assert b'from"./insitu.js"' in files["insitu-drop.js"]
    assert b'from"../insitu.js"' in files["embed/frame.js"]


def test_the_module_is_small(files: dict[str, bytes]) -> None:
    assert len(files["insitu.js"]) < 40_000
    assert len(files["insitu-drop.js"]) < 12_000


def test_the_modules_that_were_put_into_one_file_are_not_on_the_site_too(files: dict[str, bytes]) -> None:
    assert [address for address in files if address.startswith("js/embed/")] == []
    assert {"insitu.d.ts", "embed.html", "examples/upload-form/index.html"} <= set(files)


def test_the_frame_has_the_policy_of_the_page(files: dict[str, bytes]) -> None:
    policies = {
        re.findall(r'Content-Security-Policy"\s+content="([^"]+)"', files[page].decode())[0]
        for page in ("index.html", "embed.html")
    }
    assert len(policies) == 1


def test_what_a_package_needs_is_followed_to_its_end() -> None:
    lock = {
        "a": {"depends": ["c", "b"]},
        "b": {"depends": ["d"]},
        "c": {"depends": []},
        "d": {"depends": ["b"]},
    }
    assert needed("a", lock) == ["a", "b", "c", "d"]
    assert json.loads(json.dumps(needed("c", lock))) == ["c"]
