"""Names of files: which count, and what they are called in an archive; the same rules as the page's lib/names.js."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SKIPPED = frozenset(["Thumbs.db", "desktop.ini", "__MACOSX"])

_IMAGE_NAME = re.compile(
    r"\.(apng|avif|bmp|btf|dcm|dib|dicom|gif|gz|heic|heif|ima|j2c|j2k|jfif|jp2|jpc|jpe|jpeg|jpf|jpg|jph|jpx|jxl|nii|png"
    r"|tf8|tif|tiff|webp)\Z",
    re.IGNORECASE | re.ASCII,
)


def is_skipped(name: str) -> bool:
    """Whether a file or folder of this base name is the system's and not the person's."""
    return name.startswith(".") or name in _SKIPPED


def is_image_name(name: str) -> bool:
    """Whether a file is called an image, so that it need not be asked whether it is an archive."""
    return _IMAGE_NAME.search(name) is not None


def clean_names(names: list[str]) -> tuple[list[str | None], int]:
    """Cleaned names of members, none twice.

    Returns
    -------
    (list of str or None, int)
        None for folders and for what is the system's; and how many files and folders of the system there are,
        counted as in a walked folder: what lies in one of them is not counted.
    """
    taken: set[str] = set()
    skipped: set[str] = set()
    cleaned: list[str | None] = []
    for name in names:
        parts = clean_name(name).split("/")
        system = next((index for index, part in enumerate(parts) if is_skipped(part)), None)
        if system is not None:
            skipped.add("/".join(parts[: system + 1]))
            cleaned.append(None)
        elif name.endswith(("/", "\\")):
            cleaned.append(None)
        else:
            cleaned.append(_unique_name("/".join(parts), taken))
    return cleaned, len(skipped)


def clean_name(name: str) -> str:
    """A relative path that does not climb: ``\\`` separates too; ``..``, control characters and the colon of a
    drive letter become ``_``; empty parts and ``.`` go."""
    kept = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    parts = ["_" if part == ".." else "".join(map(_clean_character, part)) for part in kept]
    if parts and parts[0][1:2] == ":" and parts[0][0].isascii() and parts[0][0].isalpha():
        parts[0] = f"{parts[0][0]}_{parts[0][2:]}"
    return "/".join(parts) or "unnamed"


def _clean_character(character: str) -> str:
    return "_" if character < " " or character == "\x7f" else character


def _unique_name(name: str, taken: set[str]) -> str:
    folder, slash, base = name.rpartition("/")
    dot = base.rfind(".")
    stem, ending = (base[:dot], base[dot:]) if dot > 0 else (base, "")
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{folder}{slash}{stem} ({number}){ending}", number + 1
    taken.add(candidate)
    return candidate


def output_stems(names: Iterable[str]) -> list[str]:
    """What the files made of each item begin with: ``folder/cell.jpg`` gives ``folder/cell``; none is there twice.

    Parts that climb (``..``), drive letters and characters that some file system refuses become
    ``_``, so that every name stays below the folder it is written to. Case is ignored when
    looking for collisions, as Windows and macOS ignore it.
    """
    taken: set[str] = set()
    return [_free_stem(_safe_stem(name), taken) for name in names]


def _safe_stem(name: str) -> str:
    parts = [_safe_part(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    parts = parts or ["image"]
    stem, dot, _ = parts[-1].rpartition(".")
    return "/".join([*parts[:-1], stem if dot and stem else parts[-1]])


def _safe_part(part: str) -> str:
    safe = "".join("_" if character in '<>:"|?*' or ord(character) < 32 else character for character in part)
    return "_" if safe.strip(". ") == "" else safe.rstrip(". ")


def _free_stem(stem: str, taken: set[str]) -> str:
    candidate, number = stem, 2
    while candidate.casefold() in taken:
        candidate, number = f"{stem} ({number})", number + 1
    taken.add(candidate.casefold())
    return candidate
