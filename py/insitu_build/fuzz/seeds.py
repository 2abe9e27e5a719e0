"""Small files to start from, by reader; drawn by code, never anybody's data."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from insitu.decode.families import FAMILIES

from ..drawn import draw
from ..report import BuildError
from .target import ARCHIVE

_SIDE = 24


def readers() -> Mapping[str, tuple[str, ...]]:
    """Names that can be fuzzed, with their families: those and the modules that read several."""
    modules: dict[str, tuple[str, ...]] = {}
    for name, family in FAMILIES.items():
        modules[family.module] = (*modules.get(family.module, ()), name)
    return {**{name: (name,) for name in FAMILIES}, **modules, ARCHIVE: (ARCHIVE,)}


def seeds(reader: str) -> list[bytes]:
    """At least one file.

    Raises
    ------
    BuildError
        There is no such reader.
    """
    families = readers().get(reader)
    if families is None:
        raise BuildError(f"There is no reader {reader}; there are {', '.join(sorted(readers()))}.")
    if reader == ARCHIVE:
        return _archives()
    return [file.data for file in draw(_SIDE) if file.family in families]


def _archives() -> list[bytes]:
    """Stored, deflated, nested, and one with odd names."""
    picture = next(file.data for file in draw(_SIDE) if file.family == "png")
    inner = _archive({"inner.png": picture}, zipfile.ZIP_DEFLATED)
    odd = {"../up.png": picture, "/root.png": picture, "folder/ünï.png": picture, "__MACOSX/._a.png": b"x"}
    return [
        _archive({"a.png": picture, "b/c.png": picture}, zipfile.ZIP_STORED),
        _archive({"a.png": picture}, zipfile.ZIP_DEFLATED),
        _archive({"nested.zip": inner}, zipfile.ZIP_STORED),
        _archive(odd, zipfile.ZIP_DEFLATED),
    ]


def _archive(files: Mapping[str, bytes], method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()
