"""The Python half of run.mjs: pytest inside Pyodide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from helpers.lend import lend

lend(borrowers=("/libraries/", "/project/tests/"))

import numpy  # noqa: E402
import pytest  # noqa: E402

numpy.__path__.append("/libraries/numpy")  # what only tests use, which the site does not carry

_WHOLE_FILE = re.compile(
    r"^pytestmark = (pytest\.mark\.cpython_only|\[.*?pytest\.mark\.cpython_only)", re.M | re.S
)

_CONFIG = """\
[pytest]
addopts = --strict-markers -p no:cacheprovider --import-mode=importlib
filterwarnings = error
junit_family = xunit1
pythonpath = /project/tests
markers =
    cpython_only: does not run inside Pyodide
"""


class CPythonOnly:
    """Leaves out files and tests marked `cpython_only`; such files are not even imported."""

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        is_test = collection_path.suffix == ".py" and collection_path.name.startswith("test_")
        return True if is_test and _WHOLE_FILE.search(collection_path.read_text("utf-8")) else None


def run(report: str, tests: Sequence[str]) -> int:
    """pytest's exit status; `report` is where its XML lands."""
    config = Path("/tmp/pytest.ini")
    config.write_text(_CONFIG, "utf-8")
    fixed = ["-q", "-c", str(config), "--rootdir=/project", f"--junitxml={report}", "-m", "not cpython_only"]
    return int(pytest.main([*fixed, *(f"/project/{test}" for test in tests)], plugins=[CPythonOnly()]))
