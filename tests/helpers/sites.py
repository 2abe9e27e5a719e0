"""Copies of the built site that differ from it."""

from __future__ import annotations

import json
from pathlib import Path

from insitu_build.site import precache, stamp


def reseal(folder: Path, version: str = "9.9.9") -> None:
    """List the files of a changed site anew, so that its service worker takes them."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    manifest = json.loads(files["precache.json"])
    stamped = f'const VERSION = "{manifest["version"]}";'.encode()
    files["sw.js"] = files["sw.js"].replace(stamped, b'const VERSION = "development";')
    (folder / "precache.json").write_bytes(precache(files, version))
    (folder / "sw.js").write_bytes(stamp(files["sw.js"], (folder / "precache.json").read_bytes()))
