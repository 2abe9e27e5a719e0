"""Which module reads which family of files, and the packages that it needs besides those of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .png_header import is_deep_colour
from .sniff import sniff


@dataclass(frozen=True)
class Family:
    """One family of files.

    Attributes
    ----------
    module : str
        In this folder; offers ``read(data, family, selection)``, which leaves all of the image's `selection` but the
        level to `decode`, and the exceptions that it lets through on damaged files as ``FAILURES``.
    packages : tuple of str
        Names in the site's lock file; loaded when the first such file appears.
    """

    module: str
    packages: tuple[str, ...] = ()


READERS, CODECS, PLUGINS = "insitu-readers", "imagecodecs-more", "pillow-more"

FAMILIES: Mapping[str, Family] = {
    **dict.fromkeys(("jpeg", "png", "gif", "bmp", "webp"), Family("raster")),
    "jpeg2000": Family("jpeg2000", (READERS, CODECS)),
    "pnm": Family("pnm", (READERS,)),
    **dict.fromkeys(("tga", "ico", "cur", "pcx", "sgi", "qoi"), Family("rare", (READERS, PLUGINS))),
    "tiff": Family("tiff", (READERS, CODECS, "tifffile")),
    "dicom": Family("dicom", (READERS, CODECS, "pydicom")),
    "nifti": Family("nifti", (READERS, "nibabel")),
}


SLICES = "dicom"
"""The family in which scans come."""


def packages_for(data: bytes) -> tuple[str, ...]:
    """Packages that `decode` needs for this file. Raises as `sniff` does where no reader knows it."""
    family = sniff(data)
    if family == "png" and is_deep_colour(data):
        return (CODECS,)
    return FAMILIES[family].packages
