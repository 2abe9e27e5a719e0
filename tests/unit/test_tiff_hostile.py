from __future__ import annotations

import io
import struct
import time
import zlib

import numpy as np
import pytest
import tifffile
from helpers.tiffs import HEIGHT, TILE, WIDTH, directory_file, grey, plain, ramp, sizes, strip, written

from insitu.decode import decode
from insitu.decode.limits import LIMIT_FRAMES
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported, InsituError
from insitu.types import Image, Selection


def assert_refused(data: bytes, kind: type[InsituError] = ImageCorrupt, match: str | None = None) -> None:
    """Refused, and soon."""
    since = time.perf_counter()
    with pytest.raises(kind, match=match):
        decode(data)
    assert time.perf_counter() - since < 10, "measured are milliseconds; the limit is for a loaded machine"


def test_the_file_that_the_hostile_ones_are_made_of_is_read() -> None:
    assert decode(plain({})).pixels_hwc.shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("tag", [256, 257, 277])
@pytest.mark.parametrize("value", [0, 2**31, 2**32 - 1])
def test_sizes_that_cannot_be_are_refused(tag: int, value: int) -> None:
    assert_refused(plain({tag: value}), InsituError)


def test_65535_samples_a_pixel_are_too_large() -> None:
    assert_refused(plain({256: 65535, 277: 65535}), ImageTooLarge)


@pytest.mark.parametrize("side", [2**31, 2**32 - 16, 65536])
def test_tiles_larger_than_memory_are_refused(side: int) -> None:
    tags = {256: 64, 257: 64, 258: 8, 259: 8, 262: 1, 277: 1, 322: side, 323: side, 324: -1, 325: 100}
    assert_refused(
        directory_file([(code, 4, 1, value) for code, value in tags.items()], bytes(100)), InsituError
    )


@pytest.mark.parametrize(("tag", "value"), [(273, 10**6), (273, 2**32 - 1), (273, 0)])
def test_strips_outside_the_file_are_refused(tag: int, value: int) -> None:
    assert_refused(plain({tag: value}))


@pytest.mark.parametrize("compression", [5, 8, 32773, 50000])
@pytest.mark.parametrize("size", [0, 1, 2**31, 2**32 - 1])
def test_byte_counts_that_lie_are_refused(compression: int, size: int) -> None:
    packed_pixels = zlib.compress(bytes(HEIGHT * WIDTH * 3))
    assert_refused(plain({259: compression, 279: size}, packed_pixels))


def test_a_plane_partly_outside_the_file_is_never_filled_with_zeros() -> None:
    whole = written(ramp("uint8", 3), photometric="rgb", tile=(16, 16), compression="deflate")
    with tifffile.TiffFile(io.BytesIO(whole)) as file:
        last = max(file.pages.first.dataoffsets)
    assert_refused(whole[: last + 5], match="outside|cut short")


