"""Builds `dist/`, the static site (ARCHITECTURE.md, "The built site")."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from .embed import ENGINE, build_embed
from .licences import third_party
from .lock import only_one
from .modules import Module, own_imports, reached, rewrite, vendor
from .node import ensure_modules, find_node
from .packs import build_packs
from .places import DIST, MODELS, PYTHON, WEB, cache
from .report import BuildError, say, size
from .runtime import build_runtime

_DEVELOPMENT = {"package.json", "package-lock.json", "README.md", "eslint.config.js", "node_modules"}
_PAGES = {"index.html": "js/main.js", "speed.html": "js/speed.js"}
"""Each page and the module that it starts."""
_TYPES = ("insitu.d.ts",)
"""Types of what other people's pages import."""
_BUNDLED = ("js/embed/", "insitu.js", "insitu-drop.js")
"""Modules that reach the site only inside the files of embed.py."""
_NOT_KEPT = ("precache.json", "sw.js", ENGINE)
"""Other people's pages keep their engine themselves (js/embed/site-files.js); the site's own has its modules."""
_NEEDED = (*_PAGES, *_PAGES.values(), "sw.js", "js/engine/worker.js")


def build_site(dist: Path = DIST, *, models: Path = MODELS, need_packs: bool = True) -> Path:
    """Build the site into `dist`; a failure leaves what was there before.

    Raises
    ------
    BuildError
        With the reason in one sentence.
    """
    with only_one(cache()):
        modules = ensure_modules(find_node())
        files = site_files(modules, models, need_packs)
        changed = _write(files, dist)
    total = sum(map(len, files.values()))
    say(f"{dist.name}/ {'is built' if changed else 'is up to date'}: {len(files)} files, {size(total)}")
    return dist


def site_files(modules: Path, models: Path = MODELS, need_packs: bool = True) -> dict[str, bytes]:
    """Every file of the site by its address, sorted."""
    version = insitu_version()
    files, imported = web_files(WEB)
    packs = build_packs(models)
    if need_packs and not packs:
        raise BuildError(f"There is no pack: no folder of {models.name}/ has an rdf.yaml.")
    files |= vendor(imported, modules) | packs | build_runtime(modules, PYTHON / "insitu", version)
    for page, entry in _PAGES.items():
        files[page] = preload(page, files[page], reached(files, entry))
    files |= build_embed(files)
    files["THIRD-PARTY.txt"] = third_party(files, modules, models)
    files["precache.json"] = precache(files, version)
    files["sw.js"] = stamp(files["sw.js"], files["precache.json"])
    return dict(sorted(files.items()))


def insitu_version() -> str:
    """The version, from the one place that says it."""
    text = (PYTHON / "insitu" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if not found:
        raise BuildError("py/insitu/__init__.py does not say __version__.")
    return found[1]


def web_files(web: Path) -> tuple[dict[str, bytes], list[Module]]:
    """What a browser gets of `web/`, imports rewritten, and the packages' modules it imports."""
    files: dict[str, bytes] = {}
    imported: list[Module] = []
    for path in sorted(web.rglob("*")):
        address = path.relative_to(web).as_posix()
        if path.is_file() and not _is_for_development(address):
            files[address] = path.read_bytes()
            if path.suffix == ".js":
                text, found = rewrite(path.read_text("utf-8"), address)
                files[address] = text.encode()
                imported += found
    for address in _NEEDED:
        if address not in files:
            raise BuildError(f"The page is incomplete: there is no web/{address}.")
    for address in files:
        if address.endswith(".js"):
            for name in own_imports(files[address].decode(), address):
                if name not in files and not name.startswith(("vendor/", "runtime/", *_BUNDLED)):
                    raise BuildError(f"The page is incomplete: {address} imports {name}, which is not there.")
    return files, imported


def _is_for_development(address: str) -> bool:
    parts = address.split("/")
    return (
        any(part.startswith(".") or part in _DEVELOPMENT for part in parts)
        or parts[-1].startswith("tsconfig")
        or (parts[-1].endswith(".d.ts") and address not in _TYPES)
        or address.startswith(_BUNDLED)
    )


def precache(files: Mapping[str, bytes], version: str) -> bytes:
    """The service worker's manifest: all but itself, the service worker, the networks and other pages' engine."""
    entries = [
        {"path": address, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for address, data in sorted(files.items())
        if address not in _NOT_KEPT and not address.endswith(".onnx")
    ]
    everything = json.dumps([entries, hashlib.sha256(files["sw.js"]).hexdigest()])
    digest = hashlib.sha256(everything.encode()).hexdigest()[:16]
    values = {"version": digest, "insitu": version, "files": entries}
    return (json.dumps(values, indent=1) + "\n").encode()


def preload(address: str, page: bytes, modules: Sequence[str]) -> bytes:
    """Let a page ask for all its modules at once, not for each when the one that imports it has come."""
    end = b"  </head>"
    if page.count(end) != 1:
        raise BuildError(f"web/{address} has no line that ends its head.")
    links = "".join(f'    <link rel="modulepreload" href="{module}" />\n' for module in modules)
    return page.replace(end, links.encode() + end)


def stamp(service_worker: bytes, manifest: bytes) -> bytes:
    """Write the manifest's version into the service worker: by that a browser sees that there is a new one."""
    line = b'const VERSION = "development";'
    if service_worker.count(line) != 1:
        raise BuildError(f"web/sw.js has no line {line.decode()!r} to write the version into.")
    version = json.loads(manifest)["version"]
    return service_worker.replace(line, f'const VERSION = "{version}";'.encode())


def _write(files: Mapping[str, bytes], dist: Path) -> bool:
    """Put a new folder in the place of the old one, unless they are equal; whether it changed."""
    if _is_same(files, dist):
        return False
    fresh = dist.with_name(f".{dist.name}.new")
    old = dist.with_name(f".{dist.name}.old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    for address, data in files.items():
        path = fresh / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(old, ignore_errors=True)
    return True


def _is_same(files: Mapping[str, bytes], dist: Path) -> bool:
    there = {path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()}
    return there == set(files) and all((dist / a).read_bytes() == data for a, data in files.items())
