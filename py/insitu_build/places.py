"""Where things are. Standard library only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
PYTHON = ROOT / "py"
MODELS = ROOT / "models"
TESTS = ROOT / "tests"
DIST = ROOT / "dist"
VENV = ROOT / ".venv"
NODE_MODULES = WEB / "node_modules"


def cache() -> Path:
    """The folder that keeps what was fetched: `$INSITU_CACHE`, else `.cache` beside build.py."""
    named = os.environ.get("INSITU_CACHE")
    folder = Path(named).expanduser().absolute() if named else ROOT / ".cache"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_atomically(path: Path, data: bytes) -> None:
    """Write so that a reader, also after a crash, sees the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
