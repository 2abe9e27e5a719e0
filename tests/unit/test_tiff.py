from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import tifffile
from helpers.tiffs import (
    FLOATS,
    HEIGHT,
    INTEGERS,
    LOSSLESS,
    TILE,
    WIDTH,
    directory_file,
    grey,
    plain,
    ramp,
    sizes,
    strip,
    written,
)
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported
from insitu.types import Image, Selection, Spacing


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
    resolution = (20_000, 10_000) if orientation < 5 else (10_000, 20_000)
    data = written(
        stored, extratags=[(274, 3, 1, orientation, True)], resolution=resolution, resolutionunit="centimeter"
    )
    image = decode(data)
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], upright)
    assert (image.orientation, image.spacing) == (orientation, Spacing(0.5, 1.0, "um"))


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
    with pytest.raises(ImageCorrupt, match="no level 4; it has 3"):
        decode(data, selection=Selection(level=3))


def test_the_largest_level_that_can_be_held_is_taken_where_none_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = np.random.default_rng(0).integers(0, 2**16, (64, 96), np.uint16)
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, ome=True) as writer:
        scale = {
            "PhysicalSizeX": 0.5,
            "PhysicalSizeY": 0.25,
            "PhysicalSizeXUnit": "µm",
            "PhysicalSizeYUnit": "µm",
        }
        writer.write(large, subifds=2, metadata={"axes": "YX", **scale})
        for step in (2, 4):
            writer.write(large[::step, ::step], subfiletype=1)
    data = buffer.getvalue()
    assert decode(data, selection=Selection(level=None)).selection.level == 0
    monkeypatch.setattr("insitu.decode.limits.LIMIT_PX", 48 * 32)
    image = decode(data, selection=Selection(level=None))
    assert (image.selection.level, image.width, image.height) == (1, 48, 32)
    assert image.spacing == Spacing(1.0, 0.5, "um")
    with pytest.raises(ImageTooLarge):
        decode(data, selection=Selection(level=0))
    monkeypatch.setattr("insitu.decode.limits.LIMIT_PX", 100)
    with pytest.raises(ImageTooLarge, match="96"):
        decode(data, selection=Selection(level=None))


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
