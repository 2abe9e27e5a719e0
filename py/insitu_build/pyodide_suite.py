"""What the suite inside Pyodide needs besides the site: pytest, the standard library that it imports, and the parts of
numpy that only tests use."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

from .carried import STDLIB
from .pins import PYODIDE_TESTS
from .places import NODE_MODULES, cache
from .report import BuildError
from .wheels import read_zip

_NUMPY_FOR_TESTS = ("numpy/testing/", "numpy/random/")


def gather_libraries(folder: Path) -> Path:
    """Fill `folder` with pytest and what it needs, numpy.testing, numpy.random and the whole standard library."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in PYODIDE_TESTS:
        for file in importlib.metadata.distribution(name).files or ():
            if ".." in file.parts or file.suffix == ".pyc":
                continue
            if file.suffix in (".so", ".pyd"):
                raise BuildError(f"{name} is not pure Python any more, so it cannot run inside Pyodide.")
            _write(folder / file, Path(str(file.locate())).read_bytes())
    for wheel in (cache() / "wheels").glob("numpy-*.whl"):
        for path, data in read_zip(wheel.read_bytes()).items():
            if path.startswith(_NUMPY_FOR_TESTS):
                _write(folder / path, data)
    _write(folder / STDLIB, (NODE_MODULES / "pyodide" / STDLIB).read_bytes())
    return folder


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
