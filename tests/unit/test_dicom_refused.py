from __future__ import annotations

import struct

import numpy as np
import pytest
from helpers.dicom_files import (
    COMPRESSED,
    NATIVE,
    compressed,
    describe,
    native,
    pixels_of,
    slope,
    write,
)
from pydicom import uid
from pydicom.dataset import Dataset

from insitu.decode import decode, dicom_source
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported, InsituError

PREAMBLE = bytes(128) + b"DICM"


@pytest.mark.parametrize(
    ("modality", "words"),
    [("RTSTRUCT", "a structure set"), ("SR", "a report"), ("RTPLAN", "a treatment plan")],
)
def test_a_file_without_image_says_what_it_is(modality: str, words: str) -> None:
    data_set = Dataset()
    data_set.Modality = modality
    with pytest.raises(ImageUnsupported, match=words):
        decode(write(data_set))


def test_a_compression_that_is_not_read_is_named() -> None:
    data = compressed([b"\0\0\1\xb3" * 20], slope(), uid.MPEG2MPML)
    with pytest.raises(ImageUnsupported, match="MPEG2"):
        decode(data)


def test_foreign_bytes_behind_the_preamble_are_refused() -> None:
    noise = np.random.default_rng(3).integers(0, 256, 5000, dtype=np.uint8).tobytes()
    for foreign in (b"", noise, b"words " * 200, bytes(5000), b"\xff" * 5000):
        with pytest.raises((ImageCorrupt, ImageUnsupported)):
            decode(PREAMBLE + foreign)


def test_foreign_bytes_in_place_of_a_frame_are_corrupt() -> None:
    noise = np.random.default_rng(4).integers(0, 256, 4000, dtype=np.uint8).tobytes()
    pixels = slope()
    for made in COMPRESSED.values():
        with pytest.raises(ImageCorrupt):
            decode(compressed([noise], pixels, made.syntax))


@pytest.mark.parametrize(
    "text",
    [b"\x08\x00 a text that begins oddly, and goes on", b"\x02\x00\x00\x00" * 20, b"\x08\x00\x05\x00CS"],
)
def test_bytes_that_only_begin_like_a_data_set_are_no_dicom(text: bytes) -> None:
    with pytest.raises(ImageUnsupported, match="not an image"):
        decode(text)


@pytest.mark.parametrize("name", [*NATIVE, *COMPRESSED])
def test_a_file_cut_anywhere_is_refused(name: str) -> None:
    pixels = slope()
    if name in NATIVE:
        data = native(pixels, NATIVE[name])
    else:
        data = compressed([COMPRESSED[name].encode(pixels)], pixels, COMPRESSED[name].syntax)
    for length in [
        *range(133, 420, 7),
        *(int(len(data) * share) for share in (0.4, 0.6, 0.8, 0.95)),
        len(data) - 20,
    ]:
        with pytest.raises((ImageCorrupt, ImageUnsupported)):
            decode(data[:length])


@pytest.mark.parametrize("name", COMPRESSED)
def test_a_frame_that_is_cut_within_a_whole_file_is_corrupt(name: str) -> None:
    pixels, made = slope(), COMPRESSED[name]
    frame = made.encode(pixels)
    for share in (0.05, 0.1, 0.5, 0.9):
        with pytest.raises(ImageCorrupt):
            decode(compressed([frame[: int(len(frame) * share)]], pixels, made.syntax))


def test_a_file_that_ends_before_its_pixels_says_so() -> None:
    data = native(slope())
    with pytest.raises(ImageCorrupt, match="ends before its image"):
        decode(data[: data.index(struct.pack("<HH", 0x7FE0, 0x0010))])


@pytest.mark.parametrize("syntax", ["explicit", "JPEG 2000"])
def test_a_huge_image_is_refused_with_its_numbers(syntax: str) -> None:
    pixels = slope()
    if syntax == "explicit":
        data = native(pixels, Rows=65535, Columns=65535)
    else:
        made = COMPRESSED[syntax]
        data = compressed([made.encode(pixels)], pixels, made.syntax, Rows=65535, Columns=65535)
    with pytest.raises(ImageTooLarge, match="65535 x 65535"):
        decode(data)


