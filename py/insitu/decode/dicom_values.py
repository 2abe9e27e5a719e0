"""From stored values to the values that a DICOM image means: rescaled, looked up, in RGB."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from ..errors import ImageUnsupported
from .dicom_metadata import Groups, items, read_rescale

_ENTRIES = 1 << 16
_DISCRETE, _LINEAR = 0, 1


def rescale(stored: NDArray[Any], data_set: Dataset, groups: Groups, bits: int) -> NDArray[Any]:
    """Apply the modality table or the slope and intercept, so that CT is in Hounsfield units.

    Whole numbers stay so: in int16 if all values that `bits` can store fit, else in int32, else, like values
    with a fraction, as the nearest float32 (from float64 arithmetic as in pydicom). Without either the stored
    values and their dtype stay.
    """
    table = next(items(data_set, "ModalityLUTSequence"), None)
    if table is not None:
        return _look_up(stored, table, is_little=bool(data_set.original_encoding[1]))
    slope, intercept = read_rescale(data_set, groups)
    if (slope, intercept) == (1.0, 0.0):
        return stored
    if not np.issubdtype(stored.dtype, np.integer) or not (slope.is_integer() and intercept.is_integer()):
        return (stored.astype(np.float64) * slope + intercept).astype(np.float32)
    lowest, highest = _extremes(stored, bits)
    ends = sorted((lowest * int(slope) + int(intercept), highest * int(slope) + int(intercept)))
    for dtype in (np.int16, np.int32):
        if np.iinfo(dtype).min <= ends[0] and ends[1] <= np.iinfo(dtype).max:
            # Arithmetic that wraps around gives what fits in the end, in half the time of one that does not.
            wide: NDArray[Any] = stored.astype(np.int32 if stored.dtype.itemsize <= 4 else np.int64)
            return np.asarray((wide * int(slope) + int(intercept)).astype(dtype))
    return (stored.astype(np.float64) * slope + intercept).astype(np.float32)


def _extremes(stored: NDArray[Any], bits: int) -> tuple[int, int]:
    """Of what can be stored, so that all frames of a file have one dtype; of what is, should that be more."""
    signed = np.issubdtype(stored.dtype, np.signedinteger)
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return min(lowest, int(stored.min())), max(highest, int(stored.max()))


def _look_up(stored: NDArray[Any], table: Dataset, is_little: bool) -> NDArray[Any]:
    """The modality table (PS3.3, C.11.1); values beyond its ends take its first or last entry."""
    entries, first, bits = (int(number) for number in table.LUTDescriptor)
    values = table.LUTData
    if isinstance(values, bytes):
        values = np.frombuffer(values, "<u2" if is_little else ">u2")
    table_values = np.asarray(values).reshape(-1)[: entries or _ENTRIES]
    index = np.clip(stored.astype(np.int64) - first, 0, len(table_values) - 1)
    return table_values.astype(np.uint8 if bits <= 8 else np.uint16)[index]


def look_up_palette(stored: NDArray[Any], data_set: Dataset) -> NDArray[Any]:
    """RGB, or RGBA, of 8 or 16 bits (PS3.3, C.7.6.3.1.5), as pydicom looks it up.

    Raises
    ------
    ImageUnsupported
        The palette is written in segments that refer to each other.
    """
    depth = int(data_set.RedPaletteColorLookupTableDescriptor[2])
    for colour in ("Red", "Green", "Blue", "Alpha"):
        segments = data_set.get(f"Segmented{colour}PaletteColorLookupTableData")
        if segments:
            _check_segments(np.frombuffer(segments, np.uint8 if depth == 8 else np.uint16).tolist())
    return np.asarray(apply_color_lut(stored, data_set))


def _check_segments(words: list[int]) -> None:
    """Refuse what pydicom would expand without end."""
    at = entries = 0
    while at + 1 < len(words):
        operation, length = words[at : at + 2]
        if operation not in (_DISCRETE, _LINEAR):
            raise ImageUnsupported(
                "This DICOM file has a colour palette of a kind that this version does not read. Save it as RGB."
            )
        at += 2 + (length if operation == _DISCRETE else 1)
        entries += length
        if entries > _ENTRIES:
            raise ValueError("more colours than a palette can have")
