from __future__ import annotations

import io
import struct
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from helpers.pictures import encoded, gradient
from numpy.typing import NDArray
from PIL import Image as PilImage

from insitu.decode import decode
from insitu.decode.qoi import LIMIT_PX as QOI_LIMIT_PX
from insitu.decode.rare_headers import sniff_rare
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported, InsituError

for _name in ("Cur", "Ico", "Pcx", "Sgi", "Tga"):
    import_module(f"PIL.{_name}ImagePlugin")

RGB = gradient(13, 9)
GREY = RGB[..., 0].copy()
RGBA = np.dstack([RGB, GREY])


def qoi(pixels: NDArray[np.uint8]) -> bytes:
    """Every pixel in full."""
    height, width, channels = pixels.shape
    head = b"qoif" + struct.pack(">IIBB", width, height, channels, 0)
    tag = b"\xfe" if channels == 3 else b"\xff"
    return (
        head + b"".join(tag + pixel.tobytes() for pixel in pixels.reshape(-1, channels)) + b"\0" * 7 + b"\1"
    )


def pnm(kind: str, pixels: NDArray[Any], highest: int = 255) -> bytes:
    """A binary PGM or PPM."""
    height, width = pixels.shape[:2]
    values = pixels.astype(">u2" if highest > 255 else "u1")
    return f"{kind}\n# drawn\n{width} {height}\n{highest}\n".encode() + values.tobytes()


def pam(pixels: NDArray[np.uint8], kind: str) -> bytes:
    height, width, depth = pixels.shape
    head = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL 255\nTUPLTYPE {kind}\nENDHDR\n"
    return head.encode() + pixels.tobytes()


def cursor(pixels: NDArray[np.uint8]) -> bytes:
    """One entry of 24 bits, opaque."""
    height, width = pixels.shape[:2]
    rows = b"".join(row[:, ::-1].tobytes() + b"\0" * (-3 * width % 4) for row in pixels[::-1])
    mask = bytes((width + 31) // 32 * 4 * height)
    body = struct.pack("<IiiHHIIiiII", 40, width, height * 2, 1, 24, 0, len(rows + mask), 0, 0, 0, 0)
    entry = struct.pack("<BBBBHHII", width, height, 0, 0, 0, 0, len(body + rows + mask), 22)
    return b"\0\0\2\0\1\0" + entry + body + rows + mask


SANE: dict[str, tuple[bytes, NDArray[Any]]] = {
    "pgm": (pnm("P5", GREY), GREY),
    "ppm": (pnm("P6", RGB), RGB),
    "pam": (pam(RGBA, "RGB_ALPHA"), RGBA),
    "tga": (encoded(RGB, "TGA"), RGB),
    "tga with alpha": (encoded(RGBA, "TGA"), RGBA),
    "tga in runs": (encoded(RGB, "TGA", compression="tga_rle"), RGB),
    "grey tga": (encoded(GREY, "TGA"), GREY),
    "pcx": (encoded(RGB, "PCX"), RGB),
    "grey pcx": (encoded(GREY, "PCX"), GREY),
    "sgi": (encoded(RGB, "SGI"), RGB),
    "qoi": (qoi(RGB), RGB),
    "qoi with alpha": (qoi(RGBA), RGBA),
    "ico of png": (encoded(RGBA, "ICO", sizes=[(13, 9)]), RGBA),
    "ico of bmp": (encoded(RGBA, "ICO", sizes=[(13, 9)], bitmap_format="bmp"), RGBA),
    "cur": (cursor(RGB), RGB),
}


@pytest.mark.parametrize("kind", SANE)
def test_pixels_come_back_exactly(kind: str) -> None:
    data, pixels = SANE[kind]
    image = decode(data)
    np.testing.assert_array_equal(image.pixels_hwc, pixels.reshape(9, 13, -1))
    assert image.samples == ("grey", "grey+alpha", "rgb", "rgb+alpha")[image.pixels_hwc.shape[2] - 1]


@pytest.mark.parametrize("kind", [kind for kind in SANE if kind != "grey pcx"])
def test_a_cut_file_is_never_shown(kind: str) -> None:
    """Of some the last bytes are a footer, or padding, without which all pixels are there.

    Not so for a PCX whose palette is cut: Pillow takes the last 769 bytes for one if the first of them fits.
    """
    data, pixels = SANE[kind]
    refused = 0
    for length in range(2, len(data)):
        try:
            image = decode(data[:length])
        except InsituError:
            refused += 1
        else:
            np.testing.assert_array_equal(image.pixels_hwc, pixels.reshape(9, 13, -1))
    assert refused >= len(data) - 40


@pytest.mark.parametrize("kind", SANE)
def test_damaged_bytes_end_in_a_sentence_or_in_pixels(kind: str) -> None:
    data, _ = SANE[kind]
    sentences = set()
    for position in range(min(len(data), 700)):
        for value in (0x00, 0xFF, data[position] ^ 0x10):
            damaged = bytearray(data)
            damaged[position] = value
            try:
                assert decode(bytes(damaged)).pixels_hwc.size
            except InsituError as error:
                sentences.add(str(error))
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)


