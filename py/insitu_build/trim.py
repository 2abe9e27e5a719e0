"""Makes wheels small and quick to start: what carried.py names, licences, and byte code instead of sources."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from .carried import DROP, EMPTY, INSTEAD, KEEP, NEVER, SOURCE, STDLIB, STDLIB_COMPILED, STDLIB_SOURCE
from .node import find_node, run_node
from .places import cache, write_atomically
from .report import say
from .wheels import pack_zip, read_zip


def trim(name: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of wheel `name` (or of the standard library) that the site carries."""
    kept = {path: INSTEAD.get(path, data) for path, data in files.items() if _wanted(name, path)}
    return {path: b"" if path in EMPTY else data for path, data in kept.items()}


def _wanted(name: str, path: str) -> bool:
    folder, _, below = path.partition("/")
    if folder.endswith(".dist-info"):
        return below in ("METADATA", "WHEEL") or below.startswith("licenses/") or "LICENSE" in below
    if any(fnmatchcase(path, pattern) for pattern in (*NEVER, *DROP.get(name, ()))):
        return False
    if name == STDLIB:
        return any(fnmatchcase(path, pattern) for pattern in (*STDLIB_COMPILED, *STDLIB_SOURCE))
    return name not in KEEP or any(fnmatchcase(below, pattern) for pattern in KEEP[name])


def compile_python(contents: Mapping[str, Mapping[str, bytes]], pyodide: Path) -> dict[str, dict[str, bytes]]:
    """Replace sources by byte code of Pyodide's Python; kept in the cache by content."""
    result = {}
    for name, files in contents.items():
        sources = {path: data for path, data in files.items() if _is_compiled(name, path)}
        compiled = _compiled(name, pack_zip(sources), pyodide) if sources else {}
        others = {path: data for path, data in files.items() if path not in sources}
        result[name] = {**others, **{f"{path}c": compiled[path] for path in sources}}
    return result


def _is_compiled(name: str, path: str) -> bool:
    if name == STDLIB:
        return path.endswith(".py") and any(fnmatchcase(path, pattern) for pattern in STDLIB_COMPILED)
    return path.endswith(".py") and name not in SOURCE


def _compiled(name: str, sources: bytes, pyodide: Path) -> dict[str, bytes]:
    scripts = Path(__file__).parent / "pyodide"
    made_by = [pyodide / "package.json", scripts / "compile.mjs", scripts / "compile.py"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_by) + sources).hexdigest()
    kept = cache() / "compiled" / f"{digest}.zip"
    if kept.is_file():
        return read_zip(kept.read_bytes())
    say(f"Compiling {name} for the browser ...")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.zip"), Path(folder, "out.zip")
        source.write_bytes(sources)
        script = [str(scripts / "compile.mjs"), str(pyodide), str(source), str(target)]
        run_node(find_node(), script, cwd=Path(folder), timeout_s=300)
        data = target.read_bytes()
    write_atomically(kept, data)
    return read_zip(data)
