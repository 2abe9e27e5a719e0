"""Slices of DICOM files, cropped to a box and written as DICOM again, without who the patient is.

What is written is what stands in the lists below and what is said of the crop; all else of the file is left behind,
private elements always (PS3.15, annex E, is a list of what to take away, which never ends).
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.multival import MultiValue
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID, UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import format_number_as_ds

from .. import __version__
from ..decode.dicom import FAILURES, Stored, read_stored
from ..decode.sniff import sniff
from ..errors import ImageCorrupt, ImageUnsupported
from .places import Box3, whole_range

KEPT = (
    "AcquisitionNumber", "BodyPartExamined", "BurnedInAnnotation", "CTDIvol", "ConvolutionKernel",
    "DistanceSourceToDetector", "DistanceSourceToPatient", "Exposure", "ExposureTime", "FilterType", "FocalSpots",
    "GantryDetectorTilt", "GeneratorPower", "KVP", "LossyImageCompression", "LossyImageCompressionMethod",
    "LossyImageCompressionRatio", "Manufacturer", "ManufacturerModelName", "Modality", "PatientPosition",
    "PhotometricInterpretation", "PixelPaddingRangeLimit", "PixelPaddingValue", "PixelSpacing", "RescaleIntercept",
    "RescaleSlope", "RescaleType", "RevolutionTime", "RotationDirection", "ScanOptions", "SeriesNumber",
    "SingleCollimationWidth", "SliceLocation", "SliceThickness", "SpacingBetweenSlices", "SpecificCharacterSet",
    "SpiralPitchFactor", "TableFeedPerRotation", "TableHeight", "TableSpeed", "TotalCollimationWidth",
    "VOILUTFunction", "WindowCenter", "WindowWidth", "XRayTubeCurrent", "ImagerPixelSpacing",
    "NominalScannedPixelSpacing",
)  # fmt: skip
"""How the slice was taken and what its values mean."""

IDENTITY = (
    "AccessionNumber", "AcquisitionDate", "AcquisitionTime", "ContentDate", "ContentTime", "InstitutionName",
    "PatientAge", "PatientBirthDate", "PatientID", "PatientName", "PatientSex", "PatientSize", "PatientWeight",
    "ReferringPhysicianName", "SeriesDate", "SeriesTime", "StudyDate", "StudyDescription", "StudyID", "StudyTime",
)  # fmt: skip
"""Who the patient is, and where and when; written only when asked for."""

EMPTY = (
    "AccessionNumber", "AcquisitionNumber", "KVP", "Manufacturer", "PatientBirthDate", "PatientID", "PatientName",
    "PatientSex", "PositionReferenceIndicator", "ReferringPhysicianName", "SeriesNumber", "StudyDate", "StudyID",
    "StudyTime",
)  # fmt: skip
"""Of a CT image, must be there, be it without a value (type 2 in PS3.3, A.3)."""

_READ = (
    *KEPT, *IDENTITY, "FrameOfReferenceUID", "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID",
)  # fmt: skip
_FIRST_BITS = 8


def crop_dicom(data: bytes, box: Box3, number: int, keep_identity: bool = False) -> bytes:
    """One file of the cropped series: stored values without compression, and the position of their first pixel.

    The series and each of its images get identifiers of their own, which follow from those of the original and the box.
    Study and frame of reference get such ones too, the same for all crops of a study, unless `keep_identity`.

    Parameters
    ----------
    data
        A DICOM file of one slice.
    box : Box3
        Of whole voxels; its slices are only named.
    number
        Of the slice in the cropped series, from 1.
    keep_identity
        Write the elements of `IDENTITY` too.

    Raises
    ------
    ImageUnsupported
        It is no DICOM file, or one of several slices or of colours.
    ImageCorrupt
    """
    if sniff(data) != "dicom":
        raise ImageUnsupported(
            "Only scans that came as DICOM files can be written as DICOM. Take the NIfTI file instead."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, about what it puts right
        try:
            stored = read_stored(data, _READ)
            if "ModalityLUTSequence" in stored.data_set:
                raise ImageUnsupported(
                    "This DICOM file has a table of what its values mean, which is not written. Take the NIfTI file "
                    "instead."
                )
            return _write(_cropped(stored, box, number, keep_identity))
        except FAILURES as error:
            raise ImageCorrupt(
                "This DICOM file is damaged or cut short. Copy it again from its source."
            ) from error


def _cropped(stored: Stored, box: Box3, number: int, keep_identity: bool) -> Dataset:
    source = stored.data_set
    height, width = stored.values_hw.shape
    (left, right), (top, bottom) = whole_range(box.x0, box.x1, width), whole_range(box.y0, box.y1, height)
    crop = Dataset()
    _copy(source, crop, (*KEPT, *IDENTITY) if keep_identity else KEPT)
    for keyword in EMPTY:
        if keyword not in crop:
            setattr(crop, keyword, None)
    _set_pixels(crop, stored, stored.values_hw[top:bottom, left:right])
    _set_place(crop, stored, left, top)
    _set_identifiers(crop, source, box, number, keep_identity)
    original = f"columns {left + 1} to {right} of {width} and rows {top + 1} to {bottom} of {height}"
    crop.DerivationDescription = f"Cropped by Insitu {__version__}: {original}"
    crop.SeriesDescription = "Cropped by Insitu"
    crop.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    crop.InstanceNumber = number
    crop.PatientIdentityRemoved = "NO" if keep_identity else "YES"
    if not keep_identity:
        crop.DeidentificationMethod = f"Insitu {__version__}: only listed elements kept, new UIDs"
        crop.LongitudinalTemporalInformationModified = "REMOVED"
    return crop


def _copy(source: Dataset, crop: Dataset, keywords: Iterable[str]) -> None:
    """Elements that are there and hold what they should; others are left behind, whatever stands in them."""
    for keyword in keywords:
        try:
            if keyword in source and _is_sound(source[keyword], keyword):
                crop[keyword] = source[keyword]
        except (ValueError, TypeError, NotImplementedError, OverflowError, ArithmeticError):
            continue


def _is_sound(element: DataElement, keyword: str) -> bool:
    kinds = dictionary_VR(keyword).split(" or ")
    values = element.value if isinstance(element.value, MultiValue) else [element.value]
    if element.VR not in kinds:
        return False
    if "CS" in kinds:
        return all(re.fullmatch(r"[A-Z0-9_ ]{0,16}", str(value or "")) for value in values)
    if kinds[0] in ("DS", "IS", "FD", "US"):
        return all(value is None or isinstance(value, (int, float)) for value in values)
    return True


def _set_pixels(crop: Dataset, stored: Stored, values_hw: NDArray[Any]) -> None:
    """As they are stored, little-endian; with as many bits as they need, should the file say fewer."""
    allocated = max(_FIRST_BITS, values_hw.dtype.itemsize * 8)
    bits = min(int(stored.data_set.get("BitsStored") or allocated), allocated)
    is_signed = bool(np.issubdtype(values_hw.dtype, np.signedinteger))
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    if values_hw.min() < lowest or values_hw.max() > highest:
        bits = allocated
    raw = values_hw.astype(values_hw.dtype.newbyteorder("<")).tobytes()
    crop.Rows, crop.Columns = values_hw.shape
    crop.SamplesPerPixel = 1
    crop.BitsAllocated, crop.BitsStored, crop.HighBit = allocated, bits, bits - 1
    crop.PixelRepresentation = int(is_signed)
    crop.PixelData = raw + b"\0" * (len(raw) % 2)
    crop["PixelData"].VR = "OB" if allocated == 8 else "OW"


def _set_place(crop: Dataset, stored: Stored, left: int, top: int) -> None:
    """Position of the new first pixel and the directions as they were; neither where they are not known."""
    place, spacing = stored.place, stored.spacing
    if place is None or spacing is None:
        return
    position = (
        np.asarray(place.position)
        + left * spacing.x * np.asarray(place.along_row)
        + top * spacing.y * np.asarray(place.along_column)
    )
    crop.ImagePositionPatient = [format_number_as_ds(float(value)) for value in position]
    crop["ImageOrientationPatient"] = stored.data_set["ImageOrientationPatient"]


def _set_identifiers(crop: Dataset, source: Dataset, box: Box3, number: int, keep_identity: bool) -> None:
    series, instance = str(source.get("SeriesInstanceUID", "")), str(source.get("SOPInstanceUID", ""))
    study, frame = str(source.get("StudyInstanceUID", "")), str(source.get("FrameOfReferenceUID", ""))
    edges = [str(int(edge)) for edge in vars(box).values()]
    kind = UID(str(source.get("SOPClassUID", "")))
    crop.SOPClassUID = kind if kind.is_valid else CTImageStorage
    crop.SeriesInstanceUID = _derive("series", series, *edges, "named" if keep_identity else "")
    crop.SOPInstanceUID = _derive("image", crop.SeriesInstanceUID, instance, str(number))
    crop.StudyInstanceUID = UID(study) if keep_identity and study else _derive("study", study or series)
    if frame:
        crop.FrameOfReferenceUID = UID(frame) if keep_identity else _derive("frame of reference", frame)


def _derive(*sources: str) -> UID:
    """The same for the same sources; it does not lead back to them."""
    return generate_uid(entropy_srcs=["insitu", *(f"{len(source)}:{source}" for source in sources)])


def _write(crop: Dataset) -> bytes:
    crop.file_meta = FileMetaDataset()
    crop.file_meta.MediaStorageSOPClassUID = crop.SOPClassUID
    crop.file_meta.MediaStorageSOPInstanceUID = crop.SOPInstanceUID
    crop.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    crop.file_meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
    crop.file_meta.ImplementationVersionName = f"INSITU_{__version__}"[:16]
    buffer = io.BytesIO()
    dcmwrite(buffer, crop, enforce_file_format=True)
    return buffer.getvalue()
