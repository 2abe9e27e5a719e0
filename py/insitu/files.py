"""Which files a person meant, and the names to report them by; the same rules as the page's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_SKIPPED = frozenset(["Thumbs.db", "desktop.ini", "__MACOSX"])


@dataclass(frozen=True)
class Listing:
    """Files in the order to analyse them, each with its name; and how many were passed over."""

    files: tuple[tuple[str, Path], ...]
    skipped: int


def is_skipped(name: str) -> bool:
    """Whether a file or folder of this base name is the system's and not the person's."""
    return name.startswith(".") or name in _SKIPPED


def list_files(paths: Iterable[Path]) -> Listing:
    """Walk files and folders.

    A single file is named by its base name; a file in a folder by the path from that folder
    downward, with ``/``. The contents of a folder are sorted by code point. Files named more
    than once stay. Dot files, ``Thumbs.db`` and ``__MACOSX`` are skipped and counted.

    Raises
    ------
    FileNotFoundError
        A path does not exist.
    """
    files: list[tuple[str, Path]] = []
    skipped = 0
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        if not path.is_dir():
            if is_skipped(path.name):
                skipped += 1
            else:
                files.append((path.name, path))
            continue
        inside = list(_walk(path, path.resolve().name))
        files += sorted((name, file) for name, file in inside if file is not None)
        skipped += sum(file is None for _, file in inside)
    return Listing(tuple(files), skipped)


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


def overlay_names(names: Iterable[str]) -> list[str]:
    """Names for one PNG an item: ``folder/cell.jpg`` gives ``folder/cell.png``; none collide.

    Parts that climb (``..``), drive letters and characters that some file system refuses become
    ``_``, so that every name stays below the folder it is written to. Case is ignored when
    looking for collisions, as Windows and macOS ignore it.
    """
    taken: set[str] = set()
    return [_free_name(_safe_stem(name), taken) for name in names]


def _safe_stem(name: str) -> str:
    parts = [_safe_part(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    parts = parts or ["image"]
    stem, dot, _ = parts[-1].rpartition(".")
    return "/".join([*parts[:-1], stem if dot and stem else parts[-1]])


def _safe_part(part: str) -> str:
    safe = "".join("_" if character in '<>:"|?*' or ord(character) < 32 else character for character in part)
    return "_" if safe.strip(". ") == "" else safe.rstrip(". ")


def _free_name(stem: str, taken: set[str]) -> str:
    candidate, number = f"{stem}.png", 2
    while candidate.casefold() in taken:
        candidate, number = f"{stem} ({number}).png", number + 1
    taken.add(candidate.casefold())
    return candidate
