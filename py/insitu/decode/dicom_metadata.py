"""What a DICOM data set says around its pixels: spacing, display window, rescaling, and what it is if no image."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_sequence
from pydicom.multival import MultiValue

from ..types import Spacing
from .dicom_source import Source

KEYWORDS = (
    "AlphaPaletteColorLookupTableData", "BitsAllocated", "BitsStored", "BluePaletteColorLookupTableData",
    "BluePaletteColorLookupTableDescriptor", "Columns", "DoubleFloatPixelData", "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths", "FloatPixelData", "GreenPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableDescriptor", "HighBit", "ImageOrientationPatient", "ImagePositionPatient",
    "ImageType", "ImagerPixelSpacing", "InstanceNumber", "Modality", "ModalityLUTSequence",
    "NominalScannedPixelSpacing", "NumberOfFrames", "PerFrameFunctionalGroupsSequence", "PhotometricInterpretation",
    "PixelData", "PixelRepresentation", "PixelSpacing", "PlanarConfiguration", "RedPaletteColorLookupTableData",
    "RedPaletteColorLookupTableDescriptor", "RescaleIntercept", "RescaleSlope", "Rows", "SamplesPerPixel",
    "SegmentedAlphaPaletteColorLookupTableData", "SegmentedBluePaletteColorLookupTableData",
    "SegmentedGreenPaletteColorLookupTableData", "SegmentedRedPaletteColorLookupTableData", "SeriesInstanceUID",
    "SharedFunctionalGroupsSequence", "SliceThickness", "SpacingBetweenSlices", "VOILUTFunction", "WindowCenter",
    "WindowWidth",
)  # fmt: skip
"""What is read of a data set. Who the patient is, is not."""

_SEVERAL = (tuple, list, MultiValue)
"""Types are compared, because isinstance() of MultiValue, which is abstract, takes longer than all else here."""

Groups = tuple[Dataset, ...]
Elements = Dataset | Mapping[str, Any]
"""By keyword; see `Dataset.get`."""

_KINDS: Mapping[str, str] = {
    "RTSTRUCT": "a structure set",
    "RTPLAN": "a treatment plan",
    "RTRECORD": "a treatment record",
    "SR": "a report",
    "DOC": "a document",
    "PR": "a presentation state",
    "KO": "a selection of other images",
    "REG": "a registration",
    "ECG": "an electrocardiogram",
    "AU": "a sound",
    "FID": "a list of marks",
}


def kind(data_set: Dataset) -> str | None:
    """What a file without pixels is, in words."""
    return _KINDS.get(str(data_set.get("Modality", "")))


def read_groups(data_set: Dataset, frame: int) -> Groups:
    """What an enhanced multi-frame image says of one of its frames: first that frame's own, then all frames'."""
    places = (("PerFrameFunctionalGroupsSequence", frame), ("SharedFunctionalGroupsSequence", 0))
    found = (next(islice(items(data_set, keyword), index, None), None) for keyword, index in places)
    return tuple(group for group in found if group is not None)


def read_spacing(data_set: Elements, groups: Groups) -> Spacing | None:
    """In millimetres; the file names the distance of rows before that of columns."""
    measures = find_group(groups, "PixelMeasuresSequence")
    places: list[Elements] = [data_set] if measures is None else [measures, data_set]
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        for place in places:
            y, x = read_number(place, keyword, 0), read_number(place, keyword, 1)
            if x is not None and y is not None and x > 0 and y > 0:
                return Spacing(x, y, "mm", _depth(places), f"DICOM {keyword}")
    return None


def _depth(places: list[Elements]) -> float | None:
    found = (
        read_number(p, keyword) for keyword in ("SpacingBetweenSlices", "SliceThickness") for p in places
    )
    return next((depth for depth in found if depth is not None and depth > 0), None)


def read_window(data_set: Dataset, groups: Groups) -> tuple[float, float] | None:
    """The first window of the file, as the values that are black and white.

    Source: PS3.3, C.11.2.1.2 and C.11.2.1.3. A sigmoid is shown as the line that touches it in its middle.
    """
    place = find_group(groups, "FrameVOILUTSequence") or data_set
    centre, width = read_number(place, "WindowCenter"), read_number(place, "WindowWidth")
    if centre is None or width is None:
        return None
    if place.get("VOILUTFunction") not in ("LINEAR_EXACT", "SIGMOID"):
        centre, width = centre - 0.5, width - 1
    return (centre - width / 2, centre + width / 2) if width > 0 else None


def read_rescale(data_set: Elements, groups: Groups) -> tuple[float, float]:
    """Slope and intercept, (1, 0) where there are none.

    Raises
    ------
    ValueError
        They are no numbers: the values of the image would be wrong.
    """
    place: Elements = find_group(groups, "PixelValueTransformationSequence") or data_set
    if "RescaleSlope" not in place or "RescaleIntercept" not in place:
        return 1.0, 0.0
    slope, intercept = read_number(place, "RescaleSlope"), read_number(place, "RescaleIntercept")
    if slope is None or intercept is None:
        raise ValueError("the rescaling is no number")
    return slope, intercept


def items(data_set: Dataset, keyword: str) -> Iterator[Dataset]:
    """Items of a sequence, read with as much patience as the file itself."""
    element: Any = data_set.get_item(keyword) if keyword in data_set else None
    if isinstance(element, RawDataElement):
        value = element.value or b""
        yield from read_sequence(
            Source(value), element.is_implicit_VR, element.is_little_endian, len(value), "iso8859"
        )
    elif element is not None:
        yield from element.value


def find_group(groups: Groups, keyword: str) -> Dataset | None:
    """The first item of a sequence that one of the groups has."""
    return next((found for group in groups for found in items(group, keyword)), None)


def read_number(data_set: Elements, keyword: str, index: int = 0) -> float | None:
    """One of the values of an element; None where there is none or it is no number."""
    try:
        value: Any = data_set.get(keyword)
        if type(value) in _SEVERAL:
            value = value[index] if index < len(value) else None
        elif index:
            return None
        number = float(value) if value is not None else math.nan
    except (ValueError, TypeError, OverflowError, NotImplementedError):
        return None
    return number if math.isfinite(number) else None
