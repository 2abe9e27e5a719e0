"""What other people's pages load: `insitu.js` and its companions, one file each, and the engine as one file.

Modules with relative imports cannot be started from a `blob:` address, which is how a worker of another origin
starts, so esbuild puts each into one file. The list of what an engine loads, with sizes and hashes, is written
into them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .node import find_node, run_node
from .places import WEB

ENGINE = "embed/engine.js"
BEFORE_READERS = "insitu"
"""The wheel with all that an engine needs before a file appears that needs a reader of its own."""

_RUNTIME = (
    "runtime/ort/ort-wasm-simd-threaded.wasm",
    "runtime/pyodide/pyodide.asm.wasm",
    "runtime/pyodide/python_stdlib.zip",
    "runtime/pyodide/pyodide-lock.json",
)
"""What an engine loads besides its own code and wheels."""

_NODE_ONLY = ("node:*", "ws", "module", "worker_threads")
"""Imports of Pyodide and onnxruntime-web that no browser reaches."""


def build_embed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files for other people's pages, by their address; `files` is the rest of the site."""
    site = list_site(files)
    engine = bundle("js/embed/engine.js", {"start": site["start"], "later": site["later"]})
    site = {"engine": entry(ENGINE, engine), **site}
    return {
        ENGINE: engine,
        "insitu.js": bundle("insitu.js", site),
        "insitu-drop.js": bundle("insitu-drop.js", {}, external=("./insitu.js",)),
        "embed/frame.js": bundle("js/embed/frame.js", {}, external=("../../insitu.js",)).replace(
            b'"../../insitu.js"', b'"../insitu.js"'
        ),
    }


def list_site(files: Mapping[str, bytes]) -> dict[str, Any]:
    """All that may be loaded (`SiteList` in web/js/embed/embed-types.d.ts), but for the engine's own code."""
    lock = json.loads(files["runtime/pyodide/pyodide-lock.json"])["packages"]
    wheels = {name: f"runtime/pyodide/{package['file_name']}" for name, package in lock.items()}
    first = needed(BEFORE_READERS, lock)
    index = json.loads(files["packs/index.json"])
    return {
        "start": [entry(path, files[path]) for path in (*_RUNTIME, *(wheels[name] for name in first))],
        "later": [entry(path, files[path]) for name, path in sorted(wheels.items()) if name not in first],
        "defaultPack": index["default"],
        "packs": {pack: _pack(pack, files) for pack in index["packs"]},
    }


def _pack(name: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    description = f"packs/{name}/pack.json"
    values = json.loads(files[description])
    network = f"packs/{name}/{values['model']['file']}"
    return {"task": values["task"], "files": [entry(path, files[path]) for path in (description, network)]}


def entry(path: str, data: bytes) -> dict[str, Any]:
    """A file as it has to arrive."""
    return {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def needed(name: str, lock: Mapping[str, Any]) -> Sequence[str]:
    """A package and all that it depends on, in alphabetical order."""
    found = [name]
    for package in found:
        found += [other for other in lock[package]["depends"] if other not in found]
    return sorted(found)


def bundle(path: str, site: Mapping[str, Any], external: Sequence[str] = ()) -> bytes:
    """The module at `path` of web/ and all that it imports, as one file."""
    options = [
        *("--bundle", "--format=esm", "--platform=browser", "--target=es2022", "--minify", "--charset=utf8"),
        *("--legal-comments=none", "--log-level=error"),
        *(f"--external:{name}" for name in (*_NODE_ONLY, *external)),
        f"--define:INSITU_SITE={json.dumps(site, separators=(',', ':'))}",
    ]
    tool = WEB / "node_modules" / "esbuild" / "bin" / "esbuild"
    return run_node(find_node(), [str(tool), path, *options], cwd=WEB, timeout_s=120).encode()
