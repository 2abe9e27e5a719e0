"""`insitu predict`: the page's analysis on the command line."""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from . import __version__
from .errors import InsituError
from .files import Listing, list_files
from .pack_types import SegmentRecipe
from .packs import find_packs, load_pack
from .predict_classes import ClassesRequest, predict_classes
from .predict_objects import ObjectsRequest, predict_objects

WRONG_USAGE = 2
_CLASSES_ONLY = ("csv", "overlays")
_OBJECTS_ONLY = ("out", "diameter")
"""Options that only one kind of pack takes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when every file has a row, 2 for wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        pack = load_pack(options.pack)
        listing = list_files(options.files)
    except InsituError as error:
        return _complain(str(error))
    except FileNotFoundError as error:
        return _complain(f"There is no file or folder {str(error)!r}.")
    if not listing.files:
        return _complain("There is no file to analyse.")
    objects = isinstance(pack.recipe, SegmentRecipe)
    if unfit := [name for name in (_CLASSES_ONLY if objects else _OBJECTS_ONLY) if getattr(options, name)]:
        return _complain(f"The pack {pack.id!r} does not take --{unfit[0]}; see insitu predict --help.")
    given = {key: getattr(options, key) for key in ("frame", "z", "channel", "level")}
    plane = replace(pack.plane, **{key: count - 1 for key, count in given.items() if count is not None})
    try:
        if objects:
            request = ObjectsRequest(pack, plane, options.diameter, options.out)
            failed = asyncio.run(predict_objects(listing, request))
        else:
            failed = asyncio.run(
                predict_classes(listing, ClassesRequest(pack, plane, options.csv, options.overlays))
            )
    except InsituError as error:  # of the pack: those of files are in their rows
        return _complain(str(error))
    _report(failed, listing)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="insitu", description="Analyse images on this machine.")
    parser.add_argument("--version", action="version", version=f"insitu {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    predict = commands.add_parser("predict", help="analyse images and write tables and files")
    predict.add_argument("files", nargs="+", type=Path, metavar="FILE_FOLDER_OR_ZIP")
    predict.add_argument("--pack", required=True, help=f"a pack ({', '.join(find_packs())}) or its folder")
    classes = predict.add_argument_group("packs that sort images into classes")
    classes.add_argument("--csv", type=Path, help="where to write the table (default: standard output)")
    classes.add_argument("--overlays", type=Path, metavar="DIR", help="also draw each result, one PNG a file")
    objects = predict.add_argument_group("packs that find objects")
    objects.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where to write label images, ImageJ ROIs, GeoJSON and overlays of each file, and objects.csv, images.csv "
        "and coco.json of all (default: only the table of images, to standard output)",
    )
    objects.add_argument(
        "--diameter",
        type=_length,
        metavar="PX",
        help="the usual diameter of objects in pixels (default: estimated, from the pixel size where the file has it)",
    )
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


def _length(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("a diameter is a positive number of pixels")
    return number


def _complain(sentence: str) -> int:
    print(f"insitu: {sentence}", file=sys.stderr)
    return WRONG_USAGE


def _report(failed: int, listing: Listing) -> None:
    skipped = f", {listing.skipped} system files skipped" if listing.skipped else ""
    print(f"{len(listing.files) - failed} analysed, {failed} failed{skipped}.", file=sys.stderr)
