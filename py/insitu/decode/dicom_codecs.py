"""The compressions of DICOM, decoded by imagecodecs inside pydicom's own decoders.

pydicom knows no such plugin. It is added to decoders of our own, so that pydicom's stay as they are.
Each frame is measured by its own header before a codec sees it: what a codec allocates is what the data set says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.pixels.decoders.base import Decoder, DecodeRunner

from .jpeg import is_complete

_JPEG = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
_JPEG_LS = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
_JPEG_2000 = (
    uid.JPEG2000Lossless, uid.JPEG2000, uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K,
)  # fmt: skip
_NATIVE = (
    uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian, uid.ExplicitVRBigEndian,
)  # fmt: skip
DECODER_DEPENDENCIES = dict.fromkeys((*_JPEG, *_JPEG_LS, *_JPEG_2000, uid.RLELossless), ("imagecodecs",))
"""By the name that pydicom asks of a plugin."""

_BLUE_DIFFERENCES, _RED_DIFFERENCES = (
    (0.0, -0.114 * 1.772 / 0.587, 1.772),
    (1.402, -0.299 * 1.402 / 0.587, 0.0),
)
_ROWS_AT_ONCE = 256


def is_available(syntax: str) -> bool:
    """Asked by pydicom of a plugin."""
    return syntax in DECODER_DEPENDENCIES


@cache
def decoder_for(syntax: uid.UID) -> Decoder | None:
    """pydicom's decoder with our codecs; None for a compression that is not read."""
    if syntax in _NATIVE:
        return Decoder(syntax)
    if syntax not in DECODER_DEPENDENCIES:
        return None
    decoder = Decoder(syntax)
    decoder.add_plugin("imagecodecs", (__name__, "decode_frame"))
    return decoder


def decode_frame(source: bytes, runner: DecodeRunner) -> bytes:
    """Called by pydicom with one frame; what it may leave out of the array's bytes it learns by options."""
    syntax = runner.transfer_syntax
    if syntax == uid.RLELossless:
        return _decode_rle(source, runner)
    if syntax in _JPEG:
        values = _decode_jpeg(source, runner)
    elif syntax in _JPEG_LS:
        values = _decode_jpeg_ls(source, runner)
    else:
        values = _decode_jpeg_2000(source, runner)
    runner.set_option("bits_allocated", values.dtype.itemsize * 8)
    return values.tobytes()