HUGE: dict[str, bytes] = {
    "pgm": b"P5 30000 30000 255\n",
    "plain pgm": b"P2 30000 30000 255\n1 2",
    "pbm": b"P4 30000 30000\n",
    "pfm": b"Pf 30000 30000 -1.0\n",
    "pam": b"P7\nWIDTH 30000\nHEIGHT 30000\nDEPTH 1\nMAXVAL 255\nENDHDR\n",
    "tga": struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 30_000, 30_000, 24, 0) + b"\0",
    "pcx": b"\n\5\1\x08" + struct.pack("<4H", 0, 0, 29_999, 29_999) + bytes(53) + b"\3" + bytes(800),
    "sgi": b"\x01\xda\0\1" + struct.pack(">4H", 3, 30_000, 30_000, 3) + bytes(600),
    "qoi": b"qoif" + struct.pack(">IIBB", 30_000, 30_000, 3, 0) + b"\0" * 8,
    "ico": b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 0, 32, 900, 22)
    + struct.pack("<IiiHHIIiiII", 40, 30_000, 60_000, 1, 32, 0, 0, 0, 0, 0, 0),
    "ico of png": b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 0, 32, 900, 22)
    + b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0) + bytes(60),
    "cur": b"\0\0\2\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 0, 0, 900, 22)
    + struct.pack("<IiiHHIIiiII", 40, 30_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", HUGE)
def test_a_huge_picture_is_refused_before_decoding_with_its_numbers(kind: str) -> None:
    with pytest.raises(ImageTooLarge, match="30000 x 30000 pixels; the limit is 100 MP"):
        decode(HUGE[kind])


def test_a_qoi_that_would_take_long_is_refused_with_what_to_do() -> None:
    side = int(QOI_LIMIT_PX**0.5) + 1
    with pytest.raises(ImageUnsupported, match="Save it as PNG"):
        decode(b"qoif" + struct.pack(">IIBB", side, side, 3, 0) + b"\0" * 8)


def test_every_operation_of_qoi() -> None:
    head = b"qoif" + struct.pack(">IIBB", 8, 1, 4, 0)
    red = bytes([0xFE, 200, 0, 0])
    step = bytes([0x40 | 3 << 4 | 2 << 2 | 1])  # +1, 0, -1, around the corner
    luma = bytes([0x80 | 32 + 5, (8 + 2) << 4 | 8 - 3])  # green +5, red +7, blue +2
    run = bytes([0xC0 | 1])
    seen = bytes([(200 * 3 + 255 * 11) % 64])
    clear = bytes([0xFF, 1, 2, 3, 4])
    pixels = decode(head + red + step + luma + run + seen + clear + b"\x3f").pixels_hwc[0].tolist()
    assert pixels == [
        [200, 0, 0, 255], [201, 0, 255, 255], [208, 5, 1, 255], [208, 5, 1, 255], [208, 5, 1, 255],
        [200, 0, 0, 255], [1, 2, 3, 4], [0, 0, 0, 0],
    ]  # fmt: skip


@pytest.mark.cpython_only
@pytest.mark.parametrize("pixels", [RGB, RGBA, np.repeat(RGB, 5, axis=1)], ids=["rgb", "rgba", "runs"])
def test_qoi_is_read_as_pillow_reads_it(pixels: NDArray[np.uint8]) -> None:
    data = encoded(pixels, "QOI")
    with PilImage.open(io.BytesIO(data)) as picture:
        np.testing.assert_array_equal(decode(data).pixels_hwc, np.asarray(picture))
    np.testing.assert_array_equal(decode(data).pixels_hwc, pixels)


@pytest.mark.parametrize("highest", [65535, 4095, 300])
def test_deep_netpbm_keeps_its_values(highest: int) -> None:
    values = (np.arange(117).reshape(9, 13) * 563) % (highest + 1)
    image = decode(pnm("P5", values, highest))
    assert image.pixels_hwc.dtype == np.uint16
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], values)
    colour = np.dstack([values, values[::-1], values[:, ::-1]])
    np.testing.assert_array_equal(decode(pnm("P6", colour, highest)).pixels_hwc, colour)


