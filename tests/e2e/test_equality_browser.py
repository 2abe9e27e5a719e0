"""The built site in a real browser against PyTorch's stored results and against CPython."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from insitu_build.bench.measure.browser_equality import browser_outcomes
from insitu_build.bench.measure.equality import (
    compare,
    native_outcomes,
    referenced_packs,
    stored_outcomes,
)
from insitu_build.places import MODELS
from insitu_build.server import SiteServer

LIMIT = 1e-4
"""Of logits and probabilities: two builds of onnxruntime, and PyTorch, add up in different orders."""


@pytest.mark.parametrize("pack", referenced_packs(MODELS), ids=lambda pack: pack.name)
def test_the_browser_gives_what_pytorch_and_cpython_gave(
    pack: Path, browser: Browser, site: SiteServer, capsys: pytest.CaptureFixture[str], record_property: Any
) -> None:
    stored = stored_outcomes(pack)
    files = [outcome.file for outcome in stored]
    inside = browser_outcomes(browser, site.url, pack, files)
    native = native_outcomes(pack, files)
    for name, reference in {"PyTorch": stored, "CPython": native}.items():
        difference = compare(reference, inside)
        record_property(name, str(difference))
        with capsys.disabled():
            print(f"\n{pack.name}, {name} and the browser: {difference}")
        assert difference.pixels_differ == 0
        assert difference.tensors_differ == 0
        assert difference.logits <= LIMIT
        assert difference.probabilities <= LIMIT
        assert difference.labels_differ == 0
