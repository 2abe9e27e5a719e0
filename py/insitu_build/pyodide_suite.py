"""What the suite inside Pyodide needs besides the site: pytest, copied out of `.venv`."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

from .pins import PYODIDE_TESTS
from .report import BuildError


def gather_libraries(folder: Path) -> Path:
    """Fill `folder` with pytest and the pure Python packages it needs."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in PYODIDE_TESTS:
        for file in importlib.metadata.distribution(name).files or ():
            if ".." in file.parts or file.suffix == ".pyc":
                continue
            if file.suffix in (".so", ".pyd"):
                raise BuildError(f"{name} is not pure Python any more, so it cannot run inside Pyodide.")
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), target)
    return folder
