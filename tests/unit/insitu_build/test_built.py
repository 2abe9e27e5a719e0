"""The site of this very checkout."""

from __future__ import annotations

import json
import re

import pytest

from insitu_build.carried import OWN_PARTS
from insitu_build.node import ensure_modules, find_node
from insitu_build.pins import RUNTIME_WHEELS
from insitu_build.site import site_files

pytestmark = pytest.mark.cpython_only


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return site_files(ensure_modules(find_node()))


def test_two_builds_give_the_same_bytes(files: dict[str, bytes]) -> None:
    again = site_files(ensure_modules(find_node()))
    assert [name for name in files if files[name] != again.get(name)] == []
    assert list(files) == list(again)


def test_everything_that_is_carried_is_named_with_its_licence(files: dict[str, bytes]) -> None:
    text = files["THIRD-PARTY.txt"].decode()
    vendored = {address.split("/")[1] for address in files if address.startswith("vendor/")}
    wheels = {"numpy", "pillow", "imagecodecs", "micropip", "packaging"}
    named = [name for name in vendored | wheels | {"onnxruntime-web", "pyodide"} if f"\n{name}" in text]
    assert set(named) == vendored | wheels | {"onnxruntime-web", "pyodide"}
    assert "Microsoft Corporation" in text
    assert "EfficientNet-Lite0: its first twelve blocks" in text
    assert "Apache License\n                           Version 2.0" in text


def test_no_wheel_is_on_the_site_that_the_lock_file_does_not_name(files: dict[str, bytes]) -> None:
    lock = files["runtime/pyodide/pyodide-lock.json"].decode()
    wheels = [address.rsplit("/", 1)[1] for address in files if address.endswith(".whl")]
    assert [name for name in wheels if f'"{name}"' not in lock] == []
    assert len(wheels) == len(RUNTIME_WHEELS) + 1 + len(OWN_PARTS)


@pytest.mark.parametrize(
    ("page", "modules"),
    [
        ("index.html", {"js/main.js", "js/views/detail.js", "vendor/lit-html/lit-html.js"}),
        ("speed.html", {"js/speed.js", "js/speed/view.js", "vendor/uplot/dist/uPlot.esm.js"}),
    ],
)
def test_a_page_asks_for_its_modules_at_once_and_for_no_other(
    files: dict[str, bytes], page: str, modules: set[str]
) -> None:
    named = re.findall(r'rel="modulepreload" href="([^"]+)"', files[page].decode())
    assert len(named) == len(set(named)) > 40
    assert modules <= set(named) <= set(files)
    engine = ("js/engine/worker.js", "js/engine/boot.js", "js/engine/ort.js", "js/engine/python.js")
    assert not set(engine) & set(named)


def test_all_pages_have_the_same_policy_and_open_without_a_network(files: dict[str, bytes]) -> None:
    policies = {
        page: re.findall(r'Content-Security-Policy"\s+content="([^"]+)"', files[page].decode())
        for page in ("index.html", "speed.html")
    }
    assert len(policies["speed.html"]) == 1
    assert policies["speed.html"] == policies["index.html"]
    precached = [entry["path"] for entry in json.loads(files["precache.json"])["files"]]
    assert {*policies, "js/speed.js", "css/speed.css"} <= set(precached)
