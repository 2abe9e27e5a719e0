"""What the built site gives for the files of a pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

from .equality import Outcome
from .insitu_page import InsituPage

_HERE = Path(__file__).parent


def browser_outcomes(browser: Browser, url: str, folder: Path, files: Sequence[str]) -> list[Outcome]:
    """Those of the built site at `url`.

    Probabilities and labels are the page's own answers to files that it is given; hashes and logits come
    from the same interpreter, network and runtime, called beside the engine, which keeps those to itself.
    """
    page = InsituPage(browser, url, folder.name, engines=1)
    try:
        page.run_s([folder / file for file in files])
        answers = {result.name: result for result in page.results()}
        call = {
            "source": (_HERE / "fingerprint.py").read_text("utf-8"),
            "pack": folder.name,
            "files": list(files),
        }
        inner = page.page.evaluate((_HERE / "fingerprint_in_page.js").read_text("utf-8"), call)
    finally:
        page.close()
    return [
        Outcome(
            entry["file"],
            entry["pixels_sha256"],
            entry["tensor_sha256"],
            tuple(entry["logits"]),
            answers[Path(entry["file"]).name].probabilities,
            answers[Path(entry["file"]).name].label,
        )
        for entry in inner
    ]
