"""The directory at the end of a ZIP archive; the same rules as the page's lib/zip-directory.js.

Source of the format: PKWARE's APPNOTE 6.3.10, whose sections are named below.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Protocol

from .errors import FileTooLarge, ImageCorrupt, ImageUnsupported

LIMIT_ENTRIES = 20_000
"""Files of an archive and of the archives in it."""

LIMIT_DIRECTORY_BYTES = 16_000_000
"""Length of the directory: 20,000 entries with names of 700 bytes."""


class Source(Protocol):
    """The bytes of an archive, of which parts are read; fewer come back where it ends."""

    @property
    def size(self) -> int: ...
    def read(self, start: int, length: int) -> bytes: ...


@dataclass(frozen=True)
class Entry:
    """What the directory says of a member (4.3.12)."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def read_directory(source: Source) -> list[Entry]:
    """All entries (4.3.12), folders too; of an archive that something stands before, as well."""
    count, size, start, shift = _find_directory(source)
    if count > LIMIT_ENTRIES:
        refuse_count(count)
    if size > LIMIT_DIRECTORY_BYTES:
        raise FileTooLarge(
            f"The table of contents of this archive takes {megabytes(size)}; the limit is "
            f"{megabytes(LIMIT_DIRECTORY_BYTES)}. Split it into smaller archives."
        )
    if start < 0 or shift < 0:
        raise _damaged_archive()
    entries = list(_parse_directory(source.read(start, size), shift))
    if sum(entry.packed for entry in entries) > source.size:
        raise ImageUnsupported(
            "The files in this archive overlap, as in archives made to do harm. It is not opened."
        )
    return entries


def _find_directory(source: Source) -> tuple[int, int, int, int]:
    """Number of entries, size and place of the directory, and how far all places are shifted (4.3.16, 4.3.14)."""
    tail_start = max(0, source.size - 22 - 65_535)
    tail = source.read(tail_start, source.size - tail_start)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise ImageCorrupt("This ZIP archive is cut short: its table of contents is missing. Copy it again.")
    disk, first_disk, _, count, size, offset = struct.unpack_from("<HHHHII", tail, at + 4)
    end = tail_start + at
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        end -= 76  # locator and record of ZIP64
        record = source.read(end, 56) if end >= 0 else b""
        if record[:4] != b"PK\x06\x06":
            raise _damaged_archive()
        disk, first_disk, _, count, size, offset = struct.unpack_from("<IIQQQQ", record, 16)
    if disk or first_disk:
        raise ImageUnsupported(
            "This is one part of a split ZIP archive. Join or unpack it and drop what is in it."
        )
    return count, size, end - size, end - size - offset


def _parse_directory(data: bytes, shift: int) -> Iterator[Entry]:
    at = 0
    found = 0
    while at < len(data):
        if data[at : at + 4] != b"PK\x01\x02" or at + 46 > len(data):
            raise _damaged_archive()
        flags, method, _, crc, packed, size, *lengths = struct.unpack_from("<HHIIIIHHH", data, at + 8)
        (offset,) = struct.unpack_from("<I", data, at + 42)
        name_end = at + 46 + lengths[0]
        name, extra = data[at + 46 : name_end], data[name_end : name_end + lengths[1]]
        size, packed, offset = _widen(extra, (size, packed, offset))
        yield Entry(_text_of(name, extra), flags, method, crc, packed, size, offset + shift)
        at = name_end + lengths[1] + lengths[2]
        found += 1
        if found > LIMIT_ENTRIES:
            refuse_count(found)


def _widen(extra: bytes, values: tuple[int, int, int]) -> list[int]:
    """Unpacked size, packed size and place, with those that do not fit taken from ZIP64's field (4.5.3)."""
    wide = _extra_field(extra, 1)
    result = []
    for value in values:
        if value == 0xFFFFFFFF and len(wide) >= 8:
            value, wide = int.from_bytes(wide[:8], "little"), wide[8:]
        result.append(value)
    return result


def _text_of(name: bytes, extra: bytes) -> str:
    """A name's text: Info-ZIP's Unicode field (4.6.9) if it belongs to this name, else UTF-8 if it is valid, with or
    without the flag, which not all programs set; else code page 437 (appendix D)."""
    unicode_path = _extra_field(extra, 0x7075)
    if unicode_path[:1] == b"\x01" and unicode_path[1:5] == zlib.crc32(name).to_bytes(4, "little"):
        name = unicode_path[5:]
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("cp437")


def _extra_field(extra: bytes, wanted: int) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def refuse_count(count: int) -> NoReturn:
    raise FileTooLarge(
        f"This archive holds {count} files; the limit is {LIMIT_ENTRIES}. Split it into smaller archives."
    )


def _damaged_archive() -> ImageCorrupt:
    return ImageCorrupt("This ZIP archive is damaged: its table of contents makes no sense. Copy it again.")


def megabytes(size: int) -> str:
    return f"{(size + 500_000) // 1_000_000} MB"
