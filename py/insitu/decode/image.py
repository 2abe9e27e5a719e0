"""The one way from bytes to pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageCorrupt
from ..types import FIRST_PLANE, Image, Selection, StoredSlice
from .families import FAMILIES
from .planes import check_level, find_plane
from .sniff import sniff


def decode(data: bytes, name: str = "", selection: Selection = FIRST_PLANE) -> Image:
    """Decode one plane of an image of a known family, upright and with the values that the file holds.

    They equal those of desktop Pillow, tifffile or pydicom bit for bit, in CPython and in the browser.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        The name to report by; it plays no part in decoding.
    selection
        Which plane, where the file holds several. One that is not there raises `ImageCorrupt`.

    Raises
    ------
    ImageUnsupported
        Of no family that is read here, or of a variant that is not.
    ImageCorrupt
        Damaged or cut short: refused where the desktop library refuses.
    ImageTooLarge
        Over a limit of `limits`; raised before any pixel is decoded.
    """
    family = sniff(data)
    reader = import_module(f".{FAMILIES[family].module}", __package__)
    try:
        image: Image = reader.read(data, family, selection)
    except reader.FAILURES as error:
        raise _corrupt(family) from error
    frame, z = find_plane(selection, image.extent.frames, image.extent.z)
    check_level(selection.level, len(image.extent.levels) or 1)
    chosen = replace(selection, frame=frame, z=z, level=image.selection.level)
    return replace(image, pixels_hwc=_choose_channel(image, selection.channel), selection=chosen)


def decode_planes(data: bytes) -> Iterator[Image]:
    """Decode all planes of a file that holds a volume, or of one time point of it, one after the other.

    Frames are planes where the file says no depth. Raises as `decode` does, also after some planes.
    """
    family = sniff(data)
    reader = import_module(f".{FAMILIES[family].module}", __package__)
    if hasattr(reader, "read_planes"):
        try:
            yield from reader.read_planes(data, family)
        except reader.FAILURES as error:
            raise _corrupt(family) from error
        return
    first = decode(data)
    yield first
    extent = first.extent
    for index in range(1, extent.z if extent.z > 1 else extent.frames):
        yield decode(data, "", Selection(z=index) if extent.z > 1 else Selection(frame=index))


def decode_stored(data: bytes) -> StoredSlice | None:
    """A slice of CT as it is stored, where it can be had at once; None: `decode_planes` reads the file.

    Its values, times the slope and with the intercept, are those that `decode` gives. Raises as `decode` does.
    """
    if sniff(data) != "dicom":
        return None
    reader = import_module(".dicom_plain", __package__)
    found: StoredSlice | None = reader.read_stored(data)
    return found


def _corrupt(family: str) -> ImageCorrupt:
    return ImageCorrupt(f"This {family.upper()} file is damaged or cut short. Copy it again from its source.")


def _choose_channel(image: Image, channel: int | None) -> NDArray[Any]:
    """Leave one channel, where one is asked for and there are several."""
    count = image.pixels_hwc.shape[2]
    if channel is None or image.samples != "channels":
        return image.pixels_hwc
    if not 0 <= channel < count:
        raise ImageCorrupt(f"This file has no channel {channel + 1}; it has {count}.")
    return image.pixels_hwc[..., channel, np.newaxis]
