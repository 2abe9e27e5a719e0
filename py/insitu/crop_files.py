"""The part of a scan that lies in a box, as files that the command line writes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from .errors import InsituError
from .volume.answer import Scan
from .volume.crop import crop_planes, files_in_box
from .volume.places import Box3
from .volume.series import Series

CropFormat = Literal["nifti", "dicom"]
CROP_FORMATS: tuple[CropFormat, ...] = get_args(CropFormat)


@dataclass(frozen=True)
class Crop:
    """What is cut out of a scan; `read` gives the bytes of a file by its number, which are let go after each file."""

    scan: Scan
    series: Series
    box: Box3
    read: Callable[[int], bytes]
    keep_identity: bool


def write_crop(crop: Crop, kind: CropFormat, folder: Path, what: str) -> None:
    """Write crop.nii or the folder crop-dicom; say so where that cannot be, and leave nothing half-written.

    Parameters
    ----------
    what
        The series, in words.
    """
    path = folder / ("crop.nii" if kind == "nifti" else "crop-dicom")
    try:
        if kind == "nifti":
            _write_nifti(crop, path, what)
        else:
            _write_dicom(crop, path)
    except (InsituError, OSError) as error:
        _remove(path)
        reason = str(error) if isinstance(error, InsituError) else f"{error.strerror}."
        print(f"insitu: {what}: {path.name} was not written. {reason}", file=sys.stderr)


def _write_nifti(crop: Crop, path: Path, what: str) -> None:
    from .volume.nifti_head import nifti_head  # nibabel and pydicom take a while

    head = nifti_head(crop.scan.facts, crop.series, crop.box)
    with path.open("wb") as file:
        file.write(head.data)
        for one in files_in_box(crop.scan.facts, crop.series, crop.box):
            file.write(crop_planes(crop.read(one.file), one.planes, crop.box))
    if not head.is_even:
        print(
            f"insitu: {what}: slices in {path.name} are unevenly placed; what lies behind a gap has moved up",
            file=sys.stderr,
        )


def _write_dicom(crop: Crop, folder: Path) -> None:
    from .volume.dicom_crop import crop_dicom

    _remove(folder)
    folder.mkdir(exist_ok=True)
    for number, data in enumerate(_slices(crop), 1):
        (folder / f"{number:04}.dcm").write_bytes(
            crop_dicom(data, crop.box, number, keep_identity=crop.keep_identity)
        )


def _slices(crop: Crop) -> Iterator[bytes]:
    for one in files_in_box(crop.scan.facts, crop.series, crop.box):
        yield crop.read(one.file)


def _remove(path: Path) -> None:
    """What was written here, now or by a run before."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for file in path.glob("[0-9][0-9][0-9][0-9].dcm"):
        file.unlink()
    if not any(path.iterdir()):
        path.rmdir()
