"""What a file is, by its first bytes; never by its name."""

from __future__ import annotations

from ..errors import ImageCorrupt, ImageUnsupported

READABLE = "JPEG, PNG, WebP, GIF, BMP and TIFF"

_READABLE_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    *((signature, "tiff") for signature in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")),
)

_KNOWN_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (128, b"DICM", "a DICOM file"),
    (344, b"n+1\x00", "a NIfTI file"),
    (0, b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 file"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 file"),
    (0, b"\xff\x0a", "a JPEG XL file"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL file"),
    (4, b"ftypheic", "a HEIC photo"),
    (4, b"ftypheix", "a HEIC photo"),
    (4, b"ftypmif1", "a HEIF photo"),
    (4, b"ftypavif", "an AVIF photo"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an Office document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"<svg", "an SVG drawing"),
)


def sniff(data: bytes) -> str:
    """Name the family of an image: a key of `families.FAMILIES`.

    Raises
    ------
    ImageCorrupt
        The file is empty.
    ImageUnsupported
        It is something else; the sentence says what, where that is known.
    """
    if not data:
        raise ImageCorrupt("This file is empty (0 bytes). Copy it again from its source.")
    for signature, family in _READABLE_SIGNATURES:
        if data.startswith(signature):
            return family
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:2] == b"BM" and len(data) >= 18 and data[14:18] in _BMP_HEADER_SIZES:
        return "bmp"
    for offset, signature, what in _KNOWN_SIGNATURES:
        if data.startswith(signature, offset):
            raise ImageUnsupported(
                f"This is {what}, which this version does not read. Save it as PNG or JPEG and drop it again."
            )
    raise ImageUnsupported(f"This is not an image of a kind that Insitu reads ({READABLE}).")


_BMP_HEADER_SIZES = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
"""Lengths of the second header in the variants of BMP: two letters alone are also in many texts."""
