"""What a network that looks for objects sees of an image: the file's own values, not a picture of them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .display import display
from .errors import ImageCorrupt
from .types import Image

_NUCLEAR = re.compile(r"dapi|hoechst|h33(342|258)|nucle|draq|\bdna\b|syto|h2b", re.IGNORECASE)
"""Names of stains and markers of nuclei, as microscopes write them."""


def find_signal(image: Image, channel: int | None = None) -> NDArray[Any]:
    """The values to look for objects in.

    Parameters
    ----------
    channel
        Of an image of several channels, from 0; None takes the one that `find_nuclear_channel` names.

    Returns
    -------
    (H, W, 1 or 3) of any integer or float dtype
        Finite. Colours lie on white where they are transparent.
    """
    pixels_hwc = image.pixels_hwc
    if image.samples == "channels":
        index = find_nuclear_channel(image) if channel is None else channel
        if index >= pixels_hwc.shape[2]:
            raise ImageCorrupt(f"This file has no channel {index + 1}; it has {pixels_hwc.shape[2]}.")
        pixels_hwc = pixels_hwc[..., index, np.newaxis]
    elif image.samples.endswith("alpha"):
        pixels_hwc = _without_alpha(image)
    if not np.issubdtype(pixels_hwc.dtype, np.integer):
        return np.asarray(np.nan_to_num(pixels_hwc, nan=0.0, posinf=0.0, neginf=0.0))
    return pixels_hwc


def find_nuclear_channel(image: Image) -> int:
    """The first channel that is named after a stain of nuclei, else the first."""
    for index, channel in enumerate(image.extent.channels):
        if _NUCLEAR.search(channel.name):
            return index
    return 0


def find_channels(image: Image) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The values that objects are measured in, (H, W, C) as the file holds them, and the name of each channel."""
    pixels_hwc = image.pixels_hwc[..., :-1] if image.samples.endswith("alpha") else image.pixels_hwc
    count = pixels_hwc.shape[2]
    if image.samples == "channels":
        named = [channel.name for channel in image.extent.channels]
        return pixels_hwc, tuple(name or f"channel {i}" for i, name in enumerate(named[:count], 1))
    return pixels_hwc, ("red", "green", "blue") if count == 3 else ("grey",)


def _without_alpha(image: Image) -> NDArray[Any]:
    alpha = image.pixels_hwc[..., -1]
    opaque = np.iinfo(alpha.dtype).max if np.issubdtype(alpha.dtype, np.integer) else 1.0
    if bool((alpha == opaque).all()):
        return image.pixels_hwc[..., :-1]
    return display(image).pixels_hwc
