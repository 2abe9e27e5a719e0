"""NIfTI-1 and NIfTI-2 in one file, plain or in gzip, by nibabel.

Values are those of nibabel's ``np.asanyarray(image.dataobj)``: as they are stored where `scl_slope` is 1 (or 0 or not a
number, which mean the same) and `scl_inter` 0, else ``stored * slope + inter`` as float64.

Volumes are seen as radiologists see them: the axes are brought next to right, anterior, superior (nibabel's closest
canonical orientation), and a plane is axial, seen from the feet, with the patient's right on its left and the front
on top. `Selection.z` counts from the feet. The fourth axis of a file, and further ones after it, are frames.

Of a file only the plane that is asked for is read. What gzip holds is unpacked as far as the header says that there
are values, and no more than one frame of it is held.
"""

from __future__ import annotations

import gzip
import io
import logging
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any, Literal

import numpy as np
from nibabel.arrayproxy import ArrayProxy
from nibabel.filebasedimages import ImageFileError
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from nibabel.orientations import io_orientation
from nibabel.spatialimages import HeaderDataError, HeaderTypeError
from nibabel.wrapstruct import WrapStructError
from numpy.typing import NDArray

from ..errors import FileTooLarge, ImageCorrupt, ImageUnsupported
from ..types import Extent, Image, Place, Samples, Selection, Spacing
from .limits import check_bytes, check_frames
from .nifti_header import GZIP, nifti_version, unpacked_start
from .place import make_place
from .planes import find_plane