@pytest.mark.parametrize(
    "compression", ["none", "lzw", "deflate", "zstd", "packbits", "jpeg", "jpeg2000", "lerc", "lzma"]
)
@pytest.mark.parametrize("tile", [None, TILE])
def test_a_file_cut_short_anywhere_is_refused(compression: str, tile: tuple[int, int] | None) -> None:
    if compression in ("lerc", "packbits") and tile:
        pytest.skip("no tiles are written with this one here")
    data = written(ramp("uint8", 3), photometric="rgb", compression=compression, tile=tile)
    for length in (*range(4, 300, 37), *(len(data) * share // 16 for share in range(1, 16)), len(data) - 1):
        if length == len(data) - 1 and tile and compression in ("none", "jpeg", "jpeg2000", "packbits"):
            continue  # may be the padding of the last tile
        assert_refused(data[:length])


def test_a_jpeg_strip_cut_short_is_refused_though_its_codec_would_fill_it_with_grey() -> None:
    data = bytearray(written(ramp("uint8", 3), photometric="rgb", compression="jpeg"))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        tag = file.pages.first.tags[279]
        struct.pack_into("<I" if tag.dtype == 4 else "<H", data, tag.valueoffset, tag.value[0] * 3 // 4)
    assert_refused(bytes(data), match="outside")


@pytest.mark.parametrize("following", [8, 10**6, 2**32 - 1, 3])
def test_what_is_damaged_behind_the_first_image_does_not_make_it_unreadable(following: int) -> None:
    pixels = ramp("uint8").tobytes()
    data = directory_file([*sizes(), *grey(), *strip(len(pixels))], pixels, "<", following)
    image = decode(data)
    assert image.extent.frames == 1
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], ramp("uint8"))


def chain(count: int, back_to: int | None = None) -> bytes:
    """Directories behind each other that share their 4 x 4 pixels; the last may point back."""
    tags = {256: 4, 257: 4, 258: 8, 259: 1, 262: 1, 273: 0, 277: 1, 278: 4, 279: 16}
    size = 2 + 12 * len(tags) + 4
    parts = [b"II*\0", struct.pack("<I", 8)]
    entries = b"".join(
        struct.pack("<HHII", code, 4, 1, 8 + count * size if code == 273 else value)
        for code, value in tags.items()
    )
    for number in range(count):
        last = 0 if back_to is None else 8 + back_to * size
        following = 8 + (number + 1) * size if number + 1 < count else last
        parts += [struct.pack("<H", len(tags)), entries, struct.pack("<I", following)]
    return b"".join([*parts, bytes(range(16))])


@pytest.mark.parametrize(("count", "back_to"), [(1, 0), (2, 0), (3, 1), (150, 0), (500, 250)])
def test_a_circle_of_directories_is_gone_round_once(count: int, back_to: int) -> None:
    data = chain(count, back_to)
    assert decode(data).extent.frames == count
    assert decode(data, selection=Selection(frame=count - 1)).pixels_hwc.shape == (4, 4, 1)


def test_a_million_directories_are_refused() -> None:
    assert_refused(chain(LIMIT_FRAMES + 1), match="the limit is 100000")


@pytest.mark.parametrize("offset", [0, 7, 10**6, 2**32 - 1])
def test_a_first_directory_outside_the_file_is_refused(offset: int) -> None:
    data = bytearray(plain({}))
    struct.pack_into("<I", data, 4, offset)
    assert_refused(bytes(data))


def test_a_million_reduced_images_are_refused() -> None:
    many = struct.pack("<I", 8) * 100_000
    pixels = bytes(HEIGHT * WIDTH)
    data = directory_file([*sizes(), *grey(), (330, 4, 100_000, many), *strip(len(pixels))], pixels)
    assert_refused(data, match="reduced images")


def test_directories_that_share_one_long_value_are_refused_before_it_is_read_a_thousand_times() -> None:
    text = b"x" * 1_000_000 + b"\0"
    tags = [(270, 2, len(text), 0)] * 1000
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag[:3], 12_018) for tag in tags)
    assert_refused(
        b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", 0) + bytes(100) + text, match="longer"
    )


def test_a_bomb_of_deflate_is_not_inflated_beyond_its_strip() -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    data = plain({259: 8}, bomb)
    since = time.perf_counter()
    try:
        image: Image | None = decode(data)
    except ImageCorrupt:
        image = None
    assert image is None or image.pixels_hwc.shape == (HEIGHT, WIDTH, 3)
    assert time.perf_counter() - since < 2, "inflating all of it takes longer"


