"""`.venv`: made once, filled with what is pinned, left alone while nothing changes.

Standard library only. The wheels are kept in the cache, so that a removed `.venv` comes back
without a network.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import apt
from .pins import BASE, DEVELOPMENT, all_python
from .pip import run_pip, venv_pip
from .places import PYTHON, ROOT, VENV, cache
from .report import BuildError, say


def python_of(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(development: bool) -> Path:
    """Make `.venv` hold what is pinned; its interpreter.

    Parameters
    ----------
    development : bool
        Also what tests and checks need, not only what builds and serves.
    """
    _ensure_environment()
    _ensure_installed("base", BASE)
    _ensure_insitu()
    if development:
        _ensure_installed("development", DEVELOPMENT)
    return python_of(VENV)


def ensure_extra(name: str, packages: Mapping[str, str]) -> None:
    """Install one more group of pinned packages into `.venv`."""
    _ensure_installed(name, packages)


def _ensure_environment() -> None:
    """Environments cannot be moved nor outlive their Python; with other pins they start from nothing."""
    identity = f"{ROOT} {all_python()}"
    if _stamped("environment", identity) and _tag():
        return
    say(f"Making .venv with Python {sys.version.split()[0]} ...")
    if VENV.exists():
        shutil.rmtree(VENV)
    _create()
    _stamp("environment", identity)


_TAG = """
import sys, sysconfig
assert sys.version_info >= (3, 11)
print(f"{sys.implementation.cache_tag}-{sysconfig.get_platform()}")
"""


def _tag() -> str:
    """Which wheels the environment's Python takes; empty if it does not start any more."""
    try:
        said = subprocess.run([python_of(VENV), "-c", _TAG], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""


def _create() -> None:
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if apt.install(package) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    raise BuildError(
        f"This Python cannot make virtual environments. Install its venv module (Debian: {package}) and try again."
    )


def _ensure_installed(group: str, packages: Mapping[str, str]) -> None:
    """Fetch wheels into the cache (once), then install from there only."""
    wanted = [f"{name}=={version}" for name, version in packages.items()]
    content = json.dumps([wanted, all_python()])
    if _stamped(group, content):
        return
    constraints = VENV / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in all_python().items()), "utf-8")
    pinned = ["--constraint", str(constraints), *wanted]
    try:
        wheels = _fetch(group, pinned)
        _install(group, wheels, pinned)
    except BuildError:
        shutil.rmtree(_wheels(), ignore_errors=True)  # the cache may have lost some; once more from nothing
        _install(group, _fetch(group, pinned), pinned)
    _stamp(group, content)


def _wheels() -> Path:
    return cache() / "python" / _tag()


def _fetch(group: str, pinned: Sequence[str]) -> Path:
    wheels = _wheels()
    kept = wheels / f"{group}-{_digest(json.dumps(pinned))}"
    if kept.exists():
        return wheels
    wheels.mkdir(parents=True, exist_ok=True)
    say(f"Fetching Python packages ({group}): {', '.join(pinned[2:])} ...")
    run_pip(
        ["wheel", "--wheel-dir", str(wheels), *pinned],
        "Fetching Python packages",
        venv_pip(python_of(VENV)),
    )
    kept.touch()
    return wheels


def _install(group: str, wheels: Path, pinned: Sequence[str]) -> None:
    say(f"Installing Python packages ({group}) into .venv ...")
    run_pip(
        ["install", "--no-index", "--find-links", str(wheels), *pinned],
        "Installing Python packages",
        venv_pip(python_of(VENV)),
    )


def _ensure_insitu() -> None:
    """An editable install: the command `insitu`, and `py/` on the path."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    hook = (PYTHON / "insitu_build" / "hatch_hook.py").read_text("utf-8")
    version = (PYTHON / "insitu" / "__init__.py").read_text("utf-8")
    content = project + hook + version
    if _stamped("insitu", content):
        return
    run_pip(
        ["install", "--no-index", "--no-build-isolation", "--no-deps", "--editable", str(ROOT)],
        "Installing insitu into .venv",
        venv_pip(python_of(VENV)),
    )
    _stamp("insitu", content)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _stamp_file(group: str) -> Path:
    return VENV / f"insitu-{group}.stamp"


def _stamped(group: str, content: str) -> bool:
    try:
        return _stamp_file(group).read_text("utf-8") == _digest(content)
    except OSError:
        return False


def _stamp(group: str, content: str) -> None:
    _stamp_file(group).write_text(_digest(content), "utf-8")
