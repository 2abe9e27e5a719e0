from __future__ import annotations

import re
from pathlib import Path

import pytest

from insitu.errors import ERRORS, ImageTooLarge, InsituError

PROTOCOL = Path(__file__).parents[2] / "web" / "js" / "engine" / "protocol.d.ts"


def test_every_error_class_is_listed_with_a_code_of_its_own() -> None:
    assert set(ERRORS) == set(InsituError.__subclasses__())
    assert len({error.code for error in ERRORS}) == len(ERRORS)


def test_the_page_knows_every_code() -> None:
    if not PROTOCOL.is_file():
        pytest.skip("the web sources are not beside the tests here")
    union = PROTOCOL.read_text("utf-8").split("export type ErrorCode =")[1].split(";")[0]
    known = set(re.findall(r'"([^"]+)"', union))
    assert {error.code for error in ERRORS} | {InsituError.code} <= known


def test_too_large_says_the_numbers_and_what_to_do() -> None:
    sentence = str(ImageTooLarge(30_000, 20_000, 100_000_000))
    assert sentence == (
        "This image is 30000 x 20000 pixels; the limit is 100 MP. Crop or scale it and drop it again."
    )
