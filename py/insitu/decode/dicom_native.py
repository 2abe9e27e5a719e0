"""Grey values of 16 bits that lie in a DICOM file as they are: slices of CT and MR, mostly.

pydicom's decoders take ten times as long for them, and a scan has hundreds; what is given here is what they give.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from ..lanes import LANE_BITS, is_of_bits
from .dicom_metadata import Elements

_SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)


def read_native(data_set: Elements, syntax: UID, frame: int) -> tuple[NDArray[Any], int] | None:
    """One frame (rows, columns) of uint16 or int16, and how many bits are stored; None for what is stored otherwise."""
    stored = data_set.get("PixelData")
    if syntax not in _SYNTAXES or not isinstance(stored, (bytes, memoryview)) or not _is_plain(data_set):
        return None
    rows, columns, bits = _get(data_set, "Rows", "Columns", "BitsStored")
    size = rows * columns
    if len(stored) < 2 * size * (int(data_set.get("NumberOfFrames") or 1)):
        return None  # pydicom says what is wrong
    is_signed = data_set.get("PixelRepresentation") == 1
    values = np.frombuffer(stored, "<i2" if is_signed else "<u2", size, 2 * size * frame)
    values = values.astype(np.int16 if is_signed else np.uint16, copy=False)
    return _clear_unused(values.reshape(rows, columns), bits), bits


def _is_plain(data_set: Elements) -> bool:
    numbers = _get(data_set, "Rows", "Columns", "BitsStored", "PixelRepresentation")
    return (
        all(type(number) is int for number in numbers)
        and data_set.get("BitsAllocated") == 16
        and data_set.get("SamplesPerPixel") == 1
        and data_set.get("PhotometricInterpretation") in ("MONOCHROME1", "MONOCHROME2")
        and 1 <= numbers[2] <= 16
        and numbers[3] in (0, 1)
        and min(numbers[:2]) > 0
    )


def _get(data_set: Elements, *keywords: str) -> list[Any]:
    return [data_set.get(keyword) for keyword in keywords]


def _clear_unused(values_hw: NDArray[Any], bits: int) -> NDArray[Any]:
    """The bits above those that are stored mean nothing (PS3.5, 8.1.1)."""
    unused = LANE_BITS - bits
    if unused == 0 or is_of_bits(values_hw, bits):
        return values_hw
    return np.asarray((values_hw << unused) >> unused)
