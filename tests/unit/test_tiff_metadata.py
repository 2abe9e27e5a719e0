from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import tifffile

from insitu.decode import decode
from insitu.types import Channel, Spacing

PLANE = np.arange(12, dtype=np.uint16).reshape(3, 4)


def ome(metadata: dict[str, Any], *shape: int) -> bytes:
    """An OME-TIFF of planes of 3 x 4 pixels, with axes before these."""
    buffer = io.BytesIO()
    pixels = np.zeros((*shape, 3, 4), np.uint16)
    tifffile.imwrite(buffer, pixels, ome=True, photometric="minisblack", metadata=metadata)
    return buffer.getvalue()


def imagej(metadata: dict[str, Any], *shape: int, **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, np.zeros((*shape, 3, 4), np.uint16), imagej=True, metadata=metadata, **options)
    return buffer.getvalue()


def bare(**options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, PLANE, metadata=None, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("unit", "micrometres"),
    [("µm", 1.0), ("nm", 1e-3), ("mm", 1e3), ("cm", 1e4), ("m", 1e6), ("pm", 1e-6), (None, 1.0)],
)
def test_the_size_of_a_pixel_is_read_from_ome_in_any_unit(unit: str | None, micrometres: float) -> None:
    units = {f"PhysicalSize{axis}Unit": unit for axis in "XYZ"} if unit else {}
    sizes = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.25, "PhysicalSizeZ": 2.0}
    spacing = decode(ome({"axes": "ZYX", **sizes, **units}, 2)).spacing
    assert spacing is not None and spacing.unit == "um" and spacing.z is not None
    assert (spacing.x, spacing.y, spacing.z) == pytest.approx(
        (0.5 * micrometres, 0.25 * micrometres, 2 * micrometres)
    )


def test_a_unit_that_is_no_length_gives_no_spacing() -> None:
    sizes = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5}
    units = {"PhysicalSizeXUnit": "pixel", "PhysicalSizeYUnit": "pixel"}
    assert decode(ome({"axes": "YX", **sizes, **units})).spacing is None


@pytest.mark.parametrize("size", ["inf", "nan", "-10", "000", "big"])
def test_a_size_that_is_none_gives_no_spacing_and_spoils_nothing(size: str) -> None:
    data = ome({"axes": "YX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5})
    image = decode(data.replace(b'PhysicalSizeX="0.5"', b'PhysicalSizeX="%s"' % size.encode()))
    assert image.pixels_hwc.shape == (3, 4, 1)
    assert image.spacing is None


def test_the_depth_of_a_single_plane_is_not_told() -> None:
    sizes = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2.0}
    assert decode(ome({"axes": "YX", **sizes})).spacing == Spacing(0.5, 0.5, "um")


def test_names_and_colours_of_channels_are_read_from_ome() -> None:
    red, cyan = -16776961, 0x00FFFFFF  # RGBA as a signed number
    channels = {"Name": ["DAPI", "Ki-67 <β>"], "Color": [red, cyan]}
    image = decode(ome({"axes": "CYX", "Channel": channels}, 2))
    assert image.extent.channels == (Channel("DAPI", "#FF0000"), Channel("Ki-67 <β>", "#00FFFF"))


def test_channels_without_a_name_are_counted_from_one() -> None:
    assert [channel.name for channel in decode(ome({"axes": "CYX"}, 3)).extent.channels] == [
        "Channel 1",
        "Channel 2",
        "Channel 3",
    ]


@pytest.mark.parametrize(
    ("unit", "micrometres"), [("um", 1.0), ("\\u00B5m", 1.0), ("micron", 1.0), ("nm", 1e-3)]
)
def test_the_size_of_a_pixel_is_read_from_imagej(unit: str, micrometres: float) -> None:
    image = decode(imagej({"axes": "ZYX", "unit": unit, "spacing": 3.0}, 2, resolution=(4, 2)))
    assert image.spacing == Spacing(0.25 * micrometres, 0.5 * micrometres, "um", 3 * micrometres)
    assert image.spacing.origin == "ImageJ resolution"


def test_the_display_range_of_imagej_is_the_window() -> None:
    assert decode(imagej({"axes": "YX", "min": 10.0, "max": 500.0})).window == (10.0, 500.0)
    assert decode(imagej({"axes": "YX", "min": 500.0, "max": 10.0})).window is None


def test_colours_of_channels_are_read_from_the_tables_of_imagej() -> None:
    levels = np.arange(256, dtype=np.uint8)
    green, magenta = np.stack([levels * 0, levels, levels * 0]), np.stack([levels, levels * 0, levels])
    image = decode(imagej({"axes": "CYX", "LUTs": [green, magenta]}, 2))
    assert [channel.colour for channel in image.extent.channels] == ["#00FF00", "#FF00FF"]


def test_a_resolution_in_centimetres_is_a_size_and_one_for_printing_is_none() -> None:
    assert decode(bare(resolution=(20_000, 10_000), resolutionunit="centimeter")).spacing == Spacing(
        0.5, 1.0, "um"
    )
    assert decode(bare(resolution=(300, 300), resolutionunit="inch")).spacing is None
    assert decode(bare()).spacing is None


@pytest.mark.parametrize(
    "text", ["<OME", "<?xml version='1.0'?><OME><Image/></OME>", "ImageJ=\nunit=\\u00", "\x00\xff"]
)
def test_a_description_that_cannot_be_read_does_not_spoil_the_image(text: str) -> None:
    image = decode(bare(description=text.encode("latin-1")))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], PLANE)
    assert image.spacing is None and image.extent.channels == ()
