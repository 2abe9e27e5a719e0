"""Which files a person meant, and the names to report them by; the same rules as the page's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .archive import LIMIT_FILE_BYTES, FileSource, Read, is_archive, list_archive
from .errors import FileTooLarge
from .names import is_image_name, is_skipped
from .zip_directory import megabytes


@dataclass(frozen=True)
class Listing:
    """Files in the order to analyse them, each with its name and what reads it; and how many were passed over."""

    files: tuple[tuple[str, Read], ...]
    skipped: int


def list_files(paths: Iterable[Path]) -> Listing:
    """Walk files, folders and ZIP archives.

    A single file is named by its base name; a file in a folder by the path from that folder
    downward, with ``/``; one in an archive by the archive's name and its path there. The contents of a
    folder are sorted by code point. Files named more than once stay. Dot files, ``Thumbs.db`` and
    ``__MACOSX`` are skipped and counted. What an archive holds is read when its turn comes.

    Raises
    ------
    FileNotFoundError
        A path does not exist.
    """
    files: list[tuple[str, Read]] = []
    skipped = 0
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        if path.is_dir():
            found = list(_walk(path, path.resolve().name))
        else:
            found = [(path.name, None if is_skipped(path.name) else path)]
        skipped += sum(file is None for _, file in found)
        opened = [_open(name, file) for name, file in found if file is not None]
        skipped += sum(listing.skipped for listing in opened)
        inside = [file for listing in opened for file in listing.files]
        files += sorted(inside, key=lambda file: file[0]) if path.is_dir() else inside
    return Listing(tuple(files), skipped)


def _open(name: str, path: Path) -> Listing:
    """A file, or the files in it: only one that is not called an image is asked whether it is an archive."""
    if not is_image_name(name):
        try:
            with path.open("rb") as file:
                archive = is_archive(file.read(4))
            if archive:
                contents = list_archive(name, FileSource(path))
                return Listing(contents.files, contents.skipped)
        except OSError:
            pass  # the file fails when it is read
    return Listing(((name, partial(_read, path)),), 0)


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size <= LIMIT_FILE_BYTES:
        return path.read_bytes()
    raise FileTooLarge(
        f"This file has {megabytes(size)}; the limit is {megabytes(LIMIT_FILE_BYTES)}. Crop or split it and drop it "
        "again."
    )


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, Path | None]]:
    """Every file below as (name, path), and (name, None) for what is skipped; links to folders are not followed."""
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if is_skipped(entry.name):
            yield name, None
        elif entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(entry, name)
        else:
            yield name, entry
