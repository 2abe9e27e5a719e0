"""`insitu predict` with a pack that looks for objects: files for each image, and tables of the batch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .analyse_file import analyse_file
from .analysis import Analysis, Segmentation
from .archive import Read
from .bridge import open_session
from .deliver import OVERLAY_SIDE_PX, object_files
from .encode.coco import CocoImage, encode_coco
from .encode.objects_table import ImageRow, encode_images, encode_objects, join_columns
from .errors import InsituError
from .files import Listing
from .names import output_stems
from .pack_types import Pack
from .progress import Progress
from .types import Selection, Session

_MOST_NAMED = 5


@dataclass(frozen=True)
class ObjectsRequest:
    """What is done to each file; without `folder` only the table of images is written, to standard output."""

    pack: Pack
    plane: Selection
    diameter_px: float | None
    folder: Path | None


async def predict_objects(listing: Listing, request: ObjectsRequest) -> int:
    """Find the objects of all files; return how many files failed."""
    session = open_session(request.pack)
    rows = []
    stems = output_stems(name for name, _ in listing.files)
    progress = Progress(len(listing.files))
    for (name, read), stem in zip(listing.files, stems, strict=True):
        rows.append(await _predict_one(name, read, request, session, stem, progress))
        progress.next()
    _write_batch(rows, request)
    _warn_of_unlike(rows)
    return sum(row.state == "failed" for row in rows)


async def _predict_one(
    name: str, read: Read, request: ObjectsRequest, session: Session, stem: str, progress: Progress
) -> ImageRow:
    analysis = await analyse_file(
        name,
        read,
        request.pack,
        session,
        selection=request.plane,
        diameter_px=request.diameter_px,
        drawing_side=OVERLAY_SIDE_PX if request.folder else 0,
        checkpoint=progress.checkpoint,
    )
    if isinstance(analysis, str):
        return ImageRow(name, "failed", error=analysis)
    found = analysis.result
    assert isinstance(found, Segmentation)
    if request.folder:
        _write_files(request.folder / stem, analysis, found, request.pack)
    return ImageRow(
        name,
        "done",
        analysis.width,
        analysis.height,
        found,
        plane=analysis.selection if analysis.extent.has_choice else None,
        unlikeness=analysis.unlikeness,
    )


def _warn_of_unlike(rows: list[ImageRow]) -> None:
    names = [row.file for row in rows if row.unlikeness is not None and row.unlikeness > 1]
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        print(
            f"insitu: unlike the images of the training, so look before you trust what was found "
            f"(column unlikeness): {', '.join(names[:_MOST_NAMED])}{more}",
            file=sys.stderr,
        )


def _write_files(stem: Path, analysis: Analysis, found: Segmentation, pack: Pack) -> None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    for ending, encode in object_files(
        analysis.name, found, pack, analysis.spacing, analysis.drawing
    ).items():
        try:
            _write(stem.with_name(stem.name + ending), encode())
        except InsituError as error:  # a format with a limit must not cost the other files
            print(f"insitu: {analysis.name}: {error}", file=sys.stderr)


def _write(path: Path, parts: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(parts)


def _write_batch(rows: list[ImageRow], request: ObjectsRequest) -> None:
    images = encode_images(rows, request.pack, __version__)
    if request.folder is None:
        sys.stdout.buffer.write(images)
        sys.stdout.flush()
        return
    request.folder.mkdir(parents=True, exist_ok=True)
    (request.folder / "images.csv").write_bytes(images)
    _write(request.folder / "objects.csv", encode_objects(rows, join_columns(rows)))
    pictured = (CocoImage(row.file, row.found.runs, row.found.scores) for row in rows if row.found)
    _write(request.folder / "coco.json", encode_coco(pictured, request.pack.classes[0].id))
