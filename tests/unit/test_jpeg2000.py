from __future__ import annotations

import io
import struct
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PilImage

from insitu.decode import decode
from insitu.decode.jpeg2000 import FAILURES
from insitu.decode.jpeg2000_header import read_boxes, read_size
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported, InsituError
from insitu.types import Selection

HEIGHT, WIDTH = 23, 31
GREY, SRGB, SYCC, CMYK, LAB = 17, 16, 18, 12, 14


def ramp(bits: int, channels: int = 1) -> NDArray[Any]:
    """(H, W) or (H, W, C) over the whole range of a depth; no row, column or channel is like another."""
    y, x, c = np.mgrid[:HEIGHT, :WIDTH, :channels]
    values: NDArray[Any] = ((x * 2113 + y * 977 + c * 409) % (1 << bits)).squeeze()
    return values.astype(np.uint8 if bits <= 8 else np.uint16)


def written(values: NDArray[Any], bits: int | None = None, form: str = "jp2") -> bytes:
    """A file without loss."""
    return bytes(
        imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat=form, bitspersample=bits)
    )


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def wrapped(codestream: bytes, *boxes: bytes, colours: int = SRGB) -> bytes:
    """A JP2 file of our own around a codestream."""
    size = read_size(codestream)
    count, depth = len(size.components), size.components[0].bits - 1
    header = box(b"ihdr", struct.pack(">IIHBBBB", size.height, size.width, count, depth, 7, 0, 0))
    header += box(b"colr", struct.pack(">BBBI", 1, 0, 0, colours)) + b"".join(boxes)
    start = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    return start + box(b"jp2h", header) + box(b"jp2c", codestream)


def siz(width: int, height: int, components: list[tuple[int, int, int]], tile: int = 0) -> bytes:
    """The start of a codestream, which promises what nothing keeps."""
    body = struct.pack(
        ">HIIIIIIIIH", 0, width, height, 0, 0, tile or width, tile or height, 0, 0, len(components)
    )
    body += b"".join(struct.pack("BBB", *component) for component in components)
    return b"\xff\x4f\xff\x51" + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("form", ["jp2", "j2k"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("bits", [8, 9, 12, 15, 16])
def test_values_come_back_at_their_depth(bits: int, channels: int, form: str) -> None:
    values = ramp(bits, channels)
    image = decode(written(values, bits, form))
    assert image.pixels_hwc.dtype == values.dtype
    assert image.samples == ("grey", "grey+alpha", "rgb", "rgb+alpha")[channels - 1]
    np.testing.assert_array_equal(image.pixels_hwc, values.reshape(HEIGHT, WIDTH, channels))


@pytest.mark.parametrize("bits", [1, 4, 7])
def test_fewer_than_eight_bits_are_shifted_up_to_eight(bits: int) -> None:
    values = ramp(bits)
    image = decode(written(values, bits))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], values * (256 >> bits))


def test_signed_values_stay_signed_where_they_are_deep() -> None:
    values = (ramp(16).astype(np.int32) - 32768).astype(np.int16)
    image = decode(written(values))
    assert image.pixels_hwc.dtype == np.int16
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], values)


def test_eight_signed_bits_are_the_picture_that_pillow_makes_of_them() -> None:
    values = ramp(8)
    image = decode(written((values.astype(np.int16) - 128).astype(np.int8)))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], values)


def test_sycc_colours_become_rgb_as_pillow_turns_them() -> None:
    ycc = ramp(8, 3)
    image = decode(wrapped(written(ycc, form="j2k"), colours=SYCC))
    np.testing.assert_array_equal(
        image.pixels_hwc, np.asarray(PilImage.fromarray(ycc, "YCbCr").convert("RGB"))
    )


def test_sycc_keeps_its_alpha() -> None:
    values = ramp(8, 4)
    image = decode(wrapped(written(values, form="j2k"), colours=SYCC))
    assert image.samples == "rgb+alpha"
    np.testing.assert_array_equal(image.pixels_hwc[..., 3], values[..., 3])


def test_cmyk_becomes_rgb_as_pillow_turns_it() -> None:
    cmyk = ramp(8, 4)
    image = decode(wrapped(written(cmyk, form="j2k"), colours=CMYK))
    np.testing.assert_array_equal(
        image.pixels_hwc, np.asarray(PilImage.fromarray(cmyk, "CMYK").convert("RGB"))
    )


