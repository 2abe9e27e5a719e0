"""Windows of an image at another scale, each computed from the pixels it needs.

Scaling down averages whole blocks of k x k pixels first (k as large as keeps the result no smaller than wanted), then
interpolates linearly; scaling up interpolates linearly. All of it is elementwise float32 arithmetic on positions that
depend on the image alone, so a window holds the same bits wherever its borders lie, in every runtime.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Rescale:
    """How positions of an image and of its scaled copy belong together; see `rescale_by`.

    Attributes
    ----------
    height, width : int
        Of the image.
    scale : float
        Scaled pixels per pixel of the image, more than 0.
    scaled_height, scaled_width : int
        Of the copy.
    """

    height: int
    width: int
    scale: float
    scaled_height: int
    scaled_width: int

    @property
    def inverse(self) -> Rescale:
        """From the copy back to the image."""
        return Rescale(self.scaled_height, self.scaled_width, 1 / self.scale, self.height, self.width)

    @property
    def block(self) -> int:
        """Side of the blocks that are averaged."""
        return max(1, min(int(1 / self.scale), self.height, self.width))


def rescale_by(scale: float, height: int, width: int) -> Rescale:
    """Scale both axes by the same factor; sizes are rounded, and at least 1."""
    return Rescale(height, width, scale, max(1, round(height * scale)), max(1, round(width * scale)))


@dataclass(frozen=True)
class _Axis:
    """Which two neighbours each scaled position lies between, and how far from the first; in averaged blocks."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    part: NDArray[np.float32]


def sample_window(
    image_hwc: NDArray[Any], rescale: Rescale, rows: tuple[int, int], columns: tuple[int, int]
) -> NDArray[np.float32]:
    """The scaled image in a window of scaled pixels; beyond its edges it is reflected.

    Parameters
    ----------
    image_hwc : (H, W, C) of any integer or float dtype
    rows, columns
        First and last plus one, in scaled pixels; may be negative or beyond the end.

    Returns
    -------
    (rows, columns, C) float32
    """
    block = rescale.block
    y = _axis(rescale.height, rescale.scaled_height, rescale.scale, block, rows)
    x = _axis(rescale.width, rescale.scaled_width, rescale.scale, block, columns)
    top, left = int(y.low.min()), int(x.low.min())
    blocks_hwc = _average(image_hwc, block, (top, int(y.high.max()) + 1), (left, int(x.high.max()) + 1))
    if block == 1 and rescale.scale == 1:
        return blocks_hwc[y.low - top][:, x.low - left]
    part_y, part_x = y.part[:, None, None], x.part[None, :, None]
    above, below = blocks_hwc[y.low - top], blocks_hwc[y.high - top]
    lines_hwc = above + (below - above) * part_y
    before, after = lines_hwc[:, x.low - left], lines_hwc[:, x.high - left]
    return np.asarray(before + (after - before) * part_x)


def reflect(indices: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Mirror positions into 0 ... size - 1 at the first and the last pixel, which are not repeated."""
    if size == 1:
        return np.zeros_like(indices)
    period = 2 * (size - 1)
    folded = np.mod(indices, period)
    return np.where(folded < size, folded, period - folded)


def _axis(size: int, scaled_size: int, scale: float, block: int, window: tuple[int, int]) -> _Axis:
    scaled = reflect(np.arange(*window, dtype=np.int64), scaled_size)
    position = (scaled + 0.5) / (scale * block) - 0.5
    last = size // block - 1
    position = np.clip(position, 0, last)
    low = np.floor(position).astype(np.int64)
    return _Axis(low, np.minimum(low + 1, last), (position - low).astype(np.float32))


def _average(
    image_hwc: NDArray[Any], block: int, rows: tuple[int, int], columns: tuple[int, int]
) -> NDArray[np.float32]:
    """Means of blocks; the remainder at the right and lower edge, less than one block, is left out."""
    part = image_hwc[rows[0] * block : rows[1] * block, columns[0] * block : columns[1] * block]
    if block == 1:
        return part.astype(np.float32)
    total = np.zeros((rows[1] - rows[0], columns[1] - columns[0], image_hwc.shape[2]), np.float32)
    for y in range(block):
        for x in range(block):
            total += part[y::block, x::block]
    return total / np.float32(block * block)
