"""ES modules without a bundler: what is imported is copied, and bare names become relative paths."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .report import BuildError

ENTRIES = {
    "lit": ("lit", "index.js"),
    "lit-html": ("lit-html", "lit-html.js"),
    "lit-element/lit-element.js": ("lit-element", "lit-element.js"),
    "@lit/reactive-element": ("@lit/reactive-element", "reactive-element.js"),
    "idb": ("idb", "build/index.js"),
    "client-zip": ("client-zip", "index.js"),
    "uplot": ("uplot", "dist/uPlot.esm.js"),
}
"""Bare names whose module is not simply the path behind the package's name."""

PLACED = {
    "pyodide": "runtime/pyodide/pyodide.mjs",
    "pyodide/pyodide.asm.mjs": "runtime/pyodide/pyodide.asm.mjs",
    "onnxruntime-web/wasm": "runtime/ort/ort.wasm.min.mjs",
}
"""Bare names of modules that have their own place in the site."""

PACKAGES = ("@lit/reactive-element", "lit-element", "lit-html", "lit", "idb", "client-zip", "uplot")

_IMPORT = re.compile(
    r"""(?P<comment>^[ \t]*(?:/\*.*?\*/|//[^\n]*))"""
    r"""|(?P<before>\b(?:from|import)\s*(?:\(\s*)?)(?P<quote>["'])(?P<name>[^"'\n]+)(?P=quote)"""
    r"""(?P<type>\)\s*(?:\.\s*[A-Z]|[}&|>\]]))?""",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Module:
    """A module of a package: where it comes from and where it lands in the site."""

    package: str
    path: str

    @property
    def address(self) -> str:
        return f"vendor/{self.package}/{self.path}"


def resolve(name: str) -> Module | str | None:
    """A bare name's module, or the address of one that has its own place; None if unknown."""
    if name in PLACED:
        return PLACED[name]
    if name in ENTRIES:
        return Module(*ENTRIES[name])
    for package in PACKAGES:
        if name.startswith(f"{package}/") and name.endswith(".js"):
            return Module(package, name.removeprefix(f"{package}/"))
    return None


def rewrite(text: str, address: str) -> tuple[str, list[Module]]:
    """Make every import of the module at `address` relative.

    Returns
    -------
    (str, list of Module)
        The new text, and the modules of packages that it imports.
    """
    found: list[Module] = []

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if match["comment"] is not None or match["type"] or name.startswith((".", "/", "blob:", "data:")):
            return match[0]
        target = resolve(name)
        if target is None:
            raise BuildError(f"{address} imports {name!r}, which the build does not know; see modules.py.")
        if isinstance(target, Module):
            found.append(target)
        to = target.address if isinstance(target, Module) else target
        relative = posixpath.relpath(to, posixpath.dirname(address) or ".")
        relative = relative if relative.startswith(".") else f"./{relative}"
        return f"{match['before']}{match['quote']}{relative}{match['quote']}"

    return _IMPORT.sub(replace, text), found


def vendor(wanted: list[Module], packages: Path) -> dict[str, bytes]:
    """The wanted modules and all they import, rewritten, by their address in the site."""
    files: dict[str, bytes] = {}
    queue = list(wanted)
    while queue:
        module = queue.pop()
        if module.address in files:
            continue
        source = packages / module.package / module.path
        if not source.is_file():
            raise BuildError(f"The npm package {module.package} has no {module.path}.")
        text = re.sub(r"\n?//# sourceMappingURL=[^\n]*\n?", "\n", source.read_text("utf-8"))
        text, bare = rewrite(text, module.address)
        files[module.address] = text.encode()
        queue += [*bare, *_relative_imports(text, module)]
    return files


def _relative_imports(text: str, module: Module) -> list[Module]:
    """Imports of the same package (imports of others already point outside it)."""
    paths = own_imports(text, module.path)
    return [Module(module.package, path) for path in paths if not path.startswith("..")]


def own_imports(text: str, address: str) -> list[str]:
    """Addresses that a module imports by relative paths."""
    return [
        posixpath.normpath(posixpath.join(posixpath.dirname(address), match["name"]))
        for match in _IMPORT.finditer(text)
        if match["comment"] is None and not match["type"] and match["name"].startswith(".")
    ]


def reached(files: Mapping[str, bytes], start: str) -> list[str]:
    """Addresses of the modules that the one at `start` imports, and those that they import; `start` is the first."""
    found = [start]
    for address in found:
        imports = own_imports(files[address].decode(), address)
        found += [name for name in dict.fromkeys(imports) if name not in found]
    return found
