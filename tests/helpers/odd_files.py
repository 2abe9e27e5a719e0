"""A folder as people have them: many formats, sub-folders, odd names, broken and hostile files."""

from __future__ import annotations

import shutil
from pathlib import Path

from .page import jpeg_header, png_header
from .pictures import encoded, gradient

IMAGES = Path(__file__).parents[1] / "data" / "images"

ODD_NAMES = (
    "=1+1.png", "-minus.png", "+plus.png", "@at.png", "a,b;c.png", 'quote".png', "two  blanks .png",
    "ünïcödé 細胞.png", "😀.png", "ﬀ.png", "<img src=x onerror=alert(1)>.png", "percent%20.png",
    "UPPER.PNG", "upper.png", "no-extension", "two.dots.png", "hash#mark?.png",
)  # fmt: skip

SYSTEM_FILES = (
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    ".hidden.png",
    "__MACOSX/ghost.png",
    "deep/.DS_Store",
)


def make_odd_folder(folder: Path) -> Path:
    """Fill `folder` with some sixty files; every format we read, and everything we refuse."""
    deep = folder / "deep" / "deeper"
    deep.mkdir(parents=True)
    for number, file in enumerate(sorted(path for path in IMAGES.iterdir() if path.suffix != ".json")):
        shutil.copy(file, (folder, folder / "deep", deep)[number % 3])
    for number, name in enumerate(ODD_NAMES):
        (folder / name).write_bytes(encoded(gradient(40 + number, 31 + 2 * number)))
    for name, data in broken_files().items():
        (folder / name).write_bytes(data)
    for name in SYSTEM_FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"system")
    (folder / "empty").mkdir()
    return folder


def broken_files() -> dict[str, bytes]:
    """Files that must fail, each alone."""
    jpeg, png = (IMAGES / "420.jpg").read_bytes(), encoded(gradient(60, 50))
    return {
        "empty.jpg": b"",
        "text.jpg": b"This is a letter and not an image.\n",
        "cut.jpg": jpeg[: len(jpeg) // 2],
        "cut.png": png[: len(png) // 2],
        "huge.png": png_header(30_000, 30_000),
        "huge.jpg": jpeg_header(30_000, 30_000),
        "photo.heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
        "other.tif": b"II*\x00" + bytes(40),
    }
