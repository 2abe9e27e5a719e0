"""The two runtimes of an engine: Pyodide with its wheels and lock file, and onnxruntime-web."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .pins import RUNTIME_WHEELS
from .places import cache
from .report import BuildError
from .supply import default_sources, gather, wanted_wheels
from .wheels import own_files, pack_wheel, read_wheel

PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
ORT_FILES = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")


@dataclass(frozen=True)
class Entry:
    """One wheel of the site with what `pyodide-lock.json` says of it."""

    name: str
    version: str
    file: str
    data: bytes
    imports: tuple[str, ...]
    depends: tuple[str, ...]


def build_runtime(modules: Path, package: Path, version: str) -> dict[str, bytes]:
    """Files below `runtime/` of the site, by their address."""
    files = {f"runtime/ort/{name}": _read(modules / "onnxruntime-web" / "dist" / name) for name in ORT_FILES}
    files |= {f"runtime/pyodide/{name}": _read(modules / "pyodide" / name) for name in PYODIDE_FILES}
    lock = json.loads(_read(modules / "pyodide" / "pyodide-lock.json"))
    entries = [*_fetched(lock, modules), _own(package, version)]
    for entry in entries:
        files[f"runtime/pyodide/{entry.file}"] = entry.data
    files["runtime/pyodide/pyodide-lock.json"] = lock_file(lock["info"], entries)
    return files


def lock_file(info: Mapping[str, Any], entries: list[Entry]) -> bytes:
    """Our own lock file: only what the site carries, so that nothing else is ever asked for."""
    packages = {
        entry.name: {
            "name": entry.name,
            "version": entry.version,
            "file_name": entry.file,
            "install_dir": "site",
            "package_type": "package",
            "sha256": hashlib.sha256(entry.data).hexdigest(),
            "imports": list(entry.imports),
            "depends": list(entry.depends),
            "unvendored_tests": False,
        }
        for entry in entries
    }
    return (json.dumps({"info": dict(info), "packages": packages}, indent=1) + "\n").encode()


def _fetched(lock: Mapping[str, Any], modules: Path) -> list[Entry]:
    pyodide = json.loads(_read(modules / "pyodide" / "package.json"))["version"]
    wanted = wanted_wheels(lock)
    paths = gather(list(wanted.values()), cache() / "wheels", default_sources(pyodide))
    entries = []
    for pin in RUNTIME_WHEELS:
        file = wanted[pin.name].file
        data = pack_wheel(read_wheel(paths[file].read_bytes()))
        entries.append(Entry(pin.name, file.split("-")[1], file, data, pin.imports, pin.depends))
    return entries


def _own(package: Path, version: str) -> Entry:
    data = pack_wheel(own_files(package, version))
    depends = ("numpy", "pillow", "imagecodecs")
    return Entry("insitu", version, f"insitu-{version}-py3-none-any.whl", data, ("insitu",), depends)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(
            f"The npm packages are incomplete: {path.name} is missing. Remove web/node_modules."
        ) from error
