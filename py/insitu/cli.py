"""`insitu predict`: the page's analysis on the command line."""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import __version__
from .crop_files import CROP_FORMATS, CropFormat
from .errors import InsituError
from .files import Listing, list_files
from .pack_types import ClassifyRecipe, LocateRecipe, Pack, Recipe, SegmentRecipe
from .packs import find_packs, load_pack
from .predict_classes import ClassesRequest, predict_classes
from .predict_objects import ObjectsRequest, predict_objects
from .predict_volumes import VolumesRequest, predict_volumes

WRONG_USAGE = 2
_PLANES = ("frame", "z", "channel", "level")
_OPTIONS: Mapping[type[Recipe], tuple[str, ...]] = {
    ClassifyRecipe: ("csv", "overlays", "summary", "threshold", *_PLANES),
    SegmentRecipe: ("out", "diameter", *_PLANES),
    LocateRecipe: ("out", "per_slice", "margin", "crop", "keep_identity"),
}
"""Options that each kind of pack takes, of those that not all kinds do."""


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
    taken = _OPTIONS[type(pack.recipe)]
    others = {name for names in _OPTIONS.values() for name in names if name not in taken}
    if unfit := sorted(name for name in others if getattr(options, name)):
        option = unfit[0].replace("_", "-")
        return _complain(f"The pack {pack.id!r} does not take --{option}; see insitu predict --help.")
    if isinstance(pack.recipe, LocateRecipe) and options.out is None:
        return _complain(f"The pack {pack.id!r} needs --out, the folder to write to.")
    if options.per_slice and options.crop:
        return _complain("--per-slice gives no box, so there is nothing to --crop.")
    try:
        failed = asyncio.run(_predict(listing, pack, options))
    except InsituError as error:  # of the pack: those of files are in their rows
        return _complain(str(error))
    _report(failed, listing)
    return 0


def _predict(listing: Listing, pack: Pack, options: argparse.Namespace) -> Coroutine[Any, Any, int]:
    given = {key: getattr(options, key) for key in _PLANES}
    plane = replace(pack.plane, **{key: count - 1 for key, count in given.items() if count is not None})
    if isinstance(pack.recipe, SegmentRecipe):
        return predict_objects(listing, ObjectsRequest(pack, plane, options.diameter, options.out))
    if isinstance(pack.recipe, LocateRecipe):
        crops = list(dict.fromkeys(kind for kinds in options.crop for kind in kinds))
        volumes = VolumesRequest(
            pack, options.out, options.per_slice, options.margin, crops, options.keep_identity
        )
        return predict_volumes(listing, volumes)
    classes = ClassesRequest(pack, plane, options.csv, options.overlays, options.summary, options.threshold)
    return predict_classes(listing, classes)


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
    classes.add_argument(
        "--summary", type=Path, metavar="CSV", help="also count classes by top-level folder, one line each"
    )
    classes.add_argument(
        "--threshold",
        type=_probability,
        metavar="P",
        help="least probability at which a class is accepted, from 0 to 1 (default: the pack's)",
    )
    predict.add_argument(
        "--out", type=Path, metavar="DIR", help="folder to write to; see below for which packs"
    )
    objects = predict.add_argument_group(
        "packs that find objects",
        "these write label images, ImageJ ROIs, GeoJSON and overlays of each file, and objects.csv, images.csv and "
        "coco.json of all, to the folder --out; without it only the table of images, to standard output",
    )
    objects.add_argument(
        "--diameter",
        type=_length,
        metavar="PX",
        help="the usual diameter of objects in pixels (default: estimated, from the pixel size where the file has it)",
    )
    volumes = predict.add_argument_group(
        "packs that look for an organ in a scan",
        "these write box.json and slices.csv to the folder --out, and those of further series to folders in it",
    )
    volumes.add_argument(
        "--per-slice", action="store_true", help="take each slice by itself and write only slices.csv"
    )
    volumes.add_argument(
        "--margin", type=_margin, default=0.0, metavar="MM", help="how much wider the box is on all sides"
    )
    volumes.add_argument(
        "--crop",
        type=_crops,
        action="append",
        default=[],
        metavar="FORMAT",
        help="also write what lies in the box: nifti (crop.nii, Hounsfield units) or dicom (crop-dicom/, stored values "
        "of files of one slice, without names), or both with a comma",
    )
    volumes.add_argument(
        "--keep-identity", action="store_true", help="write names, identifiers and dates into crop-dicom/"
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


def _probability(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("a probability is a number from 0 to 1")
    return number


def _margin(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError("a margin is a number of millimetres, 0 or more")
    return number


def _crops(text: str) -> list[CropFormat]:
    wanted = text.split(",")
    if unknown := [one for one in wanted if one not in CROP_FORMATS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not one of {', '.join(CROP_FORMATS)}")
    return [kind for kind in CROP_FORMATS if kind in wanted]


def _complain(sentence: str) -> int:
    print(f"insitu: {sentence}", file=sys.stderr)
    return WRONG_USAGE


def _report(failed: int, listing: Listing) -> None:
    skipped = f", {listing.skipped} system files skipped" if listing.skipped else ""
    print(f"{len(listing.files) - failed} analysed, {failed} failed{skipped}.", file=sys.stderr)
