"""DICOM by pydicom and imagecodecs.

Of a file only the frame that is asked for is decoded. Grey values are those that the file means (`dicom_values`):
CT is in Hounsfield units. MONOCHROME1, whose lowest value is white, keeps its values; its window runs from high to low.
"""

from __future__ import annotations

import logging
import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from ..display import automatic_contrast
from ..errors import ImageCorrupt, ImageUnsupported
from ..types import FIRST_PLANE, Extent, Image, Place, Samples, Selection, Spacing
from .dicom_codecs import decoder_for, ybr_to_rgb
from .dicom_metadata import KEYWORDS, Groups, kind, read_groups, read_spacing, read_window
from .dicom_native import read_native
from .dicom_place import read_membership, read_place
from .dicom_source import Source, inflate
from .dicom_values import look_up_palette, rescale
from .limits import check_bytes, check_frames
from .planes import find_plane

FAILURES = (
    InvalidDicomError, BytesLengthException, OSError, ValueError, TypeError, KeyError, IndexError, EOFError,
    OverflowError, AttributeError, RuntimeError, ArithmeticError, AssertionError, LookupError, struct.error, zlib.error,
)  # fmt: skip
"""What pydicom and the codecs let through on damaged files (codecs' errors and RecursionError are RuntimeErrors)."""

logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # what matters is raised here

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_PHOTOMETRIC = (
    "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT",
)  # fmt: skip
_PREAMBLE = 132
_TAGS: list[BaseTag | int] = [Tag(keyword) for keyword in KEYWORDS]


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode one frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, about what it puts right
        data_set = _open(data, _TAGS)
        frames = _check(data_set, selection)
        groups = read_groups(data_set, selection.frame)
        pixels_hwc, samples = _decode(data_set, selection.frame, groups)
        image = Image(
            pixels_hwc,
            family,
            samples,
            Extent(frames),
            spacing=read_spacing(data_set, groups),
            window=read_window(data_set, groups) if samples == "grey" else None,
            place=read_place(data_set, groups),
            membership=read_membership(data_set),
        )
        return _with_window(image, data_set)


@dataclass(frozen=True)
class Stored:
    """A grey image of one frame as it is stored; `values_hw` (H, W) are not rescaled."""

    data_set: Dataset
    values_hw: NDArray[Any]
    spacing: Spacing | None
    place: Place | None


