"""DICOM by pydicom, one file for each transfer syntax; compressed by imagecodecs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import imagecodecs
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from .file import DrawnFile, as_hwc, scene
from .pictures import read_with_pillow

_INSTANCE = "1.2.826.0.1.3680043.8.498.1"
Encode = Callable[[NDArray[Any]], bytes]

_NATIVE = {
    "implicit little endian": uid.ImplicitVRLittleEndian,
    "explicit little endian": uid.ExplicitVRLittleEndian,
    "explicit big endian": uid.ExplicitVRBigEndian,
    "deflated": uid.DeflatedExplicitVRLittleEndian,
}


def _jpeg_lossless(pixels: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.ljpeg_encode(pixels, bitspersample=pixels.dtype.itemsize * 8))


def _jpeg_ls(pixels: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.jpegls_encode(pixels))


def _jpeg2000(pixels: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, codecformat="j2k", reversible=True))


_COMPRESSED: dict[str, tuple[uid.UID, Encode]] = {
    "JPEG lossless": (uid.JPEGLosslessSV1, _jpeg_lossless),
    "JPEG-LS": (uid.JPEGLSLossless, _jpeg_ls),
    "JPEG 2000": (uid.JPEG2000Lossless, _jpeg2000),
}


def draw(side: int) -> Iterator[DrawnFile]:
    """Grey of 8 and 16 bits in every syntax, and colour as JPEG."""
    for dtype in ("uint8", "uint16"):
        grey = scene(side, dtype, 1)
        bits = grey.dtype.itemsize * 8
        for kind, syntax in _NATIVE.items():
            raw = (grey.byteswap() if syntax == uid.ExplicitVRBigEndian else grey).tobytes()
            yield DrawnFile("dicom", kind, bits, _write(grey, syntax, raw), as_hwc(grey))
        yield DrawnFile("dicom", "RLE", bits, _run_lengths(grey), as_hwc(grey))
        for kind, (syntax, encode) in _COMPRESSED.items():
            data = _write(grey, syntax, encapsulate([encode(grey)]))
            yield DrawnFile("dicom", kind, bits, data, as_hwc(grey))
    grey = scene(side, samples=1)
    baseline = bytes(imagecodecs.jpeg8_encode(grey, level=90))
    data = _write(grey, uid.JPEGBaseline8Bit, encapsulate([baseline]))
    yield DrawnFile("dicom", "JPEG baseline", 8, data, read_with_pillow(baseline))
    colour = scene(side)
    yield DrawnFile(
        "dicom",
        "explicit little endian, RGB",
        8,
        _write(colour, uid.ExplicitVRLittleEndian, colour.tobytes()),
        colour,
    )


def _write(pixels: NDArray[Any], syntax: uid.UID, pixel_data: bytes) -> bytes:
    return _save(_data_set(pixels, syntax, pixel_data))


def _run_lengths(grey: NDArray[Any]) -> bytes:
    data_set = _data_set(grey, uid.ExplicitVRLittleEndian, grey.tobytes())
    data_set.compress(uid.RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    return _save(data_set)


def _save(data_set: Dataset) -> bytes:
    buffer = io.BytesIO()
    data_set.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _data_set(pixels: NDArray[Any], syntax: uid.UID, pixel_data: bytes) -> Dataset:
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = syntax
    data_set.file_meta.MediaStorageSOPClassUID = data_set.SOPClassUID = uid.SecondaryCaptureImageStorage
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID = uid.UID(_INSTANCE)
    data_set.Rows, data_set.Columns = pixels.shape[:2]
    data_set.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    data_set.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    if pixels.ndim == 3:
        data_set.PlanarConfiguration = 0
    bits = pixels.dtype.itemsize * 8
    data_set.BitsAllocated = data_set.BitsStored = bits
    data_set.HighBit, data_set.PixelRepresentation = bits - 1, 0
    data_set.PixelData = pixel_data
    data_set["PixelData"].VR = "OB" if syntax.is_encapsulated or bits == 8 else "OW"
    return data_set
