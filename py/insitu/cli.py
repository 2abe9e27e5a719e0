"""`insitu predict`: the page's analysis on the command line."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import __version__
from .archive import Read
from .bridge import open_session
from .encode.png import encode_png
from .encode.table import Row, encode_table
from .errors import EngineOutOfMemory, ImageCorrupt, InsituError
from .files import Listing, list_files
from .names import overlay_names
from .packs import find_packs, load_pack
from .pipeline import analyse
from .types import Item, Pack, Selection, Session

OVERLAY_SIDE_PX = 1024
"""Longest side of an overlay; the page's ZIP uses the same."""

WRONG_USAGE = 2


@dataclass(frozen=True)
class _Recipe:
    """What is done to each file."""

    pack: Pack
    session: Session
    plane: Selection


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when every file has a row, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        pack = load_pack(options.pack)
        listing = list_files(options.files)
        session = open_session(pack)
    except InsituError as error:
        return _complain(str(error))
    except FileNotFoundError as error:
        return _complain(f"There is no file or folder {str(error)!r}.")
    if not listing.files:
        return _complain("There is no file to analyse.")
    given = {key: getattr(options, key) for key in ("frame", "z", "channel", "level")}
    plane = replace(pack.plane, **{key: count - 1 for key, count in given.items() if count is not None})
    rows = asyncio.run(_predict(listing, _Recipe(pack, session, plane), options.overlays))
    _write_table(rows, pack, options.csv)
    _report(rows, listing)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="insitu", description="Analyse images on this machine.")
    parser.add_argument("--version", action="version", version=f"insitu {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    predict = commands.add_parser("predict", help="classify images and write a table")
    predict.add_argument("files", nargs="+", type=Path, metavar="FILE_FOLDER_OR_ZIP")
    predict.add_argument("--pack", required=True, help=f"a pack ({', '.join(find_packs())}) or its folder")
    predict.add_argument("--csv", type=Path, help="where to write the table (default: standard output)")
    predict.add_argument("--overlays", type=Path, metavar="DIR", help="also draw each result, one PNG a file")
    planes = predict.add_argument_group(
        "planes",
        "of files that hold several, counted from 1, else those that the pack names; a file without such a plane has "
        "a row that failed",
    )
    planes.add_argument("--frame", type=_count, metavar="N", help="time point or page")
    planes.add_argument("--z", type=_count, metavar="N", help="depth")
    planes.add_argument("--channel", type=_count, metavar="N", help="one channel")
    planes.add_argument("--level", type=_count, metavar="N", help="of a pyramid, 1 is the largest")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("planes are counted from 1")
    return number


def _complain(sentence: str) -> int:
    print(f"insitu: {sentence}", file=sys.stderr)
    return WRONG_USAGE


async def _predict(listing: Listing, recipe: _Recipe, overlays: Path | None) -> list[Row]:
    drawings = overlay_names(name for name, _ in listing.files)
    rows = []
    for number, ((name, read), drawing) in enumerate(zip(listing.files, drawings, strict=True), 1):
        target = overlays / drawing if overlays else None
        rows.append(await _predict_one(name, read, recipe, target))
        _show_progress(number, len(listing.files))
    return rows


async def _predict_one(name: str, read: Read, recipe: _Recipe, target: Path | None) -> Row:
    try:
        item = Item(name, read())
        side = OVERLAY_SIDE_PX if target else 0
        analysis = await analyse(item, recipe.pack, recipe.session, selection=recipe.plane, drawing_side=side)
    except InsituError as error:
        return Row(name, "failed", error=error.code)
    except OSError:
        return Row(name, "failed", error=ImageCorrupt.code)
    except MemoryError:
        return Row(name, "failed", error=EngineOutOfMemory.code)
    if target and analysis.drawing:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(encode_png(analysis.drawing))
    plane = analysis.selection if analysis.extent.has_choice else None
    return Row(
        name,
        "done",
        analysis.width,
        analysis.height,
        analysis.label,
        analysis.result.probabilities,
        plane=plane,
    )


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total}", end="" if done < total else "\n", file=sys.stderr, flush=True)


def _write_table(rows: list[Row], pack: Pack, target: Path | None) -> None:
    text = encode_table(rows, pack, __version__).encode()
    if target is None:
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)


def _report(rows: list[Row], listing: Listing) -> None:
    failed = sum(row.state == "failed" for row in rows)
    skipped = f", {listing.skipped} system files skipped" if listing.skipped else ""
    print(f"{len(rows) - failed} analysed, {failed} failed{skipped}.", file=sys.stderr)