def test_a_huge_number_of_frames_is_refused() -> None:
    with pytest.raises(ImageCorrupt, match="999999999 images"):
        decode(native(slope(), NumberOfFrames=999999999))
    with pytest.raises(ImageCorrupt):
        decode(native(slope(), NumberOfFrames=99999))


@pytest.mark.parametrize("name", [name for name in COMPRESSED if name != "RLE"])
def test_a_frame_of_another_size_than_the_data_set_says_never_reaches_its_codec(name: str) -> None:
    made = COMPRESSED[name]
    with pytest.raises(ImageCorrupt):
        decode(compressed([made.encode(slope(25, 41))], slope(24, 40), made.syntax))


def test_a_jpeg_2000_stream_that_lies_about_its_size_allocates_nothing() -> None:
    pixels, made = slope(), COMPRESSED["JPEG 2000"]
    frame = bytearray(made.encode(pixels))
    frame[8:16] = struct.pack(">II", 60000, 60000)
    with pytest.raises(ImageCorrupt):
        decode(compressed([bytes(frame)], pixels, made.syntax))


def test_what_unpacks_to_more_than_can_be_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = native(slope(200, 200), uid.DeflatedExplicitVRLittleEndian)
    assert decode(data).width == 200
    monkeypatch.setattr(dicom_source, "LIMIT_BYTES", 50_000)
    with pytest.raises(ImageTooLarge, match="unpacked"):
        decode(data)


def test_rle_that_unpacks_without_end_stops_at_the_size_of_the_frame() -> None:
    header = np.zeros(16, "<u4")
    header[:2] = 1, 64
    bomb = header.tobytes() + b"\x81\x05" * 1_000_000
    found = pixels_of(compressed([bomb], np.zeros((3, 5), np.uint8), uid.RLELossless))
    np.testing.assert_array_equal(found, np.full((3, 5), 5))


SEQUENCE = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
ITEM = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)


@pytest.mark.parametrize("depth", [10, 1000, 100_000])
def test_sequences_in_sequences_end_in_a_sentence(depth: int) -> None:
    data = native(slope())
    first = data.index(struct.pack("<HH", 0x0010, 0x0010))
    with pytest.raises(ImageCorrupt):
        decode(data[:first] + (SEQUENCE + ITEM) * depth + data[first:])


def test_elements_that_hide_each_other_are_not_looked_for_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hidden = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0) + struct.pack("<HH2sHL", 9, 16, b"OB", 0, 0xFFFFFFFF)
    each = struct.pack("<HHL", 0xFFFE, 0xE000, len(hidden)) + hidden
    data = native(slope())
    first = data.index(struct.pack("<HH", 0x0010, 0x0010))
    nested = data[:first] + hidden[8:] + each * 3000 + bytes(8) + data[first:]
    reads = 0
    original = dicom_source.Source.read

    def counted(self: dicom_source.Source, size: int | None = -1, /) -> bytes:
        nonlocal reads
        reads += 1
        return original(self, size)

    monkeypatch.setattr(dicom_source.Source, "read", counted)
    with pytest.raises(ImageCorrupt):
        decode(nested)
    assert reads < 2_000_000


def test_no_refusal_names_the_patient() -> None:
    pixels, made = slope(), COMPRESSED["JPEG-LS"]
    bad = [
        native(pixels)[:-30],
        native(pixels, Rows=65535, Columns=65535),
        native(pixels, NumberOfFrames=7),
        native(pixels, photometric="HSV"),
        compressed([b"nothing"], pixels, made.syntax),
        compressed([b"nothing"], pixels, uid.MPEG2MPML),
        write(describe(pixels)),
        write(describe(pixels, Rows=None, Columns=None, Modality="SR")),
    ]
    for data in bad:
        with pytest.raises(InsituError) as caught:
            decode(data)
        assert "Secret" not in str(caught.value)


def test_a_deflated_file_that_is_damaged_is_corrupt() -> None:
    data = bytearray(native(slope(), uid.DeflatedExplicitVRLittleEndian))
    data[-60:-40] = b"\xff" * 20
    with pytest.raises(ImageCorrupt):
        decode(bytes(data))
