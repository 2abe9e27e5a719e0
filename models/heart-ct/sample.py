"""Write samples/drawn-chest.zip, the drawn chest as a CT series of DICOM files: `python models/heart-ct/sample.py`.

To be small enough for a page it has no noise, edges without transition and Hounsfield units in steps of 8. Every run
writes the same bytes (with the same zlib).
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from draw import FIELD_MM, HIGHEST_MM, LOWEST_MM, SIDE_PX, SLICES, Anatomy, draw_slice
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

SAMPLE = Path(__file__).parent / "samples" / "drawn-chest.zip"
FOLDER = "drawn-chest"
QUIET = Anatomy(noise=0.0)
STEP_HU = 8
INTERCEPT_HU = -1024
PIXEL_MM, STEP_MM = FIELD_MM / SIDE_PX, (HIGHEST_MM - LOWEST_MM) / SLICES


def draw(number: int) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """One slice, from 1 at the feet to `SLICES`.

    Returns
    -------
    hu_hw : (S, S) int16
        Multiples of `STEP_HU`.
    heart_hw : (S, S) bool
        Where the heart is.
    """
    level_mm = LOWEST_MM + (number - 0.5) * STEP_MM
    hu_hw, heart_hw = draw_slice(QUIET, level_mm, np.random.default_rng(1), sharp=True)
    return (np.rint(hu_hw / STEP_HU) * STEP_HU).astype(np.int16), heart_hw


def slice_name(number: int) -> str:
    """Of its file in the archive."""
    return f"{FOLDER}/{number:03}.dcm"


def slice_file(hu_hw: NDArray[np.int16], number: int) -> bytes:
    """DICOM."""
    first_mm = (PIXEL_MM - FIELD_MM) / 2
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, _uid(f"image {number}")
    image.StudyInstanceUID, image.SeriesInstanceUID = _uid("study"), _uid("series")
    image.FrameOfReferenceUID = _uid("frame of reference")
    image.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    image.Modality = "CT"
    image.SeriesDescription = "Drawn by code, not a patient"
    image.SeriesNumber, image.InstanceNumber = 1, number
    image.PatientPosition = "HFS"
    image.ImagePositionPatient = [first_mm, first_mm, LOWEST_MM + (number - 0.5) * STEP_MM]
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.PixelSpacing = [PIXEL_MM, PIXEL_MM]
    image.SliceThickness = STEP_MM
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = hu_hw.shape
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = INTERCEPT_HU, 1, "HU"
    image.WindowCenter, image.WindowWidth = 40, 400
    image.PixelData = (hu_hw - INTERCEPT_HU).astype("<u2").tobytes()
    image["PixelData"].VR = "OW"
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.ImplementationVersionName = "INSITU"
    buffer = io.BytesIO()
    dcmwrite(buffer, image, enforce_file_format=True)
    return buffer.getvalue()


def _uid(what: str) -> UID:
    return generate_uid(entropy_srcs=["insitu heart-ct drawn-chest", what])


def write_sample(path: Path) -> None:
    """One archive, members of a fixed date."""
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1, SLICES + 1):
            entry = zipfile.ZipInfo(slice_name(number), (2026, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o644 << 16,
            )
            archive.writestr(entry, slice_file(draw(number)[0], number), compresslevel=9)


if __name__ == "__main__":
    write_sample(SAMPLE)