def test_a_colour_profile_changes_nothing() -> None:
    values = ramp(8, 3)
    data = wrapped(written(values, form="j2k"))
    before = box(b"colr", struct.pack(">BBBI", 1, 0, 0, SRGB))
    after = box(b"colr", b"\2\0\0" + bytes(300))
    grown = len(after) - len(before)
    at = data.index(b"jp2h") - 4
    length = struct.unpack_from(">I", data, at)[0]
    data = data[:at] + struct.pack(">I", length + grown) + data[at + 4 :].replace(before, after)
    np.testing.assert_array_equal(decode(data).pixels_hwc, values)


@pytest.mark.parametrize("columns", [3, 4])
def test_a_palette_is_looked_up(columns: int) -> None:
    table = (np.arange(256 * columns).reshape(256, columns) * 7 % 256).astype(np.uint8)
    mapping = b"".join(struct.pack(">HBB", 0, 1, column) for column in range(columns))
    palette = box(b"pclr", struct.pack(">HB", 256, columns) + b"\7" * columns + table.tobytes())
    image = decode(wrapped(written(ramp(8), form="j2k"), palette, box(b"cmap", mapping)))
    np.testing.assert_array_equal(image.pixels_hwc, table[ramp(8)])


def test_indices_of_fewer_bits_are_looked_up_as_they_are() -> None:
    table = np.array([[1, 2, 3], [40, 50, 60], [7, 8, 9], [100, 0, 200]], np.uint8)
    mapping = b"".join(struct.pack(">HBB", 0, 1, column) for column in range(3))
    palette = box(b"pclr", struct.pack(">HB", 4, 3) + b"\7\7\7" + table.tobytes())
    image = decode(wrapped(written(ramp(2), 2, "j2k"), palette, box(b"cmap", mapping)))
    np.testing.assert_array_equal(image.pixels_hwc, table[ramp(2)])


def test_channels_in_another_order_are_put_into_theirs() -> None:
    bgr = ramp(8, 3)
    order = box(b"cdef", struct.pack(">H9H", 3, 0, 0, 3, 1, 0, 2, 2, 0, 1))
    np.testing.assert_array_equal(decode(wrapped(written(bgr, form="j2k"), order)).pixels_hwc, bgr[..., ::-1])


@pytest.mark.parametrize("form", ["jp2", "j2k"])
def test_a_file_cut_at_any_length_is_refused(form: str) -> None:
    data = written(ramp(8, 3), form=form)
    for length in range(1, len(data)):
        with pytest.raises((ImageCorrupt, ImageUnsupported)):
            decode(data[:length])
    decode(data)


def test_bytes_behind_the_end_do_not_matter() -> None:
    data = written(ramp(8, 3), form="j2k")
    np.testing.assert_array_equal(decode(data + b"more").pixels_hwc, ramp(8, 3))


def test_foreign_bytes_behind_the_signature_are_corrupt() -> None:
    for rest in (b"", b"\0" * 200, b"words " * 50, bytes(range(256))):
        for start in (b"\xff\x4f\xff\x51", box(b"jP  ", b"\r\n\x87\n")):
            with pytest.raises(ImageCorrupt):
                decode(start + rest)


@pytest.mark.parametrize("form", ["jp2", "j2k"])
def test_any_damaged_byte_decodes_or_ends_in_a_sentence(form: str) -> None:
    data = written(ramp(8, 3), form=form)
    refused = 0
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 0xFF
        try:
            image = decode(bytes(damaged))
        except InsituError:
            refused += 1
        else:
            assert image.pixels_hwc.size
    assert refused > 50


def test_colours_at_half_resolution_are_refused_in_words() -> None:
    with pytest.raises(ImageUnsupported, match="lower resolution"):
        decode(siz(64, 64, [(7, 1, 1), (7, 2, 2), (7, 2, 2)]))


def test_channels_of_unlike_depth_are_refused_in_words() -> None:
    with pytest.raises(ImageUnsupported, match="unlike depth"):
        decode(siz(64, 64, [(7, 1, 1), (0, 1, 1)]))


def test_five_channels_are_refused_with_their_number() -> None:
    with pytest.raises(ImageUnsupported, match="5 channels"):
        decode(siz(64, 64, [(7, 1, 1)] * 5))


def test_more_than_sixteen_bits_are_refused_with_their_number() -> None:
    with pytest.raises(ImageUnsupported, match="24 bits"):
        decode(siz(64, 64, [(23, 1, 1)]))


def test_lab_colours_are_refused_in_words() -> None:
    with pytest.raises(ImageUnsupported, match="Lab"):
        decode(wrapped(written(ramp(8, 3), form="j2k"), colours=LAB))


def test_three_channels_that_claim_to_be_grey_are_corrupt() -> None:
    with pytest.raises(ImageCorrupt):
        decode(wrapped(written(ramp(8, 3), form="j2k"), colours=GREY))


