"""pip, with its own configuration, and a line for each thing it downloads. Standard library only."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .report import BuildError, say


def run_pip(arguments: Sequence[str], doing: str, pip: Sequence[str] | None = None) -> None:
    """Run pip and wait.

    Raises
    ------
    BuildError
        With what was being done and pip's own reason.
    """
    command = [
        *(pip or (sys.executable, "-m", "pip")),
        "--no-input",
        "--disable-pip-version-check",
        *arguments,
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    lines: list[str] = []
    with process.stdout:
        for line in process.stdout:
            lines.append(line.strip())
            if shown := _progress(line.strip()):
                say(f"  {shown}")
    if process.wait() != 0:
        raise BuildError(f"{doing} failed: {_reason(lines)}")


def _progress(line: str) -> str | None:
    """pip's line about a download, without where it came from."""
    words = line.split()
    if len(words) < 2 or words[0] != "Downloading":
        return None
    name = words[1].rstrip("/").rsplit("/", 1)[-1]
    return " ".join([words[0], name, *words[2:]])


def _reason(lines: Sequence[str]) -> str:
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR:")]
    return " ".join(errors) or (lines[-1] if lines else "pip said nothing")


def venv_pip(python: Path) -> list[str]:
    """The command that runs the pip of another environment."""
    return [str(python), "-m", "pip"]