def read_stored(data: bytes, keywords: Sequence[str]) -> Stored:
    """Decode without rescaling; the data set holds these elements and those that `read` looks at.

    Raises
    ------
    ImageUnsupported
        There are several frames, or colours, or places of frames beside the frames.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data_set = _open(data, [*_TAGS, *(Tag(keyword) for keyword in keywords)])
        if _check(data_set, FIRST_PLANE) > 1 or "SharedFunctionalGroupsSequence" in data_set:
            raise ImageUnsupported(
                "This DICOM file holds many slices; only files of one slice each can be written as DICOM again."
            )
        values, photometric, _ = _stored(data_set, 0)
        if not photometric.startswith("MONOCHROME") or not np.issubdtype(values.dtype, np.integer):
            raise ImageUnsupported(
                "This DICOM file holds colours or fractions; only grey values that are whole numbers can be written as "
                "DICOM again."
            )
        return Stored(data_set, values, read_spacing(data_set, ()), read_place(data_set, ()))


def _open(data: bytes, tags: list[BaseTag | int]) -> Dataset:
    """Read what is wanted of the data set, up to the end of the file."""
    if DeflatedExplicitVRLittleEndian.encode() in data:  # pydicom would inflate without limit
        meta, end = _read_meta(data)
        if meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
            source = Source(inflate(data[end:]))
            data_set = read_dataset(source, False, True, specific_tags=tags)
            data_set.set_original_encoding(False, True)
            data_set.file_meta = FileMetaDataset(meta)
            return _with_pixels(data_set, data, source)
    source = Source(data)
    return _with_pixels(dcmread(source, force=True, specific_tags=tags), data, source)


def _read_meta(data: bytes) -> tuple[Dataset, int]:
    """The file meta information, and where it ends."""
    source = Source(data)
    source.seek(_PREAMBLE if data.startswith(b"DICM", _PREAMBLE - 4) else 0)
    meta = read_dataset(source, False, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2)
    return meta, source.tell()


def _with_pixels(data_set: Dataset, data: bytes, source: Source) -> Dataset:
    if any(keyword in data_set for keyword in _PIXELS):
        return data_set
    is_bare = _read_meta(data)[1] >= len(data)
    raise _without_image(data_set, is_bare or source.ran_out)


def _without_image(data_set: Dataset, is_cut: bool) -> ImageCorrupt | ImageUnsupported:
    what = kind(data_set)
    if what is not None and "Rows" not in data_set:
        return ImageUnsupported(f"This DICOM file holds no image (it is {what}). Drop the images themselves.")
    if is_cut or "Rows" in data_set:
        return ImageCorrupt("This DICOM file ends before its image. Copy it again from its source.")
    return ImageUnsupported("This DICOM file holds no image. Drop the images themselves.")


def _check(data_set: Dataset, selection: Selection) -> int:
    """Refuse before anything is decoded; else the number of frames."""
    photometric = data_set.PhotometricInterpretation
    if photometric not in _PHOTOMETRIC:
        raise ImageUnsupported(
            "This DICOM file stores its colours in a way that this version does not read. Save it as RGB."
        )
    bits = max(8, int(data_set.BitsAllocated))
    samples = 3 if photometric == "PALETTE COLOR" else int(data_set.SamplesPerPixel)
    if photometric.startswith("YBR") and bits > 8 and photometric in ("YBR_FULL", "YBR_FULL_422"):
        raise ImageUnsupported(
            f"This DICOM file holds YBR colours of {bits} bits, which this version does not read. Save it as RGB."
        )
    check_bytes(int(data_set.Columns), int(data_set.Rows), samples, bits // 8)
    frames = int(data_set.get("NumberOfFrames") or 1)
    check_frames(frames)
    find_plane(selection, frames)
    return frames


def _syntax(data_set: Dataset) -> UID:
    """As the file meta information says; without one, as it was read."""
    syntax = data_set.file_meta.get("TransferSyntaxUID")
    if syntax:
        return UID(syntax)
    if "PixelData" in data_set and data_set["PixelData"].is_undefined_length:
        raise ImageUnsupported(
            "This DICOM file does not say how its image is compressed. Export it again with its file meta information."
        )
    is_implicit, is_little = data_set.original_encoding
    if is_implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if is_little else ExplicitVRBigEndian


def _decode(data_set: Dataset, frame: int, groups: Groups) -> tuple[NDArray[Any], Samples]:
    stored, photometric, bits = _stored(data_set, frame)
    if photometric == "PALETTE COLOR":
        coloured = look_up_palette(stored, data_set)
        return coloured, "rgb+alpha" if coloured.shape[2] == 4 else "rgb"
    if stored.ndim == 2:
        return rescale(stored, data_set, groups, bits)[..., np.newaxis], "grey"
    if photometric.startswith("YBR_FULL"):
        return ybr_to_rgb(stored), "rgb"
    if photometric != "RGB":
        raise ImageUnsupported(
            "This DICOM file stores its colours in a way that this version does not read. Save it as RGB."
        )
    return np.ascontiguousarray(stored), "rgb"


def _stored(data_set: Dataset, frame: int) -> tuple[NDArray[Any], str, int]:
    """Values as they are stored, what they mean as colours, and their bits."""
    syntax = _syntax(data_set)
    native = read_native(data_set, syntax, frame)
    if native is not None:
        return native[0], str(data_set.PhotometricInterpretation), native[1]
    decoder = decoder_for(syntax)
    if decoder is None:
        name = f" with {syntax.name}" if syntax.name != str(syntax) else ""
        raise ImageUnsupported(
            f"This DICOM file is compressed{name}, which this version does not read. Export it without compression."
        )
    stored, facts = decoder.as_array(data_set, index=frame, raw=True)
    stored = np.asarray(stored.astype(stored.dtype.newbyteorder("="), copy=False))
    photometric = str(facts["photometric_interpretation"]).replace("_COLOR", " COLOR")
    return stored, photometric, int(facts.get("bits_stored", 0))


def _with_window(image: Image, data_set: Dataset) -> Image:
    """Let few bits in a byte be seen, and turn MONOCHROME1 around."""
    window = image.window
    bits = int(data_set.get("BitsStored") or 0)
    if window is None and image.samples == "grey" and image.pixels_hwc.dtype == np.uint8 and 0 < bits < 8:
        window = (0.0, float((1 << bits) - 1))
    if data_set.PhotometricInterpretation == "MONOCHROME1":
        low, high = window or automatic_contrast(image)
        window = (high, low)
    return replace(image, window=window)
