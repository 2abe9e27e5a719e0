"""Decoded images against desktop Pillow: pixels bit for bit, and the same verdict on cut files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from insitu.decode import decode
from insitu.display import display
from insitu.errors import InsituError

FOLDER = Path(__file__).parents[1] / "data" / "images"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8"))
FILES: list[dict[str, Any]] = INDEX["files"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_pixels_equal_desktop_pillow(entry: dict[str, Any]) -> None:
    image = display(decode((FOLDER / entry["file"]).read_bytes(), entry["file"]))
    assert image.pixels_hwc.shape == (entry["height"], entry["width"], 3)
    assert image.pixels_hwc.dtype == np.uint8
    assert hashlib.sha256(image.pixels_hwc.tobytes()).hexdigest() == entry["pixels_sha256"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_a_cut_file_is_refused_where_desktop_pillow_refuses(entry: dict[str, Any]) -> None:
    data = (FOLDER / entry["file"]).read_bytes()
    decoded = [cut for cut in entry["cuts"] if _decodes(data[:cut])]
    assert len(entry["cuts"]) >= 50 or len(data) < 800
    assert decoded == entry["cuts_that_decode"]


def _decodes(data: bytes) -> bool:
    try:
        decode(data)
    except InsituError:
        return False
    return True


@pytest.mark.cpython_only
def test_the_stored_pixels_are_those_of_the_pillow_installed_here() -> None:
    from data.make_images import describe

    for entry in FILES:
        data = (FOLDER / entry["file"]).read_bytes()
        assert describe(entry["file"], data) == entry
