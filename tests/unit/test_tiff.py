from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.decode.limits import LIMIT_FRAMES
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported, InsituError
from insitu.types import Image, Selection

INTEGERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32")
FLOATS = ("float16", "float32", "float64")
LOSSLESS = ("none", "lzw", "deflate", "adobe_deflate", "zstd", "packbits", "lzma")
TILE = (16, 32)
HEIGHT, WIDTH = 37, 53


def written(pixels: NDArray[Any], *, of_its_own: bool = False, **options: Any) -> bytes:
    """A file; without tifffile's own description unless that is asked for."""
    buffer = io.BytesIO()
    if not of_its_own and "metadata" not in options:
        options["metadata"] = None
    if options.get("compression") == "packbits" and options.get("tile") is None:
        strips = iter([packbits(pixels)])
        tifffile.imwrite(
            buffer, strips, shape=pixels.shape, dtype=pixels.dtype, rowsperstrip=HEIGHT, **options
        )
    else:
        tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def packbits(pixels: NDArray[Any]) -> bytes:
    """Rows of runs and of different bytes; the encoder of imagecodecs ends the interpreter in Pyodide."""
    parts = []
    for row in pixels:
        for value, run in groupby(row.tobytes()):
            for start in range(0, length := len(list(run)), 128):
                count = min(128, length - start)
                parts.append(bytes([257 - count, value]) if count > 1 else bytes([0, value]))
    return b"".join(parts)