def test_a_huge_size_is_refused_before_decoding_with_its_numbers() -> None:
    with pytest.raises(ImageTooLarge, match=r"30000 x 30000 pixels"):
        decode(siz(30_000, 30_000, [(7, 1, 1)]))


def test_what_takes_too_many_bytes_to_decode_is_refused() -> None:
    with pytest.raises(ImageTooLarge, match="fewer channels"):
        decode(siz(8_000, 8_000, [(7, 1, 1)] * 4))


def test_a_million_tiles_are_corrupt() -> None:
    with pytest.raises(ImageCorrupt):
        decode(siz(4_000, 4_000, [(7, 1, 1)], tile=1))


def test_a_size_of_zero_is_corrupt() -> None:
    with pytest.raises(ImageCorrupt):
        decode(siz(64, 0, [(7, 1, 1)], tile=64))


def test_a_second_frame_is_not_there() -> None:
    with pytest.raises(ImageCorrupt, match="no frame 2"):
        decode(written(ramp(8)), selection=Selection(frame=1))


def test_a_header_box_of_another_size_is_corrupt() -> None:
    data = bytearray(wrapped(written(ramp(8), form="j2k")))
    at = data.index(b"ihdr") + 4
    data[at : at + 4] = struct.pack(">I", HEIGHT + 1)
    with pytest.raises(ImageCorrupt):
        decode(bytes(data))


def test_what_is_left_of_a_file_without_its_header_box_is_corrupt() -> None:
    jp2 = read_boxes(written(ramp(8)))
    bare = box(b"jP  ", b"\r\n\x87\n") + box(b"jp2c", jp2.codestream)
    with pytest.raises(ImageCorrupt):
        decode(bare)
    np.testing.assert_array_equal(decode(jp2.codestream).pixels_hwc[..., 0], ramp(8))


PILLOW_WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "grey": ("L", {}),
    "grey and alpha": ("LA", {}),
    "rgb": ("RGB", {}),
    "rgba": ("RGBA", {}),
    "ycc": ("YCbCr", {}),
    "16 bits": ("I;16", {}),
    "bare": ("RGB", {"no_jp2": True}),
    "component transform": ("RGB", {"mct": 1}),
    "lossy": ("RGB", {"irreversible": True, "quality_mode": "rates", "quality_layers": [20, 5]}),
    "signed": ("RGB", {"signed": True}),
    "tiled": ("L", {"tile_size": (16, 16), "no_jp2": True}),
}


def by_pillow(kind: str) -> bytes:
    mode, options = PILLOW_WRITES[kind]
    values = ramp(16) if mode == "I;16" else ramp(8, {"L": 1, "LA": 2, "RGBA": 4}.get(mode, 3))
    buffer = io.BytesIO()
    picture = PilImage.fromarray(values) if mode == "I;16" else PilImage.fromarray(values, mode)
    picture.save(buffer, "JPEG2000", **options)
    return buffer.getvalue()


@pytest.mark.cpython_only
@pytest.mark.parametrize("kind", PILLOW_WRITES)
def test_pixels_are_those_of_desktop_pillow(kind: str) -> None:
    data = by_pillow(kind)
    with PilImage.open(io.BytesIO(data)) as picture:
        expected = np.asarray(picture)
    np.testing.assert_array_equal(decode(data).pixels_hwc, expected.reshape(HEIGHT, WIDTH, -1))


@pytest.mark.cpython_only
@pytest.mark.parametrize("kind", PILLOW_WRITES)
def test_cut_files_are_refused_wherever_desktop_pillow_refuses(kind: str) -> None:
    data = by_pillow(kind)
    for length in range(20, len(data)):
        try:
            with PilImage.open(io.BytesIO(data[:length])) as picture:
                picture.load()
        except (OSError, SyntaxError, ValueError, AssertionError, struct.error):
            with pytest.raises((ImageCorrupt, ImageUnsupported)):
                decode(data[:length])


@pytest.mark.cpython_only
def test_a_file_without_its_last_tiles_is_refused_although_pillow_leaves_them_black() -> None:
    data = by_pillow("tiled")
    cuts = [at + 2 for at in range(200, len(data) - 2) if data[at : at + 2] == b"\xff\x90"]
    assert len(cuts) == 3
    for cut in cuts:
        with PilImage.open(io.BytesIO(data[:cut])) as picture:
            picture.load()
        with pytest.raises(ImageCorrupt):
            decode(data[:cut])


def test_the_failures_of_the_decoder_are_named() -> None:
    assert issubclass(imagecodecs.Jpeg2kError, FAILURES)
