"""The one way from bytes to pixels."""

from __future__ import annotations

from importlib import import_module

from ..errors import ImageCorrupt
from ..types import FIRST_PLANE, Image, Selection
from .families import FAMILIES
from .sniff import sniff


def decode(data: bytes, name: str = "", selection: Selection = FIRST_PLANE) -> Image:
    """Decode one plane of an image of a known family, upright and with the values that the file holds.

    They equal those of desktop Pillow, tifffile or pydicom bit for bit, in CPython and in the browser.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        The name to report by; it plays no part in decoding.
    selection
        Which plane, where the file holds several. One that is not there raises `ImageCorrupt`.

    Raises
    ------
    ImageUnsupported
        Of no family that is read here, or of a variant that is not.
    ImageCorrupt
        Damaged or cut short: refused where the desktop library refuses.
    ImageTooLarge
        Over a limit of `limits`; raised before any pixel is decoded.
    """
    family = sniff(data)
    reader = import_module(f".{FAMILIES[family].module}", __package__)
    try:
        image: Image = reader.read(data, family, selection)
    except reader.FAILURES as error:
        raise ImageCorrupt(
            f"This {family.upper()} file is damaged or cut short. Copy it again from its source."
        ) from error
    return image