def ramp(dtype: str, samples: int | None = None) -> NDArray[Any]:
    """(H, W) or (H, W, samples) in which rows, columns and samples differ and the whole range is used."""
    y, x, s = np.mgrid[:HEIGHT, :WIDTH, : samples or 1]
    values = x * 41 + y * 1009 + s * 97
    kind = np.dtype(dtype)
    pixels: NDArray[Any]
    if kind.kind == "f":
        pixels = (values / 64 - 300).astype(kind)
    else:
        info = np.iinfo(kind)
        step = max(1, (int(info.max) - int(info.min)) // int(values.max()))
        pixels = (info.min + values.astype(np.int64) * step).astype(kind)  # 8 bits wrap around
    return pixels if samples else pixels[..., 0]


def reference(data: bytes) -> NDArray[Any]:
    """What tifffile gives for the first page, as (H, W, C)."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        values = page.asarray(maxworkers=1)
        if page.axes.startswith("S"):
            values = np.moveaxis(values, 0, -1)
    return np.asarray(values).reshape(HEIGHT, WIDTH, -1)


def assert_as_tifffile(data: bytes) -> Image:
    image = decode(data)
    expected = reference(data)
    assert image.pixels_hwc.dtype == expected.dtype
    assert image.pixels_hwc.dtype.isnative
    np.testing.assert_array_equal(image.pixels_hwc, expected)
    return image


@pytest.mark.parametrize("dtype", INTEGERS + FLOATS)
@pytest.mark.parametrize("compression", LOSSLESS)
def test_every_depth_and_lossless_compression_keeps_its_values(dtype: str, compression: str) -> None:
    pixels = ramp(dtype)
    image = assert_as_tifffile(written(pixels, compression=compression))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], pixels)
    assert image.samples == "grey"


@pytest.mark.parametrize("tile", [None, TILE])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("compression", ["none", "deflate"])
def test_strips_and_tiles_with_samples_together_or_apart(
    tile: tuple[int, int] | None, planar: str, dtype: str, compression: str
) -> None:
    pixels = ramp(dtype, 3)
    stored = np.moveaxis(pixels, -1, 0) if planar == "separate" else pixels
    data = written(stored, photometric="rgb", planarconfig=planar, tile=tile, compression=compression)
    image = assert_as_tifffile(data)
    np.testing.assert_array_equal(image.pixels_hwc, pixels)
    assert image.samples == "rgb"


@pytest.mark.parametrize("dtype", [*INTEGERS, "float32", "float64"])
@pytest.mark.parametrize("compression", ["lzw", "deflate", "zstd"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("tile", [None, TILE])
def test_predictors_are_undone(
    dtype: str, compression: str, byteorder: str, tile: tuple[int, int] | None
) -> None:
    data = written(
        ramp(dtype, 3),
        photometric="rgb",
        compression=compression,
        predictor=True,
        byteorder=byteorder,
        tile=tile,
    )
    np.testing.assert_array_equal(assert_as_tifffile(data).pixels_hwc, ramp(dtype, 3))


@pytest.mark.parametrize("dtype", ["uint16", "int32", "float16", "float64"])
@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("compression", ["none", "lzw"])
def test_big_endian_and_bigtiff(dtype: str, bigtiff: bool, compression: str) -> None:
    data = written(ramp(dtype), byteorder=">", bigtiff=bigtiff, compression=compression)
    assert data[:4] == (b"MM\0+" if bigtiff else b"MM\0*")
    np.testing.assert_array_equal(assert_as_tifffile(data).pixels_hwc[..., 0], ramp(dtype))


@pytest.mark.parametrize("tile", [None, (32, 32)])
@pytest.mark.parametrize("colourspace", ["rgb", "ycbcr"])
@pytest.mark.parametrize("subsampling", [(1, 1), (2, 2)])
def test_jpeg_inside_tiff(
    tile: tuple[int, int] | None, colourspace: str, subsampling: tuple[int, int]
) -> None:
    if colourspace == "rgb" and subsampling != (1, 1):
        pytest.skip("RGB is not subsampled")
    options: dict[str, Any] = {"photometric": "rgb", "tile": tile, "compression": "jpeg"}
    if colourspace == "rgb":
        options["compressionargs"] = {"outcolorspace": "rgb"}
    else:
        options["subsampling"] = subsampling
    data = written(ramp("uint8", 3), **options)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert file.pages.first.photometric == (2 if colourspace == "rgb" else 6)
    assert assert_as_tifffile(data).samples == "rgb"


@pytest.mark.parametrize(("compression", "dtype"), [("jpeg2000", "uint8"), ("jpeg2000", "uint16"), ("lerc", "uint8"),
                                                    ("lerc", "uint16"), ("lerc", "float32")])  # fmt: skip
@pytest.mark.parametrize("samples", [None, 3])
def test_codecs_with_headers_of_their_own(compression: str, dtype: str, samples: int | None) -> None:
    options: dict[str, Any] = {"photometric": "rgb"} if samples else {}
    data = written(ramp(dtype, samples), compression=compression, **options)
    image = assert_as_tifffile(data)
    np.testing.assert_array_equal(image.pixels_hwc.reshape(ramp(dtype, samples).shape), ramp(dtype, samples))


def test_one_bit_is_black_and_white() -> None:
    pixels = ramp("uint8") > 90
    np.testing.assert_array_equal(
        decode(written(pixels, photometric="minisblack")).pixels_hwc[..., 0], np.where(pixels, 255, 0)
    )
    white_is_zero = decode(written(pixels, photometric="miniswhite"))
    np.testing.assert_array_equal(white_is_zero.pixels_hwc[..., 0], np.where(pixels, 0, 255))
    assert white_is_zero.pixels_hwc.dtype == np.uint8


@pytest.mark.parametrize("bits", [2, 4])
@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_few_bits_are_spread_over_the_range_of_a_byte(bits: int, photometric: str) -> None:
    highest = 2**bits - 1
    levels = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH).astype(np.uint8) % (highest + 1)
    image = decode(packed(levels, bits, photometric == "miniswhite"))
    spread = levels * (255 // highest)
    np.testing.assert_array_equal(
        image.pixels_hwc[..., 0], 255 - spread if photometric == "miniswhite" else spread
    )


def packed(levels: NDArray[np.uint8], bits: int, white_is_zero: bool) -> bytes:
    """A file of a few bits a pixel, which tifffile cannot write; every row starts with a new byte."""
    every = np.unpackbits(levels[..., None], axis=2)[..., 8 - bits :]
    rows = np.packbits(every.reshape(levels.shape[0], -1), axis=1).tobytes()
    return directory_file(
        [*sizes(), (258, 3, 1, bits), (262, 3, 1, 0 if white_is_zero else 1), *strip(len(rows))], rows
    )


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_white_is_zero_is_turned_around(dtype: str) -> None:
    pixels = ramp(dtype)
    image = decode(written(pixels, photometric="miniswhite"))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], np.iinfo(dtype).max - pixels)


def test_twelve_bits_that_are_white_at_zero_are_turned_around_within_their_range() -> None:
    levels = (np.arange(HEIGHT * WIDTH) * 5 % 4096).reshape(HEIGHT, WIDTH)
    bits = np.unpackbits(levels.astype(">u2").view(np.uint8).reshape(HEIGHT, WIDTH, 2), axis=2)[..., 4:]
    rows = np.packbits(bits.reshape(HEIGHT, -1), axis=1).tobytes()
    data = directory_file([*sizes(), (258, 3, 1, 12), (262, 3, 1, 0), *strip(len(rows))], rows)
    np.testing.assert_array_equal(decode(data).pixels_hwc[..., 0], 4095 - levels)


def test_a_palette_is_looked_up() -> None:
    palette = np.random.default_rng(3).integers(0, 2**16, (3, 256), np.uint16)
    indices = ramp("uint8")
    image = decode(written(indices, photometric="palette", colormap=palette))
    np.testing.assert_array_equal(image.pixels_hwc, np.moveaxis(palette[:, indices] >> 8, 0, -1))
    assert image.samples == "rgb"


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_alpha_of_its_own_stays_as_it_is(dtype: str) -> None:
    pixels = ramp(dtype, 4)
    image = assert_as_tifffile(written(pixels, photometric="rgb", extrasamples=["unassalpha"]))
    np.testing.assert_array_equal(image.pixels_hwc, pixels)
    assert image.samples == "rgb+alpha"
    grey = assert_as_tifffile(
        written(ramp(dtype, 2), photometric="minisblack", planarconfig="contig", extrasamples=["unassalpha"])
    )
    assert grey.samples == "grey+alpha"


def test_alpha_that_colours_were_multiplied_with_is_divided_out() -> None:
    pixels = np.array([[[100, 50, 0, 100], [10, 20, 30, 255], [7, 7, 7, 0], [200, 1, 2, 128]]], np.uint8)
    eight = decode(written(pixels, photometric="rgb", extrasamples=["assocalpha"]))
    assert eight.samples == "rgb+alpha"
    assert eight.pixels_hwc[0].tolist() == [
        [255, 127, 0, 100],
        [10, 20, 30, 255],
        [0, 0, 0, 0],
        [255, 1, 3, 128],
    ]
    sixteen = decode(written(pixels.astype(np.uint16) * 257, photometric="rgb", extrasamples=["assocalpha"]))
    assert sixteen.pixels_hwc[0, 0].tolist() == [65535, 32767, 0, 25700]
    real = decode(written((pixels / 255).astype(np.float32), photometric="rgb", extrasamples=["assocalpha"]))
    np.testing.assert_allclose(real.pixels_hwc[0, 0], [1, 0.5, 0, 100 / 255], rtol=1e-6)


def test_extra_samples_of_a_colour_picture_without_a_meaning_are_left_out() -> None:
    pixels = ramp("uint8", 5)
    image = decode(written(pixels, photometric="rgb", extrasamples=["unspecified", "unspecified"]))
    assert image.samples == "rgb"
    np.testing.assert_array_equal(image.pixels_hwc, pixels[..., :3])


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_many_samples_that_are_no_colours_are_channels(planar: str) -> None:
    pixels = ramp("uint16", 5)
    stored = np.moveaxis(pixels, -1, 0) if planar == "separate" else pixels
    image = decode(written(stored, photometric="minisblack", planarconfig=planar))
    np.testing.assert_array_equal(image.pixels_hwc, pixels)
    assert image.samples == "channels"
    assert [channel.name for channel in image.extent.channels] == [f"Channel {n}" for n in range(1, 6)]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_cmyk_becomes_rgb_as_pillow_does_it(dtype: str) -> None:
    inks = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 255, 0, 128], [10, 20, 30, 255]]], np.uint8)
    stored = inks if dtype == "uint8" else inks.astype(np.uint16) * 256
    image = decode(written(stored, photometric="separated"))
    assert image.samples == "rgb"
    white, cyan, dark_magenta, black = image.pixels_hwc[0].tolist()
    assert (white, cyan, black) == ([255, 255, 255], [0, 255, 255], [0, 0, 0])
    assert dark_magenta == [127, 0, 127]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_tag_turns_the_image_upright(orientation: int) -> None:
    upright = ramp("uint16")
    undo: Mapping[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.T,
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].T,
        8: lambda a: np.rot90(a, -1),
    }
    stored = np.ascontiguousarray(undo[orientation](upright))
    data = written(stored, extratags=[(274, 3, 1, orientation, True)])
    np.testing.assert_array_equal(decode(data).pixels_hwc[..., 0], upright)


def test_pages_of_one_size_are_frames() -> None:
    stack = np.stack([ramp("uint16") + n for n in range(5)])
    data = written(stack, photometric="minisblack")
    for frame in range(5):
        image = decode(data, selection=Selection(frame=frame))
        assert image.extent.frames == 5
        np.testing.assert_array_equal(image.pixels_hwc[..., 0], stack[frame])
    with pytest.raises(ImageCorrupt, match="no frame 6"):
        decode(data, selection=Selection(frame=5))


@pytest.mark.parametrize("compression", ["none", "deflate"])
def test_hyperstacks_of_imagej(compression: str) -> None:
    stack = np.random.default_rng(1).integers(0, 2**16, (2, 3, 2, HEIGHT, WIDTH), np.uint16)
    data = written(stack, imagej=True, of_its_own=True, metadata={"axes": "TZCYX"}, compression=compression)
    first = decode(data)
    assert (first.extent.frames, first.extent.z, len(first.extent.channels)) == (2, 3, 2)
    assert first.samples == "channels"
    for frame in range(2):
        for z in range(3):
            image = decode(data, selection=Selection(frame=frame, z=z))
            np.testing.assert_array_equal(np.moveaxis(image.pixels_hwc, -1, 0), stack[frame, z])


def test_a_large_hyperstack_has_one_directory_and_its_planes_behind_each_other() -> None:
    stack = np.random.default_rng(1).integers(0, 2**16, (4, 3, HEIGHT, WIDTH), np.uint16).astype(">u2")
    description = b"ImageJ=1.54f\nimages=12\nchannels=3\nframes=4\nhyperstack=true\n\0"
    data = directory_file(
        [*sizes(), *grey(16), (270, 2, len(description), description), *strip(HEIGHT * WIDTH * 2)],
        stack.tobytes(),
        ">",
    )  # fmt: skip
    for frame in range(4):
        image = decode(data, selection=Selection(frame=frame))
        assert (image.extent.frames, len(image.extent.channels)) == (4, 3)
        np.testing.assert_array_equal(np.moveaxis(image.pixels_hwc, -1, 0), stack[frame])
    cut = data[: -HEIGHT * WIDTH]
    with pytest.raises(ImageCorrupt):
        decode(cut, selection=Selection(frame=3))


def test_ome_axes_in_any_order() -> None:
    stack = np.random.default_rng(2).integers(0, 2**16, (2, 3, 2, HEIGHT, WIDTH), np.uint16)
    data = written(stack, ome=True, of_its_own=True, photometric="minisblack", metadata={"axes": "ZCTYX"})
    for z, frame in [(0, 0), (1, 0), (0, 1), (1, 1)]:
        image = decode(data, selection=Selection(z=z, frame=frame))
        assert (image.extent.z, image.extent.frames, len(image.extent.channels)) == (2, 2, 3)
        np.testing.assert_array_equal(np.moveaxis(image.pixels_hwc, -1, 0), stack[z, :, frame])


def test_levels_of_a_pyramid_can_be_chosen() -> None:
    large = np.random.default_rng(0).integers(0, 255, (128, 192, 3), np.uint8)
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        options: dict[str, Any] = {"photometric": "rgb", "tile": (32, 32), "metadata": None}
        writer.write(large, subifds=2, **options)
        for step in (2, 4):
            writer.write(large[::step, ::step], subfiletype=1, **options)
    data = buffer.getvalue()
    assert decode(data).extent.levels == ((192, 128), (96, 64), (48, 32))
    for level, step in enumerate((1, 2, 4)):
        image = decode(data, selection=Selection(level=level))
        np.testing.assert_array_equal(image.pixels_hwc, large[::step, ::step])
    with pytest.raises(ImageCorrupt, match="no level 3"):
        decode(data, selection=Selection(level=3))


@pytest.mark.parametrize(
    ("tags", "what"),
    [
        ({259: 6}, "old-style JPEG"),
        ({259: 50002}, "compressed with"),
        ({262: 8}, "Lab"),
        ({262: 6}, "YCbCr"),
    ],
)
def test_what_would_show_other_colours_is_refused_in_words(tags: dict[int, int], what: str) -> None:
    data = plain(tags)
    with pytest.raises(ImageUnsupported, match=what):
        decode(data)


def test_complex_numbers_are_refused_in_words() -> None:
    with pytest.raises(ImageUnsupported, match="complex numbers"):
        decode(written(ramp("float32").astype(np.complex64)))


# Hostile files


def directory_file(
    tags: Sequence[tuple[int, int, int, int | bytes]], pixels: bytes, byteorder: str = "<", following: int = 0
) -> bytes:
    """A file of one directory, longer values behind it, then the pixels; -1 as a value is where these start."""
    tags = sorted(tags, key=lambda tag: tag[0])
    form = {1: "B", 3: "H", 4: "I"}
    start = 8 + 2 + 12 * len(tags) + 4
    long = b"".join(value for *_, value in tags if isinstance(value, bytes))
    place, body = start, struct.pack(byteorder + "H", len(tags))
    for code, kind, count, value in tags:
        head = struct.pack(byteorder + "HHI", code, kind, count)
        if isinstance(value, bytes):
            body += head + struct.pack(byteorder + "I", place)
            place += len(value)
        elif value == -1:
            body += head + struct.pack(byteorder + "I", start + len(long))
        else:
            body += head + struct.pack(byteorder + form[kind], value).ljust(4, b"\0")
    magic = b"II*\0" if byteorder == "<" else b"MM\0*"
    return (
        magic
        + struct.pack(byteorder + "I", 8)
        + body
        + struct.pack(byteorder + "I", following)
        + long
        + pixels
    )


def sizes(width: int = WIDTH, height: int = HEIGHT) -> list[tuple[int, int, int, int | bytes]]:
    return [(256, 4, 1, width), (257, 4, 1, height)]


def grey(bits: int = 8) -> list[tuple[int, int, int, int | bytes]]:
    return [(258, 3, 1, bits), (262, 3, 1, 1)]


def strip(size: int, rows: int = HEIGHT) -> list[tuple[int, int, int, int | bytes]]:
    return [(273, 4, 1, -1), (278, 4, 1, rows), (279, 4, 1, size)]


def plain(changes: Mapping[int, int], pixels: bytes = bytes(HEIGHT * WIDTH * 3)) -> bytes:
    """An RGB file of one strip whose tags are changed."""
    values = {
        256: WIDTH,
        257: HEIGHT,
        258: 8,
        259: 1,
        262: 2,
        273: -1,
        277: 3,
        278: HEIGHT,
        279: len(pixels),
        **changes,
    }
    return directory_file([(code, 4, 1, value) for code, value in values.items()], pixels)


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
