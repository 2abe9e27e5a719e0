"""Lends pytest what the site's standard library lacks, and refuses it to all that the site carries.

pytest and the tests import modules of the standard library that no engine ever does. They come from the library as
Pyodide ships it. What the site carries (Insitu, numpy, pydicom ..., and the standard library itself) gets the error
that it would get on the site, also where pytest has imported the module before.
"""

from __future__ import annotations

import _imp
import builtins
import importlib
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import resolve_name
from types import FrameType, ModuleType
from typing import Any
from zipimport import zipimporter

LIBRARY = "/libraries/python_stdlib.zip"
"""Python's standard library as Pyodide ships it."""

CARRIED = "/lib/python314.zip"
"""The site's standard library, where Pyodide puts it."""

WHEELS = "/lib/python3.14/site-packages/"
"""The site's wheels, likewise."""

FROZEN = {
    *_imp._frozen_module_names(),  # type: ignore[attr-defined]
    *("importlib._bootstrap", "importlib._bootstrap_external"),
}
"""Modules inside the interpreter, which need no file; the last two are called `_frozen_importlib...` there."""


class Lender(MetaPathFinder):
    """Finds modules in the library as Pyodide ships it; the last finder to be asked."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        folder = fullname.rpartition(".")[0].replace(".", "/")
        return zipimporter(f"{LIBRARY}/{folder}").find_spec(fullname)


def lend(borrowers: tuple[str, ...]) -> None:
    """From now on code below the folders `borrowers` can import all of Pyodide's library; other code cannot."""
    lent = modules_of(LIBRARY) - modules_of(CARRIED)
    may = (*borrowers, LIBRARY)
    import_statement, import_module = builtins.__import__, importlib.import_module

    def check(names: Sequence[str]) -> None:
        refused = sorted(lent.intersection(names))
        if refused and not _is_borrower(sys._getframe(2), may):
            raise ModuleNotFoundError(f"the site carries no module named {refused[0]!r}", name=refused[0])

    def checked_import(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        whole = _absolute(name, level, globals)
        check([whole, *(f"{whole}.{each}" for each in fromlist or ())])
        return import_statement(name, globals, locals, fromlist or (), level)

    def checked_import_module(name: str, package: str | None = None) -> ModuleType:
        check([resolve_name(name, package)])
        return import_module(name, package)

    sys.meta_path.append(Lender())
    patched: tuple[tuple[ModuleType, str, Callable[..., Any]], ...] = (
        (builtins, "__import__", checked_import),
        (importlib, "import_module", checked_import_module),
    )
    for module, name, checked in patched:
        setattr(module, name, checked)


def modules_of(library: str) -> set[str]:
    """Names of the modules in a zip of Python's standard library, and of those inside the interpreter."""
    with zipfile.ZipFile(library) as archive:
        files = [name for name in archive.namelist() if name.endswith((".py", ".pyc"))]
    return {module_of(file) for file in files} | FROZEN


def module_of(file: str) -> str:
    """The module that is in a file, given its path from where packages are."""
    return file.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")


def _absolute(name: str, level: int, globals: Mapping[str, object] | None) -> str:
    if level == 0 or globals is None:
        return name
    return resolve_name("." * level + name, str(globals["__package__"]))


def _is_borrower(frame: FrameType | None, may: tuple[str, ...]) -> bool:
    """Whether this import is made on behalf of a borrower.

    The standard library's functions import for whoever calls them; but what a module of the site's imports as it
    starts would be missing on the site.
    """
    while frame is not None:
        file = str(frame.f_globals.get("__file__"))
        if file.startswith(may):
            return True
        if file.startswith(WHEELS) or (file.startswith(CARRIED) and frame.f_code.co_name == "<module>"):
            return False
        frame = frame.f_back
    return False
