"""The site's own standard library: nothing that the site carries reaches what is lacking."""

from __future__ import annotations

import codecs
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.imports import imports_of_folder, imports_of_zip
from helpers.lend import CARRIED, FROZEN, LIBRARY, WHEELS, modules_of
from helpers.never_reached import NEVER_REACHED
from pydicom.charset import CODES_TO_ENCODINGS, python_encoding

pytestmark = pytest.mark.skipif(sys.platform != "emscripten", reason="the site's Python runs inside Pyodide")


def test_each_import_of_what_the_site_lacks_is_known_never_to_be_reached() -> None:
    found = [
        *imports_of_zip(CARRIED, modules_of(CARRIED)),
        *imports_of_zip(LIBRARY, FROZEN),
        *imports_of_folder(Path(WHEELS)),
    ]
    lacking = modules_of(LIBRARY) - modules_of(CARRIED)
    assert len(found) > 1000
    assert {(importer, imported) for importer, imported in found if imported in lacking} == NEVER_REACHED


@pytest.mark.parametrize("encoding", sorted({*python_encoding.values(), *CODES_TO_ENCODINGS.values()}))
def test_every_encoding_that_dicom_names_is_carried(encoding: str) -> None:
    assert codecs.lookup(encoding).name


@pytest.fixture
def carried() -> Iterator[Path]:
    """A module among the wheels of the site."""
    path = Path(WHEELS, "carried_for_a_test.py")
    yield path
    path.unlink()
    sys.modules.pop(path.stem, None)


@pytest.mark.parametrize(
    "code",
    [
        "import unittest",
        "import unittest.mock as mock",
        "from email import policy",
        "import importlib; importlib.import_module('argparse')",
        pytest.param(
            "import email; email.message_from_string('').as_string()", id="through a function of the library"
        ),
    ],
)
def test_code_of_the_site_gets_nothing_that_the_site_lacks(carried: Path, code: str) -> None:
    exec(code, {"__file__": __file__})  # tests get it, and so it is in sys.modules
    carried.write_text(code, "utf-8")
    importlib.invalidate_caches()
    with pytest.raises(ImportError):
        importlib.import_module(carried.stem)
