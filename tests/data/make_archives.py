"""Write archives.json: ZIP archives, sane and hostile, and what page and command line must make of each.

Run: `.venv/bin/python tests/data/make_archives.py`. The bytes are laid out by `pack`, which can lie in every field;
what is expected of them is written here by hand. Both test_archive.py and archive.test.js read the table.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("archives.json")
PLAIN = b"what a file holds, " * 3


@dataclass(frozen=True)
class Member:
    """One member; fields that are None are what they should be."""

    name: str | bytes
    data: bytes = PLAIN
    method: int = 8
    flags: int = 0
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    offset: int | None = None
    extra: bytes = b""
    wide: bool = False
    descriptor: bool = False

    @property
    def stored(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflate(self.data) if self.method == 8 else self.data


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def pack(*members: Member, before: bytes = b"", comment: bytes = b"", **end: int) -> bytes:
    """An archive of these members; `end` lies in the record at its end: count, size, disk; wide for ZIP64."""
    body, directory = before, b""
    for member in members:
        name = member.name.encode() if isinstance(member.name, str) else member.name
        stored = member.stored
        size = len(member.data) if member.size is None else member.size
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        flags = member.flags | (8 if member.descriptor else 0)
        place = len(body) - len(before) if member.offset is None else member.offset
        local = (0, 0, 0) if member.descriptor else (crc, min(len(stored), 0xFFFFFFFE), min(size, 0xFFFFFFFE))
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, member.method, 0, 33, *local, len(name), 0)
        body += name + stored
        if member.descriptor:
            body += struct.pack("<IIII", 0x08074B50, crc, len(stored), size)
        extra, shown = member.extra, (len(stored), size, place)
        if member.wide:
            extra += struct.pack("<HHQQQ", 1, 24, size, len(stored), place)
            shown = (0xFFFFFFFF,) * 3
        lengths = (len(name), len(extra), 0)
        directory += struct.pack(
            *("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 45, flags, member.method, 0, 33, crc, shown[0], shown[1]),
            *(*lengths, 0, 0, 0, shown[2]),
        )
        directory += name + extra
    count, size, start = (
        end.get("count", len(members)),
        end.get("size", len(directory)),
        len(body) - len(before),
    )
    tail = b""
    if end.get("wide"):
        tail = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, start)
        tail += struct.pack("<IIQI", 0x07064B50, 0, len(body) + len(directory), 1)
        count, size, start = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    disk = end.get("disk", 0)
    tail += struct.pack("<IHHHHIIH", 0x06054B50, disk, disk, count, count, size, start, len(comment))
    return body + directory + tail + comment


def unicode_path(name: bytes, text: str) -> bytes:
    value = b"\x01" + struct.pack("<I", zlib.crc32(name)) + text.encode()
    return struct.pack("<HH", 0x7075, len(value)) + value


@dataclass(frozen=True)
class Case:
    """An archive and the rows it gives: a name alone is read as it was packed, else it fails with code and words."""

    about: str
    data: bytes
    rows: tuple[str | tuple[str, str, str], ...]
    skipped: int = 0
    name: str = "a.zip"


UNSUPPORTED, CORRUPT, TOO_LARGE = "image/unsupported", "image/corrupt", "image/too-large"
GOOD = Member("good.png")


def cases() -> Iterator[Case]:
    yield from _sane()
    yield from _refused_members()
    yield from _refused_archives()
    yield from _nested()


def _sane() -> Iterator[Case]:
    mixed = pack(Member("b/"), Member("b/z.png"), Member("b.png", method=0), Member("a.png"), Member("B.png"))
    yield Case(
        "stored and packed members are sorted by code point",
        mixed,
        ("a.zip/B.png", "a.zip/a.png", "a.zip/b.png", "a.zip/b/z.png"),
    )
    yield Case(
        "an archive without .zip in its name is one by its content",
        pack(GOOD),
        ("scans/good.png",),
        name="scans",
    )
    yield Case("an empty archive holds nothing", pack(), ())
    yield Case("a comment follows the directory", pack(GOOD, comment=b"made by hand"), ("a.zip/good.png",))
    yield Case("something stands before the archive", pack(GOOD, before=b"MZ" * 99), ("a.zip/good.png",))
    yield Case(
        "sizes follow the data (data descriptor)", pack(Member("a.png", descriptor=True)), ("a.zip/a.png",)
    )
    yield Case("ZIP64", pack(Member("a.png", wide=True), GOOD, wide=1), ("a.zip/a.png", "a.zip/good.png"))
    yield Case(
        "an empty member is an empty file",
        pack(Member("a.png", b""), Member("b.png", b"", 0)),
        ("a.zip/a.png", "a.zip/b.png"),
    )
    yield Case(
        "system files and folders are passed over and counted as in a folder",
        pack(
            Member("__MACOSX/._a.png"), Member("__MACOSX/._b.png"), Member("f/.DS_Store"), Member("f/a.png")
        ),
        ("a.zip/f/a.png",),
        2,
    )
    names = [b"\x81.png", "ü2.png".encode(), "細胞.png".encode(), b"\xff\xfe.png"]
    yield Case(
        "names are UTF-8 where they are valid, with the flag or without, else code page 437",
        pack(*(Member(name, flags=0x800 if index == 2 else 0) for index, name in enumerate(names))),
        ("a.zip/\u00a0■.png", "a.zip/ü.png", "a.zip/ü2.png", "a.zip/細胞.png"),
    )
    yield Case(
        "the Unicode field names a member if it belongs to the name",
        pack(
            Member("a.png", extra=unicode_path(b"a.png", "ä.png")),
            Member("b.png", extra=unicode_path(b"c.png", "x.png")),
        ),
        ("a.zip/b.png", "a.zip/ä.png"),
    )
    document = pack(Member("[Content_Types].xml"), Member("word/media/a.png"))
    yield Case(
        "a document that is called an archive is one",
        document,
        ("a.zip/[Content_Types].xml", "a.zip/word/media/a.png"),
    )
    yield Case(
        "a document is not opened",
        document,
        (("a.docx", UNSUPPORTED, "This is an Office document or a program."),),
        name="a.docx",
    )


def _refused_members() -> Iterator[Case]:
    def one(about: str, member: Member, code: str, words: str) -> Case:
        return Case(
            f"{about}: the others go on", pack(member, GOOD), (("a.zip/a.png", code, words), "a.zip/good.png")
        )

    damaged = "This file is damaged in its archive."
    yield one("encrypted", Member("a.png", flags=1), UNSUPPORTED, "is encrypted in its archive")
    yield one("strongly encrypted", Member("a.png", flags=0x41), UNSUPPORTED, "is encrypted in its archive")
    yield one("packed with bzip2", Member("a.png", method=12), UNSUPPORTED, "is packed with bzip2, which")
    yield one("packed with something else", Member("a.png", method=77), UNSUPPORTED, "packed with method 77,")
    yield one("a wrong checksum", Member("a.png", crc=7), CORRUPT, damaged)
    yield one("a wrong checksum of a stored member", Member("a.png", method=0, crc=7), CORRUPT, damaged)
    yield one("more bytes than declared", Member("a.png", size=5), CORRUPT, damaged)
    yield one("fewer bytes than declared", Member("a.png", size=500), CORRUPT, damaged)
    yield one("a stored member of another size", Member("a.png", method=0, size=5), CORRUPT, damaged)
    yield one("not deflate", Member("a.png", packed=b"\xff" * 20), CORRUPT, damaged)
    yield one("a packed stream cut short", Member("a.png", packed=deflate(PLAIN)[:-4]), CORRUPT, damaged)
    yield one(
        "bytes after the packed stream", Member("a.png", packed=deflate(PLAIN) + b"more"), CORRUPT, damaged
    )
    yield one("a place that is no member's", Member("a.png", offset=3), CORRUPT, damaged)
    yield one("a place behind the end", Member("a.png", offset=10**9), CORRUPT, damaged)
    yield one(
        "a bomb",
        Member("a.png", size=11_000_000),
        TOO_LARGE,
        "takes 11 MB unpacked; the limit is 100 times as much",
    )
    yield one(
        "too much to hold",
        Member("a.png", size=3_000_000_000),
        TOO_LARGE,
        "takes 3000 MB when unpacked; the limit is 1000 MB",
    )


def _refused_archives() -> Iterator[Case]:
    def whole(about: str, data: bytes, code: str, words: str) -> Case:
        return Case(about, data, (("a.zip", code, words),))

    good = pack(GOOD, Member("b.png"))
    yield whole("cut short", good[:-30], CORRUPT, "This ZIP archive is cut short")
    yield whole("only its first bytes", good[:4], CORRUPT, "This ZIP archive is cut short")
    yield whole("an end that is cut", good[:-3], CORRUPT, "This ZIP archive is cut short")
    yield whole(
        "a directory that makes no sense",
        pack(GOOD, size=40),
        CORRUPT,
        "its table of contents makes no sense",
    )
    yield whole("a directory before the beginning", pack(GOOD, size=10**6), CORRUPT, "makes no sense")
    yield whole(
        "a directory too large to read", pack(GOOD, size=10**8), TOO_LARGE, "takes 100 MB; the limit is 16 MB"
    )
    yield whole(
        "too many files", pack(GOOD, count=20_001), TOO_LARGE, "holds 20001 files; the limit is 20000."
    )
    many = pack(GOOD, count=10**12, wide=1)
    yield whole("far too many files", many, TOO_LARGE, "holds 1000000000000 files; the limit is 20000.")
    yield whole("one part of several", pack(GOOD, disk=3), UNSUPPORTED, "one part of a split ZIP archive")
    huge = [Member(f"{index}.png", size=900_000_000) for index in range(30)]
    yield whole("too much in all", pack(*huge), TOO_LARGE, "take 27 GB when unpacked; the limit is 20 GB")
    kernel = bytes(range(256)) * 40
    shared = [
        Member("0.png", kernel, 0),
        *(Member(f"{index}.png", packed=b"", offset=0) for index in range(1, 4)),
    ]
    overlapping = _overlap(pack(*shared), len(kernel))
    yield whole("members that overlap", overlapping, UNSUPPORTED, "The files in this archive overlap")


def _overlap(data: bytes, size: int) -> bytes:
    """Let every entry of the directory claim as many packed bytes as the first has."""
    result = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", result, at + 20, size)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(result)


def _nested() -> Iterator[Case]:
    inner = pack(Member("x/2.png"), Member("x/10.png"), Member(".hidden"))
    outer = pack(Member("in.zip", inner), Member("in2.ZIP", inner, method=0), Member("in.png"))
    yield Case(
        "an archive in an archive is opened",
        outer,
        (
            "a.zip/in.png",
            *("a.zip/in.zip/x/10.png", "a.zip/in.zip/x/2.png"),
            *("a.zip/in2.ZIP/x/10.png", "a.zip/in2.ZIP/x/2.png"),
        ),
        2,
    )
    yield Case(
        "an archive in an archive in an archive is not",
        pack(Member("in.zip", pack(Member("deep.zip", inner), GOOD)), GOOD),
        (
            "a.zip/good.png",
            ("a.zip/in.zip/deep.zip", UNSUPPORTED, "in an archive in an archive. Unpack the outer ones"),
            "a.zip/in.zip/good.png",
        ),
    )
    yield Case(
        "what is only called an archive is a file",
        pack(Member("in.zip"), Member("no", pack(GOOD))),
        ("a.zip/in.zip", "a.zip/no"),
    )
    yield Case(
        "a damaged archive in an archive fails alone",
        pack(Member("in.zip", inner[:-30]), Member("in2.zip", inner, crc=7), GOOD),
        (
            "a.zip/good.png",
            ("a.zip/in.zip", CORRUPT, "is cut short"),
            ("a.zip/in2.zip", CORRUPT, "This file is damaged in its archive."),
        ),
    )
    many = pack(*(Member(f"{index}.png", size=900_000_000) for index in range(20)))
    yield Case(
        "limits count an archive with the archives in it",
        pack(Member("in.zip", many), Member("in2.zip", many)),
        (
            *(
                (name, TOO_LARGE, "unpacked; the limit is 100 times")
                for name in sorted(f"a.zip/in.zip/{index}.png" for index in range(20))
            ),
            ("a.zip/in2.zip", TOO_LARGE, "take 36 GB when unpacked; the limit is 20 GB"),
        ),
    )
    yield Case(
        "an archive in an archive that is too large to hold",
        pack(Member("in.zip", size=600_000_000, packed=b"x" * 99), GOOD),
        ("a.zip/good.png", ("a.zip/in.zip", TOO_LARGE, "takes 600 MB; the limit is 500 MB")),
    )


def table() -> list[dict[str, Any]]:
    """What archives.json holds."""
    return [
        {
            "about": case.about,
            "name": case.name,
            "data": base64.b64encode(case.data).decode(),
            "skipped": case.skipped,
            "rows": [
                {"name": row}
                if isinstance(row, str)
                else dict(zip(("name", "code", "says"), row, strict=True))
                for row in case.rows
            ],
        }
        for case in cases()
    ]


if __name__ == "__main__":
    TARGET.write_text(json.dumps(table(), indent=1, ensure_ascii=False) + "\n", "utf-8")
