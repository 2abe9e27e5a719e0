"""DICOM files, written with pydicom around pixels that imagecodecs encodes."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

from insitu.decode import decode
from insitu.types import Selection

NATIVE: Mapping[str, UID] = {
    "implicit": uid.ImplicitVRLittleEndian,
    "explicit": uid.ExplicitVRLittleEndian,
    "big endian": uid.ExplicitVRBigEndian,
    "deflated": uid.DeflatedExplicitVRLittleEndian,
}


@dataclass(frozen=True)
class Compression:
    """A transfer syntax, what encodes a frame for it, and by how much a value may then differ."""

    syntax: UID
    encode: Callable[[NDArray[Any]], bytes]
    error: int = 0


def _bits(pixels: NDArray[Any]) -> int:
    return 8 if pixels.dtype.itemsize == 1 else 12


def _jpeg(pixels: NDArray[Any], **options: Any) -> bytes:
    if pixels.ndim == 3:
        options |= {"colorspace": "RGB", "outcolorspace": "RGB"}
    return bytes(imagecodecs.jpeg8_encode(pixels, bitspersample=_bits(pixels), **options))


def _jpeg_ls(pixels: NDArray[Any], error: int) -> bytes:
    return bytes(imagecodecs.jpegls_encode(pixels, level=error))


def _jpeg_2000(pixels: NDArray[Any], **options: Any) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, codecformat="j2k", bitspersample=_bits(pixels), **options))


def rle(pixels: NDArray[Any]) -> bytes:
    """Segments of one byte of each sample, most significant first, in runs of literals (PS3.5, annex G)."""
    samples = pixels.reshape(*pixels.shape[:2], -1)
    depth = pixels.dtype.itemsize
    segments = []
    for index in range(samples.shape[2]):
        raw = samples[..., index].astype(pixels.dtype.newbyteorder(">")).tobytes()
        for byte in range(depth):
            plane = raw[byte::depth]
            runs = (plane[at : at + 128] for at in range(0, len(plane), 128))
            packed = b"".join(bytes([len(run) - 1]) + run for run in runs)
            segments.append(packed + b"\0" * (len(packed) % 2))
    starts = 64 + np.cumsum([0, *(len(segment) for segment in segments)])[:-1]
    header = np.zeros(16, "<u4")
    header[0] = len(segments)
    header[1 : 1 + len(segments)] = starts
    return header.tobytes() + b"".join(segments)


COMPRESSED: Mapping[str, Compression] = {
    "RLE": Compression(uid.RLELossless, rle),
    "JPEG extended": Compression(uid.JPEGExtended12Bit, partial(_jpeg, level=95), 60),
    "JPEG lossless": Compression(uid.JPEGLossless, partial(_jpeg, lossless=True, predictor=6)),
    "JPEG lossless SV1": Compression(uid.JPEGLosslessSV1, partial(_jpeg, lossless=True, predictor=1)),
    "JPEG-LS": Compression(uid.JPEGLSLossless, partial(_jpeg_ls, error=0)),
    "JPEG-LS near-lossless": Compression(uid.JPEGLSNearLossless, partial(_jpeg_ls, error=3), 3),
    "JPEG 2000": Compression(uid.JPEG2000Lossless, partial(_jpeg_2000, reversible=True)),
    "JPEG 2000 lossy": Compression(uid.JPEG2000, partial(_jpeg_2000, level=60, reversible=False), 30),
}


def describe(pixels: NDArray[Any], photometric: str = "", frames: int = 1, **elements: Any) -> Dataset:
    """The data set of an image whose frames look like `pixels`; a value of None takes an element away."""
    data_set = Dataset()
    data_set.PatientName = "Secret^Patient"
    data_set.Rows, data_set.Columns = pixels.shape[:2]
    data_set.SamplesPerPixel = pixels.shape[2] if pixels.ndim == 3 else 1
    data_set.PhotometricInterpretation = photometric or ("RGB" if pixels.ndim == 3 else "MONOCHROME2")
    if pixels.ndim == 3:
        data_set.PlanarConfiguration = 0
    data_set.BitsAllocated = data_set.BitsStored = pixels.dtype.itemsize * 8
    data_set.HighBit = data_set.BitsAllocated - 1
    data_set.PixelRepresentation = int(np.issubdtype(pixels.dtype, np.signedinteger))
    if frames > 1:
        data_set.NumberOfFrames = frames
    for keyword, value in elements.items():
        if value is None:
            delattr(data_set, keyword)
        else:
            setattr(data_set, keyword, value)
    return data_set


def write(data_set: Dataset, syntax: UID = uid.ExplicitVRLittleEndian) -> bytes:
    """The file of a data set that is complete."""
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = syntax
    data_set.file_meta.MediaStorageSOPClassUID = uid.SecondaryCaptureImageStorage
    data_set.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3")
    buffer = io.BytesIO()
    dcmwrite(buffer, data_set, enforce_file_format=True)
    return buffer.getvalue()


def native(
    pixels: NDArray[Any], syntax: UID = uid.ExplicitVRLittleEndian, photometric: str = "", **elements: Any
) -> bytes:
    """A file with one uncompressed frame."""
    data_set = describe(pixels, photometric, **elements)
    raw = pixels.astype(
        pixels.dtype.newbyteorder(">" if syntax == uid.ExplicitVRBigEndian else "<")
    ).tobytes()
    data_set.PixelData = raw + b"\0" * (len(raw) % 2)
    data_set["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    return write(data_set, syntax)


def compressed(
    frames: Sequence[bytes | bytearray],
    like: NDArray[Any],
    syntax: UID,
    photometric: str = "",
    **elements: Any,
) -> bytes:
    """A file around encoded frames."""
    data_set = describe(like, photometric, len(frames), **elements)
    data_set.PixelData = encapsulate([bytes(frame) + b"\0" * (len(frame) % 2) for frame in frames])
    data_set["PixelData"].VR = "OB"
    data_set["PixelData"].is_undefined_length = True
    return write(data_set, syntax)


def slope(height: int = 24, width: int = 40, most: int = 4095) -> NDArray[np.uint16]:
    """12 bits that rise to the right and downwards."""
    values = np.add.outer(np.arange(height) * 3, np.arange(width) * 2)
    return np.asarray(values * most // values.max(), np.uint16)


def colours(height: int = 24, width: int = 40) -> NDArray[np.uint8]:
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([x * 6, y * 10, (x + y) * 4], axis=2).astype(np.uint8)


def pixels_of(data: bytes, frame: int = 0) -> NDArray[Any]:
    image = decode(data, selection=Selection(frame=frame))
    return image.pixels_hwc[..., 0] if image.samples == "grey" else image.pixels_hwc
