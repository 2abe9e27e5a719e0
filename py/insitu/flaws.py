"""Pictures that show too little to be classified, whatever the network says of them."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .pack_types import PictureLimits

Flaw = Literal["small", "blank", "blurred"]

_LUMA = np.array([299, 587, 114], np.int64)
"""Thousandths of red, green and blue in the luma of ITU-R BT.601."""


def find_flaw(shorter_side_px: int, picture_hwc: NDArray[np.uint8], limits: PictureLimits) -> Flaw | None:
    """What keeps a picture from being classified; None for nothing.

    Parameters
    ----------
    shorter_side_px
        Of the image as it came.
    picture_hwc : (h, w, 3) uint8
        As the network gets it, before the operations.
    """
    if shorter_side_px < limits.least_side_px:
        return "small"
    contrast, sharpness = measure_detail(picture_hwc)
    if contrast < limits.least_contrast:
        return "blank"
    return "blurred" if sharpness < limits.least_sharpness else None


def measure_detail(picture_hwc: NDArray[np.uint8]) -> tuple[float, float]:
    """How much a picture varies, and how finely.

    Returns
    -------
    contrast : float
        Standard deviation of the luma, in grey levels.
    sharpness : float
        Mean of the absolute Laplacian (four neighbours) by the contrast; 0 for a picture of one grey.
        Both come from whole numbers, so they are the same in every runtime.
    """
    luma = picture_hwc.astype(np.int64) @ _LUMA
    total, squares = int(luma.sum()), int((luma * luma).sum())
    spread = math.sqrt(luma.size * squares - total * total) / luma.size
    if spread == 0 or min(luma.shape) < 3:
        return spread / 1000, 0.0
    inner = 4 * luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return spread / 1000, int(np.abs(inner - around).sum()) / inner.size / spread
