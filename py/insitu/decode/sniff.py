"""What a file is, by its first bytes; never by its name."""

from __future__ import annotations

from ..errors import ImageCorrupt, ImageUnsupported
from .dicom_header import is_dicom
from .nifti_header import nifti_version, unpacked_start
from .rare_headers import is_pnm, sniff_rare

READABLE = "JPEG, PNG, WebP, GIF, BMP, TIFF, DICOM, NIfTI, JPEG 2000 and some rarer ones"

_READABLE_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jpeg2000"),
    *((signature, "tiff") for signature in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")),
)

_PHONE_PHOTOS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}
"""Brands of ISO/IEC 23008-12. On 2026-11-21 the Python index had no wheel for Pyodide that decodes them: none of
pillow-heif, pillow-avif-plugin and pyheif, and imagecodecs' has neither codec."""

_HOW_TO_CONVERT = {
    "HEIC": "This is a HEIC photo, which this version does not read. On an iPhone choose Settings, Camera, Formats, "
    "Most Compatible, or share the photo as JPEG; on a computer open it and save it as JPEG or PNG.",
    "AVIF": "This is an AVIF photo, which this version does not read. Open it in a browser or an image editor, "
    "save it as PNG or JPEG and drop it again.",
}

_ZIP = b"PK\x03\x04"

_KNOWN_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\x0a", "a JPEG XL file"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL file"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"<svg", "an SVG drawing"),
)
"""JPEG XL is among them although imagecodecs reads it (982 kB more): 30 % of the values of
a lossy file come out one level different in the browser (libjxl 0.12.0 against 0.11.2, in floating point)."""


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
    if is_dicom(data):  # first, for its preamble may look like another file
        return "dicom"
    for signature, family in _READABLE_SIGNATURES:
        if data.startswith(signature):
            return family
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:2] == b"BM" and len(data) >= 18 and data[14:18] in _BMP_HEADER_SIZES:
        return "bmp"
    if is_pnm(data):
        return "pnm"
    nifti = nifti_version(unpacked_start(data))
    if nifti == "pair":
        raise ImageUnsupported(
            "This is one half of a NIfTI image in two files. Save it as one file (.nii or .nii.gz) and drop that."
        )
    if nifti is not None:
        return "nifti"
    if data[4:8] == b"ftyp" and data[8:12] in _PHONE_PHOTOS:
        raise ImageUnsupported(_HOW_TO_CONVERT[_PHONE_PHOTOS[data[8:12]]])
    if data.startswith(_ZIP):
        raise ImageUnsupported(
            "This is a ZIP archive or an Office document with the name of an image. If it holds images, name it .zip "
            "and drop it again."
        )
    for offset, signature, what in _KNOWN_SIGNATURES:
        if data.startswith(signature, offset):
            raise ImageUnsupported(
                f"This is {what}, which this version does not read. Save it as PNG or JPEG and drop it again."
            )
    rare = sniff_rare(data)
    if rare is not None:
        return rare
    raise ImageUnsupported(f"This is not an image of a kind that Insitu reads ({READABLE}).")


_BMP_HEADER_SIZES = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
"""Lengths of the second header in the variants of BMP: two letters alone are also in many texts."""
