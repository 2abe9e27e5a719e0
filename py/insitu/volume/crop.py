"""The part of a scan that lies in a box, file by file, so that the whole scan is never held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..decode import decode_planes
from ..errors import ImageCorrupt
from ..types import Image
from .frames import FrameFacts, grey_values, plane_of
from .places import Box3, whole_range
from .series import Series
from .units import read_hounsfield, to_int16


@dataclass(frozen=True)
class FilePlanes:
    """Slices that follow each other in a series and lie in one file: its number, and which of its planes they are."""

    file: int
    planes: tuple[int, ...]


def files_in_box(frames: Sequence[FrameFacts], series: Series, box: Box3) -> list[FilePlanes]:
    """What has to be read for the slices of a box, in their order."""
    found: list[FilePlanes] = []
    first, last = whole_range(box.z0, box.z1, len(series.members))
    for member in series.members[first:last]:
        facts = frames[int(member)]
        before = found.pop() if found and found[-1].file == facts.file else FilePlanes(facts.file, ())
        found.append(FilePlanes(facts.file, (*before.planes, facts.plane)))
    return found


def crop_planes(data: bytes, planes: Sequence[int], box: Box3) -> bytes:
    """Hounsfield units of what lies in a box, of some planes of one file.

    Returns
    -------
    bytes
        int16, little-endian: plane after plane, row after row, as they are stored.

    Raises
    ------
    ImageCorrupt
        The file has no such plane. Besides as `decode_planes` does.
    """
    wanted = set(planes)
    found: dict[int, bytes] = {}
    for image in decode_planes(data):
        if plane_of(image) in wanted:
            found[plane_of(image)] = _crop(image, box).astype("<i2").tobytes()
        if len(found) == len(wanted):
            return b"".join(found[plane] for plane in planes)
    raise ImageCorrupt("This file is another one than before: it holds fewer slices. Open the scan again.")


def _crop(image: Image, box: Box3) -> NDArray[np.int16]:
    """(rows, columns); what values mean is asked of the whole slice."""
    (left, right), (top, bottom) = (
        whole_range(box.x0, box.x1, image.width),
        whole_range(box.y0, box.y1, image.height),
    )
    values_hw, _ = read_hounsfield(grey_values(image), image)
    return to_int16(values_hw[top:bottom, left:right])
