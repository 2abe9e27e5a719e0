"""The built site itself: complete, plain, and the same wherever it lies."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

from insitu_build.embed import ENGINE
from insitu_build.server import SiteServer


def test_the_page_gets_ready_and_every_request_is_answered(site: SiteServer, page: Page) -> None:
    page.goto(site.url)
    page.wait_for_selector("[data-testid=engine-state][data-state=ready]", timeout=120_000)
    assert [(request.path, request.status) for request in site.requests if request.status != 200] == []
    assert {request.path.startswith("/insitu/") for request in site.requests} == {True}


def test_the_manifest_names_every_file_that_the_page_keeps_in_its_precache(dist: Path) -> None:
    manifest = json.loads((dist / "precache.json").read_text("utf-8"))
    there = {path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()}
    left_out = {name for name in there if name.endswith(".onnx")} | {"precache.json", "sw.js", ENGINE}
    assert {entry["path"] for entry in manifest["files"]} == there - left_out
