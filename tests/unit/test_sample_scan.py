"""The scan that the pack heart-ct brings along for trying it."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from insitu.cli import main
from insitu.decode import decode

pytestmark = [
    pytest.mark.cpython_only,
    pytest.mark.skipif(sys.platform == "emscripten", reason="the command line runs under CPython"),
]

FOLDER = Path(__file__).parents[2] / "models" / "heart-ct"
ARCHIVE = FOLDER / "samples" / "drawn-chest.zip"


@pytest.fixture(scope="module")
def script() -> Any:
    sys.path.insert(0, str(FOLDER))
    try:
        import sample  # type: ignore[import-not-found]

        return sample
    finally:
        sys.path.pop(0)


def test_the_archive_holds_what_its_script_draws_and_is_small(script: Any) -> None:
    assert ARCHIVE.stat().st_size < 700_000
    with zipfile.ZipFile(ARCHIVE) as archive:
        assert archive.namelist() == [script.slice_name(number) for number in range(1, 201)]
        for number in (1, 100, 200):
            hu_hw, _ = script.draw(number)
            data = archive.read(script.slice_name(number))
            differing = decode(data).pixels_hwc[..., 0] != hu_hw
            assert differing.mean() < 1e-3, "processors round edges differently, and nothing else"
            assert b"\x10\x00\x10\x00" not in data, "there is no patient to name"


def test_the_heart_in_it_is_found(script: Any, tmp_path: Path) -> None:
    assert main(["predict", str(ARCHIVE), "--pack", "heart-ct", "--out", str(tmp_path)]) == 0
    answer = json.loads((tmp_path / "box.json").read_text("utf-8"))
    box = answer["voxel"]
    _, heart_hw = script.draw((box["z0"] + box["z1"]) // 2)
    places = np.argwhere(heart_hw)
    low, high = places.min(axis=0), places.max(axis=0) + 1
    error_px = np.array([[box["y0"], box["x0"]] - low, [box["y1"], box["x1"]] - high])
    assert abs(error_px * script.PIXEL_MM).max() < 12
    shown = [
        script.draw(number)[1].any() for number in (box["z0"] - 10, box["z0"] + 1, box["z1"], box["z1"] + 11)
    ]
    assert shown == [False, True, True, False]
    assert answer["found"] and answer["confidence"] > 0.8
    assert (answer["series"]["slices"], answer["series"]["notes"], answer["left_out"]) == (200, [], [])
