"""What desktop Pillow and pydicom make of a file, upright and as (H, W, C)."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image, ImageOps
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut, apply_rescale


def desktop_pixels(data: bytes) -> NDArray[Any] | None:
    """None where the desktop library refuses the file too, with whatever exception it has for that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _dicom(data) if _is_dicom(data) else _picture(data)
        except Exception:
            return None


def _is_dicom(data: bytes) -> bool:
    from insitu.decode.sniff import sniff

    try:
        return sniff(data) == "dicom"
    except Exception:
        return data[128:132] == b"DICM"


def _picture(data: bytes) -> NDArray[Any]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        upright = ImageOps.exif_transpose(image) or image
        mode = upright.mode
        if mode in ("P", "PA"):
            mode = "RGBA" if upright.has_transparency_data else "RGB"
        elif mode in ("1", "L"):
            mode = "LA" if upright.has_transparency_data else "L"
        elif mode in ("CMYK", "YCbCr"):
            mode = "RGB"
        elif mode == "RGB" and upright.has_transparency_data:
            mode = "RGBA"
        values = np.asarray(upright.convert(mode))
    return values.reshape(*values.shape[:2], -1)


def _dicom(data: bytes) -> NDArray[Any]:
    data_set = pydicom.dcmread(io.BytesIO(data), force=True)
    values = data_set.pixel_array
    frames = int(data_set.get("NumberOfFrames") or 1)
    plane = values[0] if frames > 1 or values.ndim > 3 else values
    shown = _interpret(plane, data_set)
    return shown.reshape(*shown.shape[:2], -1)


def _interpret(plane: NDArray[Any], data_set: Dataset) -> NDArray[Any]:
    """Colours are RGB already."""
    if data_set.PhotometricInterpretation == "PALETTE COLOR":
        return apply_color_lut(plane, data_set)
    return apply_rescale(plane, data_set) if plane.ndim == 2 else plane


def equal_values(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether shape and values are equal, whatever the type."""
    return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
