from __future__ import annotations

import pytest

from insitu.decode.sniff import READABLE as NAMES
from insitu.decode.sniff import sniff
from insitu.errors import ImageCorrupt, ImageUnsupported

READABLE = {
    "jpeg": b"\xff\xd8\xff\xe0rest",
    "png": b"\x89PNG\r\n\x1a\nrest",
    "gif": b"GIF89arest",
    "webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "bmp": b"BM" + b"\x00" * 12 + (40).to_bytes(4, "little"),
    "tiff": b"II*\x00rest",
    "jpeg2000": b"\xff\x4f\xff\x51rest",
    "pnm": b"P5\n# drawn\n3 2\n255\nabcdef",
    "qoi": b"qoif" + bytes(8) + b"\x04\x00" + bytes(9),
    "sgi": b"\x01\xda\x01\x01" + bytes(99),
    "pcx": b"\n\x05\x01\x08" + bytes(99),
    "ico": b"\x00\x00\x01\x00\x01\x00" + bytes(12) + b"\x16\x00\x00\x00",
    "cur": b"\x00\x00\x02\x00\x01\x00" + bytes(12) + b"\x16\x00\x00\x00",
    "tga": bytes((0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 2, 0, 24, 0x20)) + b"rest",
    "dicom": b"\x00" * 128 + b"DICM",
}

FOREIGN = {
    "HEIC": b"\x00\x00\x00\x18ftypheic",
    "AVIF": b"\x00\x00\x00\x18ftypavif",
    "video": b"\x00\x00\x00\x18ftypisom",
    "PDF": b"%PDF-1.7",
    "ZIP": b"PK\x03\x04",
    "SVG": b"<svg xmlns=",
}


@pytest.mark.parametrize("family", READABLE)
def test_a_readable_family_is_known_by_its_first_bytes(family: str) -> None:
    assert sniff(READABLE[family]) == family


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_named_in_the_sentence(what: str) -> None:
    with pytest.raises(ImageUnsupported, match=what):
        sniff(FOREIGN[what])


def test_text_is_not_an_image() -> None:
    with pytest.raises(ImageUnsupported, match=NAMES):
        sniff(b"just some words, renamed to .jpg")


def test_a_text_that_starts_with_the_letters_of_bmp_is_not_an_image() -> None:
    with pytest.raises(ImageUnsupported):
        sniff(b"BMW builds cars, and this is a text")


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(ImageCorrupt, match="empty"):
        sniff(b"")