def test_netpbm_of_few_values_runs_up_to_255() -> None:
    values = np.array([[0, 1, 2, 3, 4, 5, 6, 7]], np.uint8)
    expected = [[round(value / 7 * 255) for value in range(8)]]
    np.testing.assert_array_equal(decode(pnm("P5", values, 7)).pixels_hwc[..., 0], expected)


def test_netpbm_in_words() -> None:
    np.testing.assert_array_equal(
        decode(b"P1\n# bits\n3 2\n1 0 1\n011").pixels_hwc[..., 0], [[0, 255, 0], [255, 0, 0]]
    )
    np.testing.assert_array_equal(decode(b"P2 3 1 255\n7 # seven\n 8\n9").pixels_hwc[..., 0], [[7, 8, 9]])
    np.testing.assert_array_equal(decode(b"P3 1 1 65535 1 2 65535").pixels_hwc[0, 0], [1, 2, 65535])


@pytest.mark.parametrize(
    "data", [b"P2 3 1 255\n7 8", b"P2 3 1 255\n7 8 256", b"P2 3 1 255\n7 8 9x", b"P1 3 1\n012", b"P5 3 1 0\nabc",
             b"P5 3 1 70000\nabcdef", b"P2 3 1 255\n7 -8 9"],
)  # fmt: skip
def test_netpbm_that_contradicts_itself_is_corrupt(data: bytes) -> None:
    with pytest.raises(ImageCorrupt):
        decode(data)


def test_black_and_white_netpbm_has_rows_of_whole_bytes() -> None:
    bits = decode(b"P4\n9 2\n" + bytes([0b10101010, 0b10000000, 0b01010101, 0])).pixels_hwc[..., 0]
    np.testing.assert_array_equal(bits, [[0, 255] * 4 + [0], [255, 0] * 4 + [255]])


@pytest.mark.parametrize(("scale", "kind"), [("-1.0", "<f4"), ("2.5", ">f4")])
def test_netpbm_of_floats_runs_from_the_bottom_up(scale: str, kind: str) -> None:
    values = np.array([[0.5, -1.25], [3e7, 0.0]], kind)
    image = decode(f"Pf\n2 2\n{scale}\n".encode() + values.tobytes())
    assert image.pixels_hwc.dtype == np.float32
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], values[::-1])


