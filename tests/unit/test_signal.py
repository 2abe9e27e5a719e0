from __future__ import annotations

import numpy as np
import pytest
from helpers.arrays import float32

from insitu.errors import ImageCorrupt
from insitu.signal import find_channels, find_nuclear_channel, find_signal
from insitu.types import Channel, Extent, Image

PLANES = np.arange(24, dtype=np.uint16).reshape(2, 4, 3)


def channels(*names: str) -> Image:
    extent = Extent(channels=tuple(Channel(name) for name in names))
    return Image(PLANES[..., : len(names)], "tiff", "channels", extent)


def test_grey_and_colour_are_seen_as_the_file_holds_them() -> None:
    assert find_signal(Image(PLANES[..., :1], "tiff", "grey")) is not None
    np.testing.assert_array_equal(find_signal(Image(PLANES, "tiff", "rgb")), PLANES)


@pytest.mark.parametrize(
    ("names", "index"),
    [
        (("GFP", "DAPI", "Cy5"), 1),
        (("membrane", "Hoechst 33342"), 1),
        (("H2B-mCherry", "actin"), 0),
        (("a", "b", "c"), 0),
        (("", ""), 0),
    ],
)
def test_the_channel_of_nuclei_is_known_by_its_name(names: tuple[str, ...], index: int) -> None:
    image = channels(*names)
    assert find_nuclear_channel(image) == index
    np.testing.assert_array_equal(find_signal(image)[..., 0], PLANES[..., index])


def test_a_person_can_choose_the_channel() -> None:
    np.testing.assert_array_equal(find_signal(channels("DAPI", "GFP"), 1)[..., 0], PLANES[..., 1])
    with pytest.raises(ImageCorrupt, match="no channel 3"):
        find_signal(channels("DAPI", "GFP"), 2)


def test_opaque_alpha_is_left_out_and_other_alpha_lies_on_white() -> None:
    opaque = np.full((2, 2, 4), 255, np.uint8)
    opaque[..., :3] = 10
    np.testing.assert_array_equal(find_signal(Image(opaque, "png", "rgb+alpha")), opaque[..., :3])
    clear = opaque.copy()
    clear[0, 0, 3] = 0
    seen = find_signal(Image(clear, "png", "rgb+alpha"))
    assert seen[0, 0].tolist() == [255, 255, 255]
    assert seen[1, 1].tolist() == [10, 10, 10]


def test_values_that_are_no_numbers_are_background() -> None:
    pixels = float32([[[1.0], [np.nan]], [[np.inf], [2.0]]])
    assert find_signal(Image(pixels, "tiff", "grey"))[..., 0].tolist() == [[1.0, 0.0], [0.0, 2.0]]


def test_objects_are_measured_in_all_channels_but_alpha() -> None:
    assert find_channels(channels("DAPI", "", "GFP"))[1] == ("DAPI", "channel 2", "GFP")
    assert find_channels(Image(PLANES, "png", "rgb"))[1] == ("red", "green", "blue")
    pixels, names = find_channels(Image(PLANES[..., :2], "png", "grey+alpha"))
    assert (pixels.shape, names) == ((2, 4, 1), ("grey",))
