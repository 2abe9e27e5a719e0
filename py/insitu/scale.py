"""Scaling of pictures with Pillow's filters, for the network and for drawings alike."""

from __future__ import annotations

from PIL import Image as PilImage

from .types import Picture


def scale(
    picture: Picture, size: tuple[int, int], resample: PilImage.Resampling, reducing_gap: float | None = None
) -> PilImage.Image:
    """The same RGB pixels as ``PilImage.resize(size, resample, reducing_gap=reducing_gap)``.

    The averaged intermediate of a large image is kept with the picture, because to average a million pixels
    takes longer than all that follows, and the network and the thumbnail mostly start from the same one.

    Parameters
    ----------
    size
        Width and height in pixels.
    reducing_gap
        At least 1: first average over whole pixels down to this multiple of `size`, see `Geometry`.
    """
    factors = (1, 1) if resample == PilImage.Resampling.NEAREST else _factors(picture, size, reducing_gap)
    if factors == (1, 1):
        return picture.pil.resize(size, resample).convert("RGB")
    if factors not in picture.reduced:
        picture.reduced[factors] = picture.pil.reduce(factors).convert("RGB")
    # Where the factor does not divide the size, the last averaged pixel stands for less than its area.
    box = (0, 0, picture.width / factors[0], picture.height / factors[1])
    return picture.reduced[factors].resize(size, resample, box)


def _factors(picture: Picture, size: tuple[int, int], reducing_gap: float | None) -> tuple[int, int]:
    """Pixels to average over, across and down, as Pillow chooses them."""
    if reducing_gap is None:
        return 1, 1
    return (
        int(picture.width / size[0] / reducing_gap) or 1,
        int(picture.height / size[1] / reducing_gap) or 1,
    )
