"""The two runtimes of an engine: Pyodide with its wheels and lock file, and onnxruntime-web."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .carried import STDLIB
from .pins import RUNTIME_WHEELS, PyodideWheel
from .places import cache
from .report import BuildError
from .supply import default_sources, gather, wanted_wheels
from .trim import compile_python, trim
from .wheels import own_files, pack_wheel, pack_zip, read_zip

PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
_OWN = (
    PyodideWheel("insitu", ("insitu",), ("numpy", "pillow", "imagecodecs")),
    PyodideWheel("insitu-readers", (), ("insitu",)),
    PyodideWheel("insitu-more", (), ("insitu",)),
)
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
    pyodide = modules / "pyodide"
    lock = json.loads(_read(pyodide / "pyodide-lock.json"))
    paths = _wheel_paths(lock, pyodide)
    contents = {pin.name: trim(pin.name, _files_of(pin, paths)) for pin in RUNTIME_WHEELS}
    contents |= {pin.name: own_files(package, version, pin.name) for pin in _OWN}
    contents[STDLIB] = trim(STDLIB, read_zip(_read(pyodide / STDLIB)))
    contents = compile_python(contents, pyodide)

    files = {f"runtime/ort/{name}": _read(modules / "onnxruntime-web" / "dist" / name) for name in ORT_FILES}
    files |= {f"runtime/pyodide/{name}": _read(pyodide / name) for name in PYODIDE_FILES}
    files[f"runtime/pyodide/{STDLIB}"] = pack_zip(contents.pop(STDLIB))
    entries = [
        *(_entry(pin, _file_name(pin, paths), contents[pin.name]) for pin in RUNTIME_WHEELS),
        *(_entry(pin, f"{_stem(pin)}-{version}-py3-none-any.whl", contents[pin.name]) for pin in _OWN),
    ]
    files |= {f"runtime/pyodide/{entry.file}": entry.data for entry in entries}
    files["runtime/pyodide/pyodide-lock.json"] = lock_file(lock["info"], entries)
    return files


def _entry(pin: PyodideWheel, file: str, files: Mapping[str, bytes]) -> Entry:
    return Entry(pin.name, file.split("-")[1], file, pack_wheel(files), pin.imports, pin.depends)


def _stem(pin: PyodideWheel) -> str:
    return pin.name.replace("-", "_")


def _file_name(pin: PyodideWheel, paths: Mapping[str, Path]) -> str:
    if pin.part_of is None:
        return paths[pin.name].name
    return f"{_stem(pin)}-{paths[pin.part_of].name.split('-', 1)[1]}"


def _files_of(pin: PyodideWheel, paths: Mapping[str, Path]) -> dict[str, bytes]:
    """What is in the fetched wheel; a part of one goes by its own name."""
    if pin.part_of is None:
        return read_zip(paths[pin.name].read_bytes())
    files = read_zip(paths[pin.part_of].read_bytes())
    whole, part = f"{pin.part_of}-", f"{_stem(pin)}-"
    return {
        path.replace(whole, part, 1) if ".dist-info/" in path else path: (
            data.replace(f"\nName: {pin.part_of}\n".encode(), f"\nName: {pin.name}\n".encode())
            if path.endswith(".dist-info/METADATA")
            else data
        )
        for path, data in files.items()
    }


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


def _wheel_paths(lock: Mapping[str, Any], pyodide: Path) -> dict[str, Path]:
    version = json.loads(_read(pyodide / "package.json"))["version"]
    wanted = wanted_wheels(lock)
    paths = gather(list(wanted.values()), cache() / "wheels", default_sources(version))
    return {name: paths[item.file] for name, item in wanted.items()}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(
            f"The npm packages are incomplete: {path.name} is missing. Remove web/node_modules."
        ) from error
