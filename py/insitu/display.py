"""How an image is seen: any samples of any depth as 8-bit RGB.

Packs whose networks were trained on pictures get this too, so the choices made here are theirs:

- 8-bit colour is as it is; grey has three equal channels; alpha lies on white.
- Deeper or signed values run from black to white between two limits: the file's own display window where it
  has one, else the 0.1 and 99.9 percentiles of the plane (QuPath's default), else its extremes.
- Channels add up, each from black to its colour.

Every step is elementwise float32 or picks a value that is there, so it gives the same bits in each runtime.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from .types import Channel, Image, Picture

LOW_PERCENTILE, HIGH_PERCENTILE = 0.1, 99.9

_COLOURS = ("#00FF00", "#FF00FF", "#00FFFF", "#FFFF00", "#FF0000", "#0000FF", "#FFFFFF")
"""For channels without a colour of their own, in turn; the first pair is told apart by the colour-blind."""

Contrast = tuple[float, float]


def display(image: Image, contrast: Contrast | None = None) -> Picture:
    """Turn an image into what a person sees.

    Parameters
    ----------
    contrast
        Values to show as black and white; by default those of `automatic_contrast`. 8-bit pictures are only
        changed when it is given.
    """
    pixels_hwc = image.pixels_hwc
    if image.samples == "channels":
        return Picture(_mix(pixels_hwc, image.extent.channels, contrast or image.window))
    if pixels_hwc.dtype != np.uint8 or contrast is not None or image.window is not None:
        pixels_hwc = _scale_colours(image, contrast)
    if image.samples in ("grey+alpha", "rgb+alpha"):
        pixels_hwc = _on_white(pixels_hwc)
    if pixels_hwc.shape[2] == 1:
        pixels_hwc = np.repeat(pixels_hwc, 3, axis=2)
    return Picture(pixels_hwc)


def automatic_contrast(image: Image) -> Contrast:
    """The limits that `display` takes by itself for one channel or for all colours alike."""
    if image.window is not None:
        return image.window
    if image.pixels_hwc.dtype == np.uint8:
        return 0.0, 255.0
    return _percentiles(_colours(image))


def value_range(image: Image) -> Contrast:
    """Values between which a contrast can be chosen: of 8-bit images all, else the plane's extremes."""
    if image.pixels_hwc.dtype == np.uint8:
        return 0.0, 255.0
    values = _colours(image)
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _colours(image: Image) -> NDArray[Any]:
    return image.pixels_hwc[..., :-1] if image.samples.endswith("alpha") else image.pixels_hwc


def _percentiles(values: NDArray[Any]) -> Contrast:
    """Values of the array itself, so that no interpolation is rounded; the extremes if they coincide."""
    flat = values.reshape(-1)
    if not np.issubdtype(flat.dtype, np.integer):
        flat = flat[np.isfinite(flat)]
    if flat.size == 0:
        return 0.0, 1.0
    ranks = [round((flat.size - 1) * percentile / 100) for percentile in (LOW_PERCENTILE, HIGH_PERCENTILE)]
    found = np.partition(flat, ranks)
    low, high = float(found[ranks[0]]), float(found[ranks[1]])
    return (low, high) if low < high else (float(flat.min()), float(flat.max()))


def _to_bytes(values: NDArray[Any], contrast: Contrast) -> NDArray[np.uint8]:
    low, high = np.float32(contrast[0]), np.float32(contrast[1])
    if low == high:
        return np.zeros(values.shape, np.uint8)
    share = (values.astype(np.float32) - low) / (high - low)
    grey = np.rint(np.clip(np.nan_to_num(share, nan=0.0), 0, 1) * np.float32(255))
    return np.asarray(grey, np.uint8)


def _scale_colours(image: Image, contrast: Contrast | None) -> NDArray[np.uint8]:
    scaled = _to_bytes(_colours(image), contrast or automatic_contrast(image))
    if not image.samples.endswith("alpha"):
        return scaled
    alpha = image.pixels_hwc[..., -1:]
    opaque = float(np.iinfo(alpha.dtype).max) if np.issubdtype(alpha.dtype, np.integer) else 1.0
    return np.concatenate([scaled, _to_bytes(alpha, (0.0, opaque))], axis=2)


def _on_white(pixels_hwc: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blend as Pillow's alpha_composite does over opaque white."""
    if pixels_hwc.shape[2] == 2:
        pixels_hwc = np.concatenate([np.repeat(pixels_hwc[..., :1], 3, axis=2), pixels_hwc[..., 1:]], axis=2)
    coloured = PilImage.fromarray(np.ascontiguousarray(pixels_hwc), "RGBA")
    white = PilImage.new("RGBA", coloured.size, "white")
    return np.asarray(PilImage.alpha_composite(white, coloured).convert("RGB"))


def _mix(
    pixels_hwc: NDArray[Any], channels: tuple[Channel, ...], contrast: Contrast | None
) -> NDArray[np.uint8]:
    """Add up the channels; one alone is grey."""
    count = pixels_hwc.shape[2]
    if count == 1:
        plane = _to_bytes(pixels_hwc, contrast or _percentiles(pixels_hwc))
        return np.repeat(plane, 3, axis=2)
    total = np.zeros((*pixels_hwc.shape[:2], 3), np.uint16)
    for index in range(count):
        plane = _to_bytes(pixels_hwc[..., index], contrast or _percentiles(pixels_hwc[..., index]))
        colour = (channels[index].colour if index < len(channels) else None) or _COLOURS[
            index % len(_COLOURS)
        ]
        for axis, strength in enumerate(bytes.fromhex(colour[1:])):
            total[..., axis] += plane * np.uint16(strength) // np.uint16(255)
    return np.minimum(total, 255).astype(np.uint8)