@pytest.mark.cpython_only
@pytest.mark.parametrize(
    "data",
    [pnm("P5", GREY), pnm("P6", RGB), pnm("P5", GREY % 8, 7), pnm("P6", RGB % 100, 99), b"P1 3 1 101",
     b"P2 2 2 100 1 2\n3 100", b"P4\n9 1\n\xaa\x80", b"Pf 2 1 -1.0\n" + bytes(range(8)), pnm("P5", GREY * 200, 65535)],
)  # fmt: skip
def test_netpbm_is_read_as_pillow_reads_it(data: bytes) -> None:
    with PilImage.open(io.BytesIO(data)) as picture:
        expected = np.asarray(picture.convert("L") if picture.mode == "1" else picture)
    np.testing.assert_array_equal(decode(data).pixels_hwc.squeeze(), expected.squeeze())


def test_a_pam_of_five_channels_is_refused_in_words() -> None:
    with pytest.raises(ImageUnsupported, match="5 channels"):
        decode(b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n12345")


def test_of_an_icon_the_largest_picture_is_read() -> None:
    large = PilImage.fromarray(RGBA).resize((48, 32), PilImage.Resampling.NEAREST)
    image = decode(encoded(large, "ICO", sizes=[(16, 10), (48, 32), (24, 16)]))
    np.testing.assert_array_equal(image.pixels_hwc, np.asarray(large))


def test_a_palette_of_a_tga_is_looked_up() -> None:
    table = np.arange(768).reshape(256, 3).astype(np.uint8)
    indices = np.arange(117, dtype=np.uint8).reshape(9, 13)
    head = struct.pack("<BBBHHBHHHHBB", 0, 1, 1, 0, 256, 24, 0, 0, 13, 9, 8, 0x20)
    image = decode(head + table.tobytes() + indices.tobytes())
    np.testing.assert_array_equal(image.pixels_hwc, table[indices][..., ::-1])


TEXTS = (
    b"", b"just words, and more of them, over many a line\n" * 20, b"P5 is the name of a motorway\n" * 9,
    b"P1 is first, P2 second\n", b"\n\n\n  indented\n" * 30, b"qoif? no, only a word about it",
    b"\0" * 2000, bytes(range(256)) * 4, b"\xff" * 600, "Zeilen in UTF-16".encode("utf-16") * 40,
    b"\x7fELF\2\1\1" + bytes(99), b"\0asm\1\0\0\0" + bytes(99), b"\0\1\0\0\0\x0f\0\x80" + bytes(99),
    b"\0\0\1\xba" + bytes(99), b"MZ\x90\0\3" + bytes(99), b"\x08\0\5\0\x0a\0\0\0ISO_IR 100" + bytes(300),
    struct.pack("<i", 348) + bytes(340) + b"n+1\0" + bytes(99), b"\xd0\xcf\x11\xe0" + bytes(99),
)  # fmt: skip


@pytest.mark.parametrize("index", range(len(TEXTS)))
def test_texts_and_other_files_are_not_taken_for_rare_pictures(index: int) -> None:
    assert sniff_rare(TEXTS[index]) is None


def test_noise_is_not_taken_for_a_tga() -> None:
    noise = np.random.default_rng(11)
    for _ in range(3000):
        data = b"\0" + bytes(noise.integers(0, 3, 2, dtype=np.uint8)) + noise.bytes(60)
        assert sniff_rare(data) != "tga"


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"hevc"])
def test_a_heic_photo_is_refused_with_how_to_convert_it(brand: bytes) -> None:
    with pytest.raises(ImageUnsupported, match="HEIC photo.*save it as JPEG"):
        decode(b"\0\0\0\x18ftyp" + brand + bytes(40))


def test_an_avif_photo_is_refused_with_how_to_convert_it() -> None:
    with pytest.raises(ImageUnsupported, match="AVIF photo.*save it as PNG"):
        decode(b"\0\0\0\x1cftypavif" + bytes(40))


def test_a_jpeg_xl_is_refused_in_words() -> None:
    with pytest.raises(ImageUnsupported, match="JPEG XL.*PNG or JPEG"):
        decode(b"\xff\x0a" + bytes(40))