@pytest.mark.parametrize("compression", ["jpeg", "jpeg2000", "lerc"])
def test_a_strip_that_says_it_is_larger_than_the_image_is_refused_before_it_is_decoded(
    compression: str,
) -> None:
    data = bytearray(written(ramp("uint8"), compression=compression))
    if compression == "jpeg":
        place, size = data.index(b"\xff\xc0") + 5, struct.pack(">HH", 65000, 65000)
    elif compression == "jpeg2000":
        place, size = data.index(b"\xff\x4f\xff\x51") + 8, struct.pack(">II", 2**31 - 1, 2**31 - 1)
    else:
        place, size = data.index(b"Lerc2 ") + 14, struct.pack("<ii", 2**30, 2**30)
    data[place : place + len(size)] = size
    assert_refused(bytes(data), match="more than the image")


def with_description(text: str, pixels: bytes = bytes(HEIGHT * WIDTH)) -> bytes:
    value = text.encode() + b"\0"
    return directory_file([*sizes(), *grey(), (270, 2, len(value), value), *strip(len(pixels))], pixels)


def test_xml_that_defines_entities_is_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><OME>&b;</OME>'
    assert_refused(with_description(bomb), ImageUnsupported, "entities")


OME = (
    '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
    '<Image ID="Image:0">{}</Image></OME>'
)
PIXELS = (
    '<Pixels DimensionOrder="XYCZT" Type="uint8" SizeX="53" SizeY="37" SizeC="1" SizeZ="{z}" SizeT="{t}">'
    '<Channel SamplesPerPixel="1"/>{data}</Pixels>'
)


@pytest.mark.parametrize(
    "pixels",
    [
        PIXELS.format(z=10**9, t=10**9, data="<TiffData/>"),
        PIXELS.format(z=1, t=1, data='<TiffData PlaneCount="4000000000"/>'),
        PIXELS.format(z=1, t=1, data='<TiffData IFD="4000000000"/>'),
        PIXELS.format(z=90_000, t=1, data='<TiffData PlaneCount="90000"/>' * 100),
    ],
)
def test_an_ome_description_of_planes_beyond_number_is_refused(pixels: str) -> None:
    assert_refused(with_description(OME.format(pixels)))


@pytest.mark.parametrize(
    "text",
    [
        "ImageJ=1.54f\nimages=4000000000\nslices=4000000000\n",
        "ImageJ=1.54f\nimages=-1\nchannels=-1\n",
        '{"shape": [4000000000, 37, 53]}',
        '{"shape": [0]}',
        "<OME" + "<a>" * 20_000,
    ],
)
def test_other_descriptions_that_lie_are_refused_or_not_believed(text: str) -> None:
    try:
        image = decode(with_description(text))
    except InsituError:
        return
    assert image.extent.frames == 1
    assert image.pixels_hwc.shape == (HEIGHT, WIDTH, 1)


def test_an_ome_file_that_names_another_file_reads_no_other_file() -> None:
    other = '<TiffData IFD="0" PlaneCount="1"><UUID FileName="/etc/hostname">urn:uuid:1</UUID></TiffData>'
    image = decode(with_description(OME.format(PIXELS.format(z=1, t=1, data=other)), ramp("uint8").tobytes()))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], ramp("uint8"))


def test_a_bare_signature_is_corrupt() -> None:
    for length in range(4, 40):
        assert_refused(plain({})[:length])


def test_a_tile_of_background_that_is_not_stored_is_empty_but_not_all_tiles_may_be() -> None:
    data = bytearray(written(ramp("uint8"), tile=(16, 16), compression="deflate"))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        offsets, counts = (file.pages.first.tags[code] for code in (324, 325))
        formats = {3: ("<H", 2), 4: ("<I", 4)}

    def forget(numbers: range) -> bytes:
        changed = bytearray(data)
        for tag in (offsets, counts):
            form, size = formats[tag.dtype]
            for number in numbers:
                struct.pack_into(form, changed, tag.valueoffset + number * size, 0)
        return bytes(changed)

    pixels = decode(forget(range(1))).pixels_hwc[..., 0]
    assert not pixels[:16, :16].any()
    np.testing.assert_array_equal(pixels[:, 16:], ramp("uint8")[:, 16:])
    assert_refused(forget(range(offsets.count)))
