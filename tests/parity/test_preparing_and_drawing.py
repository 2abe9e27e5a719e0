"""Resampled pixels, prepared tensors and overlays, bit for bit the same in every runtime."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from data.make_expected import compute

EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def computed() -> dict[str, Any]:
    return compute()


@pytest.mark.parametrize("step", ["resampled", "prepared", "overlays", "thumbnails"])
def test_a_step_gives_the_stored_bits(step: str, computed: dict[str, Any]) -> None:
    different = [name for name, digest in EXPECTED[step].items() if computed[step][name] != digest]
    assert set(computed[step]) == set(EXPECTED[step])
    assert different == []
