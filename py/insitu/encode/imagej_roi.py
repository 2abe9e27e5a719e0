"""Objects to regions of interest of ImageJ and Fiji (``.roi``, and ``.zip`` for the ROI Manager).

The layout is that of ImageJ's own ``ij.io.RoiEncoder`` and ``RoiDecoder``: big-endian, two headers of 64 bytes. Corners
lie on the edges of pixels, as those that ImageJ's wand tool traces, and a pixel belongs to a region whose outline its
centre is inside of; so ImageJ's mask of a region has exactly the pixels of the object.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageUnsupported
from ..objects.outlines import Outlines, group_rings, trace_in_parts
from ..objects.runs import Index, Runs

LIMIT_PX = 60_535
"""Longest side of an image: ImageJ takes the shorts above as -5000 ... -1."""

_VERSION = 228
_COMPOSITE, _TRACED = 1, 8
_MOVE, _LINE, _CLOSE = 0, 1, 4
# Version, type, top, left, bottom, right, points, floats of a composite, stroke colour, place of the second header.
_HEADER = struct.Struct(">4shBxHHHHH18xi4s16xi")
_HEADER_2 = struct.Struct(">16xii40x")
_EARLIEST = (1980, 1, 1, 0, 0, 0)

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class _Shape:
    """Corners from the upper left of the box for a traced region, or the numbers of a composite one."""

    points: int
    floats: int
    data: bytes


def roi_names(count: int, stem: str = "nucleus") -> list[str]:
    """Names of the objects 1 ... `count` that sort in this order, such as ``nucleus-00001``."""
    digits = max(5, len(str(count)))
    return [f"{stem}-{number:0{digits}}" for number in range(1, count + 1)]


def encode_rois(
    runs: Runs, names: Sequence[str], colour: Colour | None = None
) -> Iterator[tuple[str, bytes]]:
    """The file of each object that has pixels, in ascending order.

    An object of one part without holes becomes a traced region, any other a composite one.

    Parameters
    ----------
    names
        Of the objects, object 1 first; each once.
    colour : (red, green, blue)
        Of the outline, 0 ... 255 each; without it ImageJ takes its own.

    Yields
    ------
    (str, bytes)
        Name of the file, and what it holds.

    Raises
    ------
    ImageUnsupported
        The image is wider or higher than `LIMIT_PX`.
    """
    if max(runs.width, runs.height) > LIMIT_PX:
        raise ImageUnsupported(
            f"ImageJ's regions of interest reach {LIMIT_PX} pixels at most; this image is {runs.width} x "
            f"{runs.height}. Choose GeoJSON, COCO or the label image."
        )
    if len(set(names)) < max(len(names), runs.count):
        raise ValueError(f"{runs.count} objects need as many names, each once.")
    return _encode_all(runs, names, b"\0\0\0\0" if colour is None else bytes((255, *colour)))


def encode_roi_zip(runs: Runs, names: Sequence[str], colour: Colour | None = None) -> bytes:
    """All objects in one file for the ROI Manager; see `encode_rois`. The same objects give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in encode_rois(runs, names, colour):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = 3  # would otherwise tell Windows from the rest
            archive.writestr(entry, data)
    return buffer.getvalue()


def _encode_all(runs: Runs, names: Sequence[str], colour: bytes) -> Iterator[tuple[str, bytes]]:
    for outlines in trace_in_parts(runs):
        polygons = group_rings(outlines)
        rings = polygons.rings[polygons.objects]
        points = outlines.starts[rings].astype(np.intp)
        low_xy = np.minimum.reduceat(outlines.points_xy, points[:-1])
        boxes = np.hstack([low_xy, np.maximum.reduceat(outlines.points_xy, points[:-1])]).tolist()
        for index, shape in enumerate(_shapes(outlines, rings, points, low_xy)):
            name = names[polygons.ids[index] - 1]
            yield f"{name}.roi", _roi(name, boxes[index], shape, colour)


def _shapes(
    outlines: Outlines, rings: Index, points: NDArray[np.intp], low_xy: NDArray[np.int32]
) -> Iterator[_Shape]:
    """Of each object, which has the rings and points from one entry to the next."""
    inside_xy = (outlines.points_xy - np.repeat(low_xy, np.diff(points), axis=0)).astype(">u2")
    x, y = inside_xy[:, 0].tobytes(), inside_xy[:, 1].tobytes()
    traced = (np.diff(rings) == 1) & (np.diff(points) <= LIMIT_PX)
    for index, (first, stop) in enumerate(pairwise(points.tolist())):
        if traced[index]:
            yield _Shape(stop - first, 0, x[2 * first : 2 * stop] + y[2 * first : 2 * stop])
        else:
            path = _path(outlines.points_xy, outlines.starts[rings[index] : rings[index + 1] + 1])
            yield _Shape(0, len(path), path.tobytes())


def _path(points_xy: NDArray[np.int32], starts: Index) -> NDArray[np.float32]:
    """Rings as a path of Java's ``PathIterator``; numbers of 32 bits hold corners up to 2**24 exactly."""
    steps = np.empty((starts[-1] - starts[0], 3), ">f4")
    steps[:, 0] = _LINE
    steps[starts[:-1] - starts[0], 0] = _MOVE
    steps[:, 1:] = points_xy[starts[0] : starts[-1]]
    return np.insert(steps.ravel(), 3 * (starts[1:] - starts[0]), _CLOSE)


def _roi(name: str, box_xyxy: list[int], shape: _Shape, colour: bytes) -> bytes:
    left, top, right, bottom = box_xyxy
    text = name.encode("utf-16-be")
    place = _HEADER.size + len(shape.data)
    return b"".join(
        (
            _HEADER.pack(
                b"Iout",
                _VERSION,
                _TRACED if shape.points else _COMPOSITE,
                *(top, left, bottom, right),
                shape.points,
                shape.floats,
                colour,
                place,
            ),
            shape.data,
            _HEADER_2.pack(place + _HEADER_2.size, len(text) // 2),
            text,
        )
    )