FAILURES = (
    HeaderDataError, HeaderTypeError, ImageFileError, WrapStructError, OSError, EOFError, ValueError, TypeError,
    KeyError, IndexError, OverflowError, AttributeError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip
"""What nibabel and gzip let through on damaged files."""

logging.getLogger("nibabel.global").setLevel(logging.CRITICAL)  # what matters is raised here

LIMIT_UNPACKED_BYTES = 1_000_000_000
"""Values of a file in gzip, with all its frames: they are unpacked for each plane, which takes some seconds."""

_PIECE = 1 << 20
_UNITS: Mapping[int, tuple[Literal["mm", "um"], float]] = {1: ("mm", 1e3), 2: ("mm", 1.0), 3: ("um", 1.0)}
"""Codes of metre, millimetre and micrometre (nifti1.h)."""


@dataclass(frozen=True)
class _Volume:
    """How the values of a frame lie in the file, and how they lie in space.

    `axes` names the stored axes that run to the right, the front and the head; `flips` says which run the other way.
    """

    shape: tuple[int, int, int]
    frames: int
    dtype: np.dtype[Any]
    offset: int
    slope: float
    inter: float
    axes: tuple[int, int, int]
    flips: tuple[bool, bool, bool]

    @property
    def frame_bytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize

    def size(self, axis: int) -> int:
        return self.shape[self.axes[axis]]


def read(data: bytes, family: str, selection: Selection) -> Image:
    """Decode one axial plane."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # nibabel's, about what it puts right
        header = _header(unpacked_start(data))
        volume = _volume(header)
        samples = _check(volume)
        frame, z = find_plane(selection, volume.frames, volume.size(2))
        return _image(header, volume, _Content(*_frame(volume, data, frame)), z, family, samples)


def read_planes(data: bytes, family: str) -> Iterator[Image]:
    """All axial planes of the first frame, one after the other; what gzip holds is unpacked once.

    Of planes that lie in the file one after the other, no more than one is held.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        header = _header(unpacked_start(data))
        volume = _volume(header)
        samples = _check(volume)
        slabs = _slabs(volume, data) if volume.axes[2] == 2 else _same(_Content(*_frame(volume, data, 0)))
        depth = volume.size(2)
        for index, content in zip(range(depth), slabs, strict=False):
            z = depth - 1 - index if volume.flips[2] else index
            yield _image(header, volume, content, z, family, samples)


@dataclass(frozen=True)
class _Content:
    """Stored values from the plane `first` of the slowest axis on, and where they begin in the file that holds them."""

    file: io.BytesIO
    offset: int
    first: int = 0


def _same(content: _Content) -> Iterator[_Content]:
    while True:
        yield content


def _slabs(volume: _Volume, data: bytes) -> Iterator[_Content]:
    """The values of each plane of the first frame, in the order of the file."""
    _check_room(volume, data)
    size = volume.frame_bytes // volume.shape[2]
    with gzip.GzipFile(fileobj=io.BytesIO(data)) if data.startswith(GZIP) else io.BytesIO(data) as file:
        file.read(volume.offset)
        for first in range(volume.shape[2]):
            values = file.read(size)
            if len(values) < size:
                raise _cut_short()
            yield _Content(io.BytesIO(values), 0, first)
        while file.read(_PIECE):  # at the end of what is packed, its checksum is compared
            pass


def _image(header: Any, volume: _Volume, content: _Content, z: int, family: str, samples: Samples) -> Image:
    return Image(
        _plane(volume, content, z),
        family,
        samples,
        Extent(volume.frames, volume.size(2)),
        spacing=_spacing(header, volume),
        window=_window(header) if samples == "grey" else None,
        selection=Selection(z=z),
        place=_place(header, volume, z),
    )


def _header(start: bytes) -> Any:
    """nibabel's header of the right version, checked and put right as nibabel does."""
    if nifti_version(start) == "2":
        return Nifti2Header(start[: Nifti2Header.sizeof_hdr])
    return Nifti1Header(start[: Nifti1Header.sizeof_hdr])


def _volume(header: Any) -> _Volume:
    sizes = [int(size) for size in header.get_data_shape()] or [0]
    sizes += [1] * (3 - len(sizes))
    slope, inter = header.get_slope_inter()
    axes, flips = _orientation(header.get_best_affine())
    return _Volume(
        (sizes[0], sizes[1], sizes[2]),
        prod(sizes[3:]),
        header.get_data_dtype(),
        header.get_data_offset(),
        1.0 if slope is None else slope,
        0.0 if inter is None else inter,
        axes,
        flips,
    )


def _orientation(affine: NDArray[np.float64]) -> tuple[tuple[int, int, int], tuple[bool, bool, bool]]:
    """See `_Volume`; the axes as they are where the header's matrix leaves one of them without a direction."""
    if not np.isfinite(affine).all():
        return (0, 1, 2), (False, False, False)
    orientation = io_orientation(affine)
    if not np.isfinite(orientation).all():
        return (0, 1, 2), (False, False, False)
    axes = [int(axis) for axis in np.argsort(orientation[:, 0])]
    flips = [bool(orientation[axis, 1] < 0) for axis in axes]
    return (axes[0], axes[1], axes[2]), (flips[0], flips[1], flips[2])


def _check(volume: _Volume) -> Samples:
    """Refuse before anything is unpacked or decoded."""
    samples = _samples(volume.dtype)
    scaled = (volume.slope, volume.inter) != (1.0, 0.0)
    check_bytes(volume.size(0), volume.size(1), 1, 8 if scaled else volume.dtype.itemsize)
    check_frames(volume.frames)
    check_frames(volume.size(2))
    return samples


def _samples(dtype: np.dtype[Any]) -> Samples:
    if dtype.names is not None:
        return "rgb" if len(dtype.names) == 3 else "rgb+alpha"
    if dtype.kind == "c":
        raise ImageUnsupported(
            "This NIfTI file holds complex numbers, which are not read. Save their magnitude and drop it again."
        )
    if dtype.itemsize > 8:
        raise ImageUnsupported(
            "This NIfTI file holds numbers of 128 bits, which are not read. Save it as float64 and drop it again."
        )
    return "grey"


def _plane(volume: _Volume, content: _Content, z: int) -> NDArray[Any]:
    """(H, W, samples), seen from the feet."""
    stored = ArrayProxy(
        content.file, (volume.shape, volume.dtype, content.offset, volume.slope, volume.inter), mmap=False
    )
    place: list[Any] = [slice(None)] * 3
    size = volume.size(2)
    place[volume.axes[2]] = (size - 1 - z if volume.flips[2] else z) - content.first
    values = np.asarray(stored[tuple(place)])
    if volume.axes[0] < volume.axes[1]:
        values = values.T
    rows, columns = (slice(None, None, 1 if flip else -1) for flip in (volume.flips[1], volume.flips[0]))
    values = np.ascontiguousarray(values[rows, columns])
    if values.dtype.names is not None:
        return values.view(np.uint8).reshape(*values.shape, -1)
    return values.astype(values.dtype.newbyteorder("="), copy=False)[..., np.newaxis]


def _frame(volume: _Volume, data: bytes, frame: int) -> tuple[io.BytesIO, int]:
    """A file that holds the values of a frame, and where they begin in it."""
    end = _check_room(volume, data)
    start = volume.offset + frame * volume.frame_bytes
    if not data.startswith(GZIP):
        return io.BytesIO(data), start
    return io.BytesIO(_unpack(data, start, start + volume.frame_bytes, end)), 0


def _check_room(volume: _Volume, data: bytes) -> int:
    """Refuse before anything is unpacked; else where the values end."""
    if volume.offset < 0:
        raise ImageCorrupt(
            "This NIfTI file says that its values begin before it. Copy it again from its source."
        )
    end = volume.offset + volume.frames * volume.frame_bytes
    if not data.startswith(GZIP):
        if len(data) < end:
            raise _cut_short()
    elif end > LIMIT_UNPACKED_BYTES:
        raise FileTooLarge(
            f"This file takes {end / 1e6:.0f} MB when unpacked; the limit is {LIMIT_UNPACKED_BYTES / 1e6:.0f} MB. "
            "Unpack it, or save fewer volumes, and drop it again."
        )
    return end


def _unpack(data: bytes, start: int, stop: int, end: int) -> bytes:
    """The bytes from `start` to `stop` of what gzip holds; it is read to `end`, so that all damage is found."""
    kept, at = [], 0
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
        while at < end:
            piece = unpacked.read(min(_PIECE, end - at))
            if not piece:
                raise _cut_short()
            kept.append(piece[max(0, start - at) : max(0, stop - at)])
            at += len(piece)
        unpacked.read(1)  # at the end of what is packed, its checksum is compared
    return b"".join(kept)


def _cut_short() -> ImageCorrupt:
    return ImageCorrupt("This NIfTI file ends before its last plane. Copy it again from its source.")


def _spacing(header: Any, volume: _Volume) -> Spacing | None:
    """Sizes of a voxel."""
    name, factor = _unit(header)
    zooms = [float(zoom) * factor for zoom in header.get_zooms()[:3]]
    zooms += [0.0] * (3 - len(zooms))
    x, y, z = (zooms[axis] for axis in volume.axes)
    if not (isfinite(x) and isfinite(y) and x > 0 and y > 0):
        return None
    return Spacing(x, y, name, z if isfinite(z) and z > 0 else None, "NIfTI pixdim")


def _unit(header: Any) -> tuple[Literal["mm", "um"], float]:
    """Of lengths, and what one of the file's is in it; millimetres where it names none, as all programs take it."""
    return _UNITS.get(int(header["xyzt_units"]) & 7, ("mm", 1.0))


def _place(header: Any, volume: _Volume, z: int) -> Place | None:
    """Of a plane as `_plane` turns it. The file's matrix leads to the right, the front and the head."""
    unit, factor = _unit(header)
    unit_mm = factor * (1e-3 if unit == "um" else 1.0)
    matrix = np.diag((-unit_mm, -unit_mm, unit_mm)) @ np.asarray(header.get_best_affine(), np.float64)[:3]
    first, directions = np.zeros(4), []
    first[3] = 1
    for axis, at in enumerate((0, 0, z)):
        stored, flip = volume.axes[axis], volume.flips[axis]
        backwards = flip if axis == 2 else not flip
        first[stored] = volume.shape[stored] - 1 - at if backwards else at
        directions.append(matrix[:, stored] * (-1 if backwards else 1))
    return make_place((matrix @ first).tolist(), directions[0].tolist(), directions[1].tolist())


def _window(header: Any) -> tuple[float, float] | None:
    """The range that the file asks to be shown, where it asks."""
    low, high = float(header["cal_min"]), float(header["cal_max"])
    return (low, high) if isfinite(low) and isfinite(high) and low < high else None
