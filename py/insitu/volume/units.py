"""Hounsfield units from what a slice holds."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageUnsupported
from ..hounsfield import hounsfield_from_grey
from ..types import Image

Units = Literal["hounsfield", "shifted", "grey"]
OFFSET_HU = -1024
_MODALITIES = ("CT", "OT", "SC", "")
"""Computed tomography, and those of which DICOM does not say what they show (PS3.3, C.7.3.1.1.1)."""


def read_hounsfield(values_hw: NDArray[Any], image: Image) -> tuple[NDArray[Any], Units]:
    """The values of a slice in Hounsfield units, and what they were taken for.

    ``"hounsfield"``: they are: of a CT as DICOM says, and of signed or fractional numbers. ``"shifted"``: 1024 more,
    which is how unsigned numbers of 16 bits hold them. ``"grey"``: 8 bits, of which nobody knows what they meant;
    see `hounsfield_from_grey`.

    Raises
    ------
    ImageUnsupported
        The file says that it is no CT.
    """
    modality = image.membership.modality if image.membership is not None else ""
    if modality not in _MODALITIES:
        raise ImageUnsupported(f"This image is of the modality {modality}; slices of CT are wanted.")
    if values_hw.dtype == np.uint8:
        return hounsfield_from_grey(values_hw), "grey"
    if modality == "CT":
        return values_hw, "hounsfield"
    if values_hw.dtype.kind == "u":
        return np.minimum(values_hw, 32767).astype(np.int32) + OFFSET_HU, "shifted"
    return values_hw, "hounsfield"


def to_int16(values_hw: NDArray[Any]) -> NDArray[np.int16]:
    """Rounded; what does not fit becomes the nearest number that does, and what is no number becomes air."""
    if values_hw.dtype == np.int16:
        return values_hw
    if not np.issubdtype(values_hw.dtype, np.integer):
        values_hw = np.rint(np.nan_to_num(values_hw, nan=OFFSET_HU, posinf=32767, neginf=-32768))
    return np.clip(values_hw.astype(np.int64), -32768, 32767).astype(np.int16)
