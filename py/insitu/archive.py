"""ZIP archives as lists of files: the directory at the end is read at once, a member when its turn comes.

Nothing is written anywhere. The rules are those of the page's ``lib/archive.js``, step by step, so that both list the
same names in the same order and refuse the same members with the same sentences. That is why neither uses a
library: Python's zipfile gives up a whole archive for one odd name or version, npm's readers for one odd size,
each for other ones. `zip_directory` says where the format is described.

An archive is known by its first bytes. Its members get names that do not climb and are not there twice
(`names.clean_names`), system files are passed over as in folders, and the rest is sorted by code point. An
archive in it whose name ends in ``.zip`` is opened too, one level deep.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from .errors import FileTooLarge, ImageCorrupt, ImageUnsupported, InsituError
from .names import clean_names
from .zip_directory import LIMIT_ENTRIES, Entry, Source, megabytes, read_directory, refuse_count

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""Of the first member, of the end of an empty archive, of a split one (4.3.7, 4.3.16, 8.5.3)."""

LIMIT_FILE_BYTES = 1_000_000_000
"""One file, in an archive or not: it lies in memory as a whole."""

LIMIT_NESTED_BYTES = 500_000_000
"""An archive in an archive, which lies in memory beside the member that is read from it."""

LIMIT_TOTAL_BYTES = 20_000_000_000
"""All members, unpacked one after the other: some minutes of work."""

LIMIT_RATIO, RATIO_FROM_BYTES = 100, 10_000_000
"""Deflate packs up to 1,032:1. Scans and photographs stay below 10:1; only what is nearly empty (masks, drawings)
goes beyond 100:1, and up to 10 MB of that cost nothing to hold."""

_DOCUMENTS = frozenset(("[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype", "AndroidManifest.xml"))
"""One of these is in every Office, OpenDocument and EPUB document and in every Java or Android program."""

_METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
}
_STORED, _DEFLATED = 0, 8

Read = Callable[[], bytes]


