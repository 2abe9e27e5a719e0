"""Format, lint and types of both languages."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .node import ensure_modules, find_node
from .places import MODELS, ROOT, WEB
from .report import say

_PYTHON = ("build.py", "py", "tests", "models")
_TYPED = ("build.py", "py/insitu", "py/insitu_build")
_LOOSER = ("--allow-subclassing-any", "--no-warn-return-any", "--no-warn-unused-ignores")
"""For what trains networks: torch is not in .venv."""
_BARE_NAMES = ("--no-explicit-package-bases", "--no-namespace-packages")
"""A pack's scripts import each other so."""
_PRETTIER = (
    *("--config", "web/.prettierrc.json", "--ignore-path", "web/.prettierignore"),
    *("web", "tests/**/*.{js,mjs}"),
)
_ESLINT = ("--max-warnings=0", "--config", "web/eslint.config.js", "web", "tests")


def run_checks(*, fix: bool) -> int:
    """Run every check; 0 when all are content."""
    results = run_all(fix=fix)
    failed = [name for name, good in results.items() if not good]
    say(f"\n{len(results) - len(failed)} passed, {len(failed)} failed, 0 skipped")
    return 1 if failed else 0


def run_all(*, fix: bool) -> Mapping[str, bool]:
    """Each check's name and whether it is content; those that are not have printed why."""
    results = {}
    for name, command in _commands(fix).items():
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        results[name] = done.returncode == 0
        say(f"{name}: {'ok' if results[name] else 'FAILED'}")
        if not results[name]:
            say(done.stdout.rstrip())
    return results


def _commands(fix: bool) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    present = [name for name in _PYTHON if (ROOT / name).exists()]
    return {
        "ruff format": [*python, "ruff", "format", *([] if fix else ["--check"]), *present],
        "ruff": [*python, "ruff", "check", "--output-format=concise", *(["--fix"] if fix else []), *present],
        "mypy": [*python, "mypy", *_TYPED],
        "mypy tests": [*python, "mypy", "--disable-error-code=func-returns-value", "tests"],
        "mypy training": [*python, "mypy", *_LOOSER, "py/insitu_training"],
        **{
            f"mypy models/{folder.name}": [
                *python,
                "mypy",
                *_LOOSER,
                *_BARE_NAMES,
                *map(str, sorted(folder.glob("*.py"))),
            ]
            for folder in sorted(MODELS.glob("*"))
            if any(folder.glob("*.py"))
        },
        **_web_commands(fix),
    }


def _web_commands(fix: bool) -> dict[str, list[str]]:
    node = find_node()
    modules = ensure_modules(node)

    def tool(path: str, arguments: Sequence[str]) -> list[str]:
        return [*node.node, str(modules / path), *arguments]

    configs = sorted(Path(WEB).glob("tsconfig.*.json"))
    return {
        "prettier": tool(
            "prettier/bin/prettier.cjs",
            ["--write" if fix else "--check", "--log-level=warn", *_PRETTIER],
        ),
        "eslint": tool(
            "eslint/bin/eslint.js",
            [*(["--fix"] if fix else []), *_ESLINT],
        ),
        **{
            f"tsc {path.name.split('.')[1]}": tool("typescript/bin/tsc", ["--noEmit", "--project", str(path)])
            for path in configs
            if path.name != "tsconfig.base.json"
        },
    }
