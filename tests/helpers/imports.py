"""All imports that the site's Python makes anywhere, read from its byte code."""

from __future__ import annotations

import marshal
import zipfile
from collections.abc import Iterator, Set
from importlib.util import resolve_name
from modulefinder import ModuleFinder
from pathlib import Path
from types import CodeType

from .lend import module_of

HEADER_BYTES = 16
"""What stands before the code in a .pyc file."""


def imports_of_zip(library: str, modules: Set[str]) -> Iterator[tuple[str, str]]:
    """Each of these modules of a zip with the name of each module that it may import."""
    with zipfile.ZipFile(library) as archive:
        for file in archive.namelist():
            if module_of(file) in modules:
                yield from _imports(file, archive.read(file))


def imports_of_folder(folder: Path) -> Iterator[tuple[str, str]]:
    """The same of all modules in a folder of packages."""
    for path in sorted(folder.rglob("*.py*")):
        yield from _imports(str(path.relative_to(folder)), path.read_bytes())


def _imports(file: str, data: bytes) -> Iterator[tuple[str, str]]:
    if file.endswith(".pyc"):
        code = marshal.loads(data[HEADER_BYTES:])
    elif file.endswith(".py"):
        code = compile(data, file, "exec", dont_inherit=True)
    else:
        return
    package = file.rpartition("/")[0].replace("/", ".")
    for imported in _of_code(code, package):
        yield module_of(file), imported


def _of_code(code: CodeType, package: str) -> Iterator[str]:
    for kind, details in ModuleFinder().scan_opcodes(code):
        if kind == "store":
            continue
        level, names, module = details if kind == "relative_import" else (0, *details)
        whole = resolve_name("." * level + module, package)
        yield whole
        yield from (f"{whole}.{name}" for name in names or ())
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant, package)
