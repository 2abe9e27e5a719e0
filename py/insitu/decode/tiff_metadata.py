"""What a TIFF file says around its pixels: channels, spacing, display window (OME-XML, ImageJ, TIFF tags)."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, nan, prod
from typing import Any
from xml.etree import ElementTree

from tifffile import TiffFile, TiffPage

from ..errors import ImageCorrupt, ImageUnsupported
from ..types import Channel, Spacing
from .limits import check_frames

_TO_MICROMETRES: Mapping[str, float] = {
    **dict.fromkeys(("um", "\u00b5m", "\u03bcm", "micron", "microns", "micrometer", "\\u00B5m"), 1.0),
    **dict.fromkeys(("nm", "nanometer"), 1e-3),
    **dict.fromkeys(("mm", "millimeter"), 1e3),
    **dict.fromkeys(("cm", "centimeter"), 1e4),
    "pm": 1e-6,
    "m": 1e6,
}
_RESOLUTION_X, _RESOLUTION_Y, _RESOLUTION_UNIT = 282, 283, 296
_CENTIMETRE = 3

_LIMIT_DESCRIPTION = 16_000_000
"""Characters; as a tree a description takes some twenty times as much memory."""

Pixels = ElementTree.Element
"""What an OME description says of the first image."""


def read_description(file: TiffFile) -> Pixels | None:
    """The OME description, if there is one.

    Raises
    ------
    ImageUnsupported, ImageCorrupt
        A description says what tifffile must not follow: entities, and planes beyond any number.
    """
    for text in (file.pages.first.description, file.pages.first.description1):
        if len(text) > _LIMIT_DESCRIPTION:
            raise ImageCorrupt(
                f"The description in this TIFF file has {len(text)} characters; the limit is {_LIMIT_DESCRIPTION}."
            )
        if "<!ENTITY" in text or "<!DOCTYPE" in text:
            raise ImageUnsupported(
                "The description in this TIFF file defines XML entities, which are not read. "
                "Save it again with the program it came from."
            )
    root = _ome_root(file)
    if root is None:
        return None
    _check_planes(root, len(file.pages))
    return next((element for element in root.iter() if _name(element) == "Pixels"), None)


def _check_planes(root: ElementTree.Element, pages: int) -> None:
    planes = 0
    for element in root.iter():
        if _name(element) == "Pixels":
            check_frames(prod(_whole(element.get(f"Size{axis}"), 1) for axis in "ZCT"))
        elif _name(element) == "TiffData":
            first = sum(_whole(element.get(f"First{axis}"), 0) for axis in "ZCT")
            count = _whole(element.get("PlaneCount") or element.get("NumPlanes"), 0)
            check_frames(max(1, first, count, _whole(element.get("IFD"), 0)))
            planes += count or (1 if "IFD" in element.attrib else pages)
        elif _name(element).startswith("Along"):
            planes += _steps(element)
    check_frames(max(1, planes))


def _whole(text: str | None, otherwise: int) -> int:
    """A whole number of a description; tifffile itself refuses what is none."""
    try:
        return int(text) if text is not None else otherwise
    except ValueError:
        return otherwise


def _steps(element: ElementTree.Element) -> int:
    """How many labels tifffile makes of a modulo annotation."""
    start, end, step = (_number(element.get(name)) for name in ("Start", "End", "Step"))
    if start is None or end is None:
        return 0
    return int(min(abs(end - start) / abs(step or 1.0), 1e9))


def read_channels(file: TiffFile, pixels: Pixels | None, count: int) -> tuple[Channel, ...]:
    """Names and colours of `count` channels; empty for one that has neither."""
    if pixels is not None:
        found = [_ome_channel(entry, index) for index, entry in enumerate(_children(pixels, "Channel"))]
    else:
        found = _imagej_channels(file)
    found = found[:count] + [Channel(f"Channel {index + 1}") for index in range(len(found), count)]
    return tuple(found) if count > 1 else ()


def read_spacing(file: TiffFile, pixels: Pixels | None, page: TiffPage, planes: int) -> Spacing | None:
    """Physical size of a pixel; a resolution in inches is meant for printing and says nothing."""
    if pixels is not None:
        return _ome_spacing(pixels, planes)
    metadata = file.imagej_metadata or {}
    x, y = _pixels_per_unit(page, _RESOLUTION_X), _pixels_per_unit(page, _RESOLUTION_Y)
    if x is None or y is None:
        return None
    unit = _TO_MICROMETRES.get(str(metadata.get("unit", "")).strip())
    if unit is not None:
        depth = metadata.get("spacing")
        z = float(depth) * unit if planes > 1 and isinstance(depth, (int, float)) and depth > 0 else None
        return Spacing(unit / x, unit / y, "um", z, "ImageJ resolution")
    if page.tags.valueof(_RESOLUTION_UNIT) == _CENTIMETRE:
        return Spacing(1e4 / x, 1e4 / y, "um", origin="TIFF XResolution")
    return None


def read_window(file: TiffFile) -> tuple[float, float] | None:
    """ImageJ's display range of a file with one channel."""
    metadata = file.imagej_metadata or {}
    low, high = metadata.get("min"), metadata.get("max")
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low < high:
        return float(low), float(high)
    return None


def _pixels_per_unit(page: TiffPage, tag: int) -> float | None:
    value = page.tags.valueof(tag)
    if not (isinstance(value, tuple) and len(value) == 2 and value[0] > 0 and value[1] > 0):
        return None
    return float(value[0]) / float(value[1])


def _ome_root(file: TiffFile) -> ElementTree.Element | None:
    text = file.ome_metadata
    if not text:
        return None
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [child for child in element if _name(child) == name]


def _ome_channel(element: ElementTree.Element, index: int) -> Channel:
    colour = None
    if (value := _number(element.get("Color"))) is not None:
        colour = f"#{int(value) >> 8 & 0xFFFFFF:06X}"
    return Channel(element.get("Name") or f"Channel {index + 1}", colour)


def _ome_spacing(pixels: ElementTree.Element, planes: int) -> Spacing | None:
    sizes = {}
    for axis in "XYZ":
        size = _number(pixels.get(f"PhysicalSize{axis}"))
        unit = _TO_MICROMETRES.get(pixels.get(f"PhysicalSize{axis}Unit", "um"))
        sizes[axis] = size * unit if size is not None and size > 0 and unit is not None else None
    if sizes["X"] is None or sizes["Y"] is None:
        return None
    return Spacing(sizes["X"], sizes["Y"], "um", sizes["Z"] if planes > 1 else None, "OME PhysicalSizeX")


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else nan
    except ValueError:
        return None
    return number if isfinite(number) else None


def _imagej_channels(file: TiffFile) -> list[Channel]:
    metadata: Mapping[str, Any] = file.imagej_metadata or {}
    tables = metadata.get("LUTs") or []
    return [
        Channel(f"Channel {index + 1}", "#" + "".join(f"{int(row[-1]):02X}" for row in table))
        for index, table in enumerate(tables)
        if getattr(table, "shape", None) == (3, 256)
    ]
