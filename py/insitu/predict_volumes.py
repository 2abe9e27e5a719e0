"""`insitu predict` with a pack that looks for an organ in the slices of a scan."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .archive import Read
from .bridge import open_session
from .crop_files import Crop, CropFormat, write_crop
from .errors import ImageCorrupt, InsituError
from .files import Listing
from .pack_types import LocateRecipe, Pack
from .progress import Progress
from .types import Item
from .volume.answer import Scan, box_file, no_box_file, slices_file
from .volume.frames import Frame, FrameFacts
from .volume.located import Located, locate
from .volume.look import Looks, join_looks, look_at
from .volume.read import LeftOut, read_frames
from .volume.report import ODDITIES, REASONS, encode_slices
from .volume.series import group_series


@dataclass(frozen=True)
class VolumesRequest:
    """What is done with the slices; see `insitu predict --help`."""

    pack: Pack
    folder: Path
    per_slice: bool
    margin_mm: float
    crops: Sequence[CropFormat] = ()
    keep_identity: bool = False


async def predict_volumes(listing: Listing, request: VolumesRequest) -> int:
    """Look at all slices and write the answers; return how many files could not be read to their end."""
    scan = await _look_at_all(listing, request.pack)
    request.folder.mkdir(parents=True, exist_ok=True)
    if request.per_slice:
        (request.folder / "slices.csv").write_bytes(slices_file(scan, None, request.pack))
    else:
        _write_series(scan, request, listing)
    for one in scan.left_out:
        print(f"insitu: {one.name}: left out ({one.error})", file=sys.stderr)
    return len(scan.left_out)


async def _look_at_all(listing: Listing, pack: Pack) -> Scan:
    recipe = pack.recipe_as(LocateRecipe)
    session = open_session(pack)
    facts: list[FrameFacts] = []
    parts: list[Looks] = []
    left_out: list[LeftOut] = []
    waiting: list[Frame] = []
    progress = Progress(len(listing.files))
    for number, (name, read) in enumerate(listing.files):
        for found in _read(name, read, number, recipe):
            if isinstance(found, LeftOut):
                left_out.append(found)
                continue
            facts.append(found.facts)
            waiting.append(found)
            if len(waiting) == recipe.batch:
                parts.append(await look_at(waiting, pack, session))
                waiting.clear()
        progress.next()
    parts.append(await look_at(waiting, pack, session))
    return Scan(facts, join_looks([part for part in parts if len(part.presences)]), left_out)


def _read(name: str, read: Read, number: int, recipe: LocateRecipe) -> Iterator[Frame | LeftOut]:
    try:
        yield from read_frames(Item(name, read()), number, recipe.side_px)
    except InsituError as error:
        yield LeftOut(number, name, error.code)
    except OSError:
        yield LeftOut(number, name, ImageCorrupt.code)


def _write_series(scan: Scan, request: VolumesRequest, listing: Listing) -> None:
    """The series with most slices into the folder itself, each further one into a folder of its own."""
    recipe = request.pack.recipe_as(LocateRecipe)
    found = group_series(scan.facts)
    if not found:
        (request.folder / "box.json").write_bytes(no_box_file(scan, request.pack))
        (request.folder / "slices.csv").write_bytes(encode_slices([]))
    for number, series in enumerate(found):
        folder = request.folder if number == 0 else request.folder / f"series-{number + 1}"
        folder.mkdir(exist_ok=True)
        located = locate(scan.facts, scan.looks, series, recipe, request.margin_mm)
        (folder / "box.json").write_bytes(box_file(scan, located, number, request.pack))
        (folder / "slices.csv").write_bytes(slices_file(scan, series, request.pack))
        what = f"series {number + 1}, {len(series.members)} slices"
        _say(located, what)
        if located.voxels is not None:
            crop = Crop(scan, series, located.voxels, partial(_read_again, listing), request.keep_identity)
            for kind in request.crops:
                write_crop(crop, kind, folder, what)


def _read_again(listing: Listing, number: int) -> bytes:
    return listing.files[number][1]()


def _say(located: Located, what: str) -> None:
    series = located.series
    if located.voxels is None or located.reason is not None:
        print(f"insitu: {what}: not found. {REASONS[located.reason or 'no-slice']}", file=sys.stderr)
    else:
        z0, z1 = int(located.voxels.z0) + 1, int(located.voxels.z1)
        print(f"insitu: {what}: in slices {z0} to {z1}, confidence {located.confidence:.2f}", file=sys.stderr)
    for note in series.notes:
        print(f"insitu: {what}: {ODDITIES[note.kind]}: {note.count}", file=sys.stderr)
