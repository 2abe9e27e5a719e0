"""Wheels as the site carries them: the same bytes at every build, and nothing that is not used."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from .carried import OWN_NEVER, OWN_PARTS

_DATE = (1980, 1, 1, 0, 0, 0)


def pack_wheel(files: Mapping[str, bytes]) -> bytes:
    """A wheel of these files, with a new RECORD; independent of clock, order and file system."""
    files = {path: data for path, data in files.items() if not path.endswith(".dist-info/RECORD")}
    info = next(path.split("/")[0] for path in sorted(files) if path.split("/")[0].endswith(".dist-info"))
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in sorted(files.items()))
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return pack_zip(files)


def pack_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, the same for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, data)
    return buffer.getvalue()


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip (a wheel is one), by their path in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def own_files(package: Path, version: str, name: str = "insitu") -> dict[str, bytes]:
    """Our package as files of one of the wheels in which the site has it."""
    files = {}
    for path in sorted(package.rglob("*")):
        inner = path.relative_to(package).as_posix()
        wanted = path.suffix == ".py" or path.name == "py.typed"
        if path.is_file() and wanted and not _fits(inner, OWN_NEVER) and part_of(inner) == name:
            files[f"insitu/{inner}"] = path.read_bytes()
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    needs = ("numpy", "pillow", "imagecodecs") if name == "insitu" else ("insitu",)
    depends = "".join(f"Requires-Dist: {need}\n" for need in needs)
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{depends}".encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: insitu\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    return files


def part_of(inner: str) -> str:
    """The wheel in which a module of our package travels, given its path in it."""
    return next((name for name, patterns in OWN_PARTS.items() if _fits(inner, patterns)), "insitu")


def _fits(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