@dataclass(frozen=True)
class FileSource:
    """A file that is opened for each part."""

    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def read(self, start: int, length: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(length)


@dataclass(frozen=True)
class Contents:
    """Names with what reads them, sorted by code point; and how many system files and folders were passed over."""

    files: tuple[tuple[str, Read], ...]
    skipped: int = 0


@dataclass
class _Budget:
    """What an archive may still hold, with the archives in it; and the one of those that was unpacked last."""

    entries: int = LIMIT_ENTRIES
    size: int = LIMIT_TOTAL_BYTES
    unpacked: dict[str, bytes] = field(default_factory=dict)

    def take(self, entries: list[Entry]) -> None:
        total = sum(entry.size for entry in entries)
        if len(entries) > self.entries:
            refuse_count(LIMIT_ENTRIES - self.entries + len(entries))
        if total > self.size:
            raise FileTooLarge(
                f"The files in this archive take {_gigabytes(LIMIT_TOTAL_BYTES - self.size + total)} when unpacked; "
                f"the limit is {_gigabytes(LIMIT_TOTAL_BYTES)}. Split it into smaller archives."
            )
        self.entries -= len(entries)
        self.size -= total


def is_archive(start: bytes) -> bool:
    """Whether a file that starts with these (at least 4) bytes is a ZIP archive."""
    return start[:4] in SIGNATURES


def list_archive(name: str, source: Source) -> Contents:
    """The files of an archive, as ``name/inner.png``.

    An archive that cannot be opened is a file itself, which fails with the reason when it is read;
    so does each member that cannot be unpacked.
    """
    return _list(name, source, _Budget(), nested=False)


def _list(name: str, source: Source, budget: _Budget, *, nested: bool) -> Contents:
    try:
        entries = read_directory(source)
        _refuse_document(name, entries)
        budget.take(entries)
    except InsituError as error:
        return Contents(((name, _failing(error)),))
    names, skipped = clean_names([entry.name for entry in entries])
    files: list[tuple[str, Read]] = []
    for entry, inner in zip(entries, names, strict=True):
        if inner is None:
            continue
        listed = _list_member(f"{name}/{inner}", source, entry, budget, nested=nested)
        files += listed.files
        skipped += listed.skipped
    return Contents(tuple(sorted(files, key=lambda file: file[0])), skipped)


def _list_member(name: str, source: Source, entry: Entry, budget: _Budget, *, nested: bool) -> Contents:
    """A member, or the files in it where it is an archive; that is found out where its name says so."""

    def read() -> bytes:
        return _unpack(source, entry)

    if not name.lower().endswith(".zip"):
        return Contents(((name, read),))
    if nested:
        return Contents(((name, lambda: _refuse_nested(read())),))
    inner = _Unpacked(name, entry.size, read, budget.unpacked)
    try:
        if entry.size > LIMIT_NESTED_BYTES:
            raise FileTooLarge(
                f"This archive in an archive takes {megabytes(entry.size)}; the limit is "
                f"{megabytes(LIMIT_NESTED_BYTES)}. Unpack the outer archive and drop what is in it."
            )
        if not is_archive(inner.read(0, 4)):
            return Contents(((name, read),))
    except InsituError as error:
        return Contents(((name, _failing(error)),))
    return _list(name, inner, budget, nested=True)


@dataclass(frozen=True)
class _Unpacked:
    """An archive in an archive; only the one that was read last is kept."""

    name: str
    size: int
    unpack: Read
    kept: dict[str, bytes]

    def read(self, start: int, length: int) -> bytes:
        if self.name not in self.kept:
            self.kept.clear()
            self.kept[self.name] = self.unpack()
        return self.kept[self.name][start : start + length]


def _unpack(source: Source, entry: Entry) -> bytes:
    """The bytes of a member, checked; refused with its numbers before anything is unpacked."""
    _check_member(entry)
    header = source.read(entry.offset, 30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _damaged_member()
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    packed = source.read(entry.offset + 30 + name_length + extra_length, entry.packed)
    if len(packed) < entry.packed:
        raise _damaged_member()
    data = packed if entry.method == _STORED else _inflate(packed, entry.size)
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise _damaged_member()
    return data


def _check_member(entry: Entry) -> None:
    if entry.flags & 0x2041:  # encrypted, strongly, or with a masked header (4.4.4)
        raise ImageUnsupported(
            "This file is encrypted in its archive. Unpack it with its password and drop it again."
        )
    if entry.method not in (_STORED, _DEFLATED):
        method = _METHODS.get(entry.method, f"method {entry.method}")
        raise ImageUnsupported(
            f"This file is packed with {method}, which is not read here. Pack it with Deflate, or unpack it, and drop "
            "it again."
        )
    if entry.size > LIMIT_FILE_BYTES:
        raise FileTooLarge(
            f"This file takes {megabytes(entry.size)} when unpacked; the limit is {megabytes(LIMIT_FILE_BYTES)}. "
            "Crop or split it and drop it again."
        )
    if entry.size > RATIO_FROM_BYTES and entry.size > LIMIT_RATIO * entry.packed:
        raise FileTooLarge(
            f"This file is packed into {entry.packed} bytes and takes {megabytes(entry.size)} unpacked; the limit "
            f"is {LIMIT_RATIO} times as much. Unpack it and drop it again if you trust it."
        )


def _inflate(packed: bytes, size: int) -> bytes:
    """At most one byte more than the declared size, so that too much is found out and never held."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(packed, size + 1)
    except zlib.error as error:
        raise _damaged_member() from error
    if not inflater.eof or inflater.unused_data:
        raise _damaged_member()
    return data


def _failing(error: InsituError) -> Read:
    def fail() -> NoReturn:
        raise error

    return fail


def _refuse_document(name: str, entries: list[Entry]) -> None:
    """A document is opened only where it is called an archive."""
    if not name.lower().endswith(".zip") and any(entry.name in _DOCUMENTS for entry in entries):
        raise ImageUnsupported(
            "This is an Office document or a program. To analyse the pictures in it, end its name with .zip and drop "
            "it again."
        )


def _refuse_nested(data: bytes) -> bytes:
    if is_archive(data):
        raise ImageUnsupported(
            "This archive lies in an archive in an archive. Unpack the outer ones and drop it."
        )
    return data


def _damaged_member() -> ImageCorrupt:
    return ImageCorrupt("This file is damaged in its archive. Copy the archive again from its source.")


def _gigabytes(size: int) -> str:
    return f"{(size + 500_000_000) // 1_000_000_000} GB"