def ybr_to_rgb(pixels_hwc: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn YBR_FULL into RGB (PS3.3, C.7.6.3.1.2) with the very roundings of pydicom on a desktop.

    There a matrix product adds each term with one rounding (fused multiply-add). Here the product is exact in
    float64 and the sum is rounded to float32, which is the same, and the same in each runtime.
    """
    rgb_hwc = np.empty(pixels_hwc.shape, np.uint8)
    for top in range(0, len(pixels_hwc), _ROWS_AT_ONCE):
        band = pixels_hwc[top : top + _ROWS_AT_ONCE]
        light = band[..., 0].astype(np.float32)
        blue, red = (band[..., axis].astype(np.float64) - 128 for axis in (1, 2))
        for axis in range(3):
            value = (light + blue * float(np.float32(_BLUE_DIFFERENCES[axis]))).astype(np.float32)
            value = (value + red * float(np.float32(_RED_DIFFERENCES[axis]))).astype(np.float32)
            rgb_hwc[top : top + _ROWS_AT_ONCE, :, axis] = np.clip(np.floor(value + np.float32(0.5)), 0, 255)
    return rgb_hwc


@dataclass(frozen=True)
class _FrameHeader:
    """What the markers of a JPEG or JPEG-LS stream say before its first scan (ITU-T T.81, annex B)."""

    height: int
    width: int
    components: int
    is_adobe: bool
    in_first_scan: int


_START_OF_FRAME = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
_ADOBE, _START_OF_SCAN, _END_OF_IMAGE = 0xEE, 0xDA, b"\xff\xd9"
_ADOBE_BYTES = 12
"""libjpeg believes no shorter ones."""


def _segments(stream: bytes) -> Iterator[tuple[int, bytes]]:
    if stream[:2] != b"\xff\xd8":
        raise ValueError("no JPEG stream")
    at = 2
    while True:
        while stream[at : at + 2] == b"\xff\xff":
            at += 1
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        if stream[at] != 0xFF or length < 2:
            raise ValueError("no marker where one must be")
        yield stream[at + 1], stream[at + 4 : at + 2 + length]
        at += 2 + length


def _read_frame_header(stream: bytes) -> _FrameHeader:
    size: tuple[int, int, int] | None = None
    is_adobe = False
    for marker, body in _segments(stream):
        if marker in _START_OF_FRAME:
            if size is not None:
                raise ValueError("two frames in one stream")
            size = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big"), body[5]
        elif marker == _ADOBE:
            is_adobe = is_adobe or (body.startswith(b"Adobe") and len(body) >= _ADOBE_BYTES)
        elif marker == _START_OF_SCAN and size is not None:
            return _FrameHeader(*size, is_adobe, body[0])
    raise ValueError("no frame before the first scan")


def _check(height: int, width: int, components: int, runner: DecodeRunner) -> None:
    if (height, width, components) != (runner.rows, runner.columns, runner.samples_per_pixel):
        raise ValueError("the frame has another size than the data set says")


def _decode_jpeg(source: bytes, runner: DecodeRunner) -> NDArray[Any]:
    """Colours stay as stored, which the data set names, but for RGB that an Adobe marker says to be stored as YCbCr.

    So do pydicom with GDCM and pydicom with Pillow, each where the other gives wrong colours.
    """
    header = _read_frame_header(source)
    _check(header.height, header.width, header.components, runner)
    if not is_complete(source):
        raise ValueError("the frame ends early")
    runner.set_option("planar_configuration", 0)
    if header.components == 1 or (header.is_adobe and runner.photometric_interpretation == "RGB"):
        return np.asarray(imagecodecs.jpeg8_decode(source))
    return np.asarray(imagecodecs.jpeg8_decode(source, colorspace="YCBCR", outcolorspace="YCBCR"))


def _decode_jpeg_ls(source: bytes, runner: DecodeRunner) -> NDArray[Any]:
    header = _read_frame_header(source)
    _check(header.height, header.width, header.components, runner)
    if not source.rstrip(b"\0").endswith(_END_OF_IMAGE):
        # CharLS 2.4 would search its memory for one, for 23 s.
        raise ValueError("the frame ends early")
    runner.set_option("planar_configuration", int(header.in_first_scan < header.components))
    return np.asarray(imagecodecs.jpegls_decode(source))


_CODE_STREAM = b"\xff\x4f\xff\x51"


def _decode_jpeg_2000(source: bytes, runner: DecodeRunner) -> NDArray[Any]:
    """The codec undoes the colour transform of the stream itself."""
    starts = [match.end() for match in re.finditer(_CODE_STREAM, source)]
    if not starts:
        raise ValueError("no JPEG 2000 stream")
    for start in starts:  # in a JP2 file the first may stand in a comment
        size = [int.from_bytes(source[start + at : start + at + 4], "big") for at in (4, 8, 12, 16)]
        components = int.from_bytes(source[start + 36 : start + 38], "big")
        _check(size[1] - size[3], size[0] - size[2], components, runner)
    values = np.asarray(imagecodecs.jpeg2k_decode(source))
    if values.size != runner.frame_length(unit="pixels"):
        raise ValueError("the frame has another size than the data set says")
    runner.set_option("planar_configuration", 0)
    if runner.photometric_interpretation in ("YBR_ICT", "YBR_RCT"):
        runner.set_option("photometric_interpretation", "RGB")
    return values


def _decode_rle(source: bytes, runner: DecodeRunner) -> bytes:
    """Segments of one byte of each sample, most significant first (PS3.5, annex G)."""
    size, samples = runner.rows * runner.columns, runner.samples_per_pixel
    depth = runner.bits_allocated // 8
    count, *offsets = np.frombuffer(source, "<u4", 16).tolist()
    if count != samples * depth:
        raise ValueError("another number of segments than the data set says")
    ends = [*offsets[1:count], len(source)]
    planes = np.empty((samples, size, depth), np.uint8)
    for index, (start, end) in enumerate(zip(offsets[:count], ends, strict=True)):
        segment = _unpack(source[start:end], size)
        planes[index // depth, :, depth - 1 - index % depth] = np.frombuffer(segment, np.uint8, size)
    runner.set_option("planar_configuration", 1)
    return planes.tobytes()


def _unpack(segment: bytes, size: int) -> bytes:
    """At least `size` bytes unless there are fewer; the codec refuses padding, which is taken for a run here."""
    try:
        return bytes(imagecodecs.packbits_decode(segment, out=size))
    except (RuntimeError, ValueError):
        pass
    unpacked, at = bytearray(), 0
    while len(unpacked) < size and at < len(segment):
        head = segment[at]
        if head < 128:
            unpacked += segment[at + 1 : at + 2 + head]
            at += 2 + head
        elif head > 128:
            unpacked += segment[at + 1 : at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    return bytes(unpacked)
