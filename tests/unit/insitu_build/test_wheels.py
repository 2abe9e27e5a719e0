"""The wheels in which the site has our own package: what is imported has been loaded."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

from insitu_build.carried import OWN_PARTS
from insitu_build.places import ROOT
from insitu_build.wheels import own_files, part_of

pytestmark = pytest.mark.cpython_only

PACKAGE = ROOT / "py" / "insitu"


def imports_at_start(module: Path) -> Iterator[str]:
    """What a module of our package imports from it as it starts, as paths in it."""
    package = ".".join(["insitu", *module.relative_to(PACKAGE).parts[:-1]])
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            whole = resolve_name("." * node.level + (node.module or ""), package)
            for name in (whole, *(f"{whole}.{alias.name}" for alias in node.names)):
                inner = name.removeprefix("insitu").removeprefix(".").replace(".", "/")
                yield from (
                    path for path in (f"{inner}.py", f"{inner}/__init__.py") if (PACKAGE / path).is_file()
                )


def modules_in(wheel: str) -> list[Path]:
    """Modules of our package in one of its wheels, as paths in it."""
    files = own_files(PACKAGE, "1.0", wheel)
    return [Path(path).relative_to("insitu") for path in files if path.endswith(".py")]


@pytest.mark.parametrize("wheel", ["insitu", *OWN_PARTS])
def test_what_a_module_imports_as_it_starts_is_loaded_with_it_or_before(wheel: str) -> None:
    modules = modules_in(wheel)
    assert modules
    for module in modules:
        loaded = {"insitu", wheel}
        if wheel == "insitu-readers" and module.parts[0] == "volume":
            loaded.add("insitu-more")  # a pack that looks through scans is open
        parts = {imported: part_of(imported) for imported in imports_at_start(PACKAGE / module)}
        assert {imported for imported, part in parts.items() if part not in loaded} == set(), module


def test_every_module_is_in_one_wheel() -> None:
    held = [module for wheel in ("insitu", *OWN_PARTS) for module in modules_in(wheel)]
    assert len(held) == len(set(held)) > 80


@pytest.mark.parametrize("wheel", OWN_PARTS)
def test_every_pattern_names_a_module(wheel: str) -> None:
    modules = [module.as_posix() for module in modules_in(wheel)]
    assert [pattern for pattern in OWN_PARTS[wheel] if not fnmatch.filter(modules, pattern)] == []
