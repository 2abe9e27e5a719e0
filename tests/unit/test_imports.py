"""Invariant 2: who may import what, and that the imports of `insitu` point one way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.cpython_only

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "py" / "insitu"
LAYERS = (
    {"errors", "hounsfield", "lanes", "names", "resample", "statistics"},
    {"types"},
    {"pack_types", "objects"},
    {"flaws"},
    {"analysis", "decision"},
    {"zip_directory"},
    {"scale", "display", "tiles", "unlikeness"},
    {"prepare", "signal"},
    {"packs", "archive"},
    {"decode", "postprocess", "render", "encode", "files"},
    {"bridge", "segmentation", "render_objects", "volume"},
    {"pipeline"},
    {"deliver", "progress", "analyse_file", "crop_files"},
    {"predict_classes", "predict_objects", "predict_volumes", "objects_wire", "worker_state"},
    {"worker_objects", "worker_scan_files", "worker_volumes"},
    {"cli", "worker_api"},
    {"__main__"},
)
"""From the bottom; a module may import from its own part and from layers below."""


def imports_of(path: Path) -> Iterator[str]:
    """Absolute names of what a module imports, also inside functions."""
    package = ["insitu", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ([base] if node.module else [f"{base}.{alias.name}" for alias in node.names])


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def importers(*names: str) -> set[str]:
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        for name in imports_of(path)
        if name.split(".")[0] in names
    }


def test_only_the_browser_bridge_imports_javascript() -> None:
    assert importers("js", "pyodide", "pyodide_js") == {"bridge/_browser.py"}


def test_only_the_native_bridge_imports_onnxruntime() -> None:
    assert importers("onnxruntime") == {"bridge/_native.py"}


def test_the_package_never_imports_what_builds_it() -> None:
    assert importers("insitu_build", "torch") == set()


def test_every_part_has_a_layer() -> None:
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()} - {"__init__"}
    assert parts == set().union(*LAYERS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if part == "__init__":
        return
    level = next(level for level, parts in enumerate(LAYERS) if part in parts)
    allowed = {part, "__version__"}.union(*LAYERS[:level])
    used = {name.split(".")[1] for name in imports_of(path) if name.startswith("insitu.")}
    assert used <= allowed, f"{part} imports {sorted(used - allowed)}, which lies above it"


def test_only_the_network_runtime_imports_onnxruntime_web() -> None:
    found = set()
    for path in sorted((ROOT / "web").glob("**/*.js")):
        if "node_modules" in path.parts:
            continue
        code = re.sub(r"/\*.*?\*/|^\s*//[^\n]*", "", path.read_text("utf-8"), flags=re.S | re.M)
        if re.search(r"""(?:from|import)\s*\(?\s*["'`][^"'`]*(?:onnxruntime-web|ort\.wasm)""", code):
            found.add(path.relative_to(ROOT / "web").as_posix())
    assert found == {"js/engine/ort.js"}
