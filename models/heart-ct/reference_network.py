"""The network of the reference project, run by its own rules: it is what this pack is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from metrics import Box
from numpy.typing import NDArray
from PIL import Image as PilImage

from insitu.postprocess.section import largest_part
from insitu_training.speed import open_single

SIDE_PX, LEAST_AREA = 64, 200


class ReferenceNetwork:
    """Heart where the logit of 64 x 64 averaged greys is above 0, in the largest part, of at least 200 pixels."""

    def __init__(self, path: Path) -> None:
        self.session = open_single(path)

    def find(self, grey_hw: NDArray[np.floating] | NDArray[np.uint8]) -> NDArray[np.float32]:
        """Logits (64, 64) of a square picture of greys 0 ... 255, below 0 wherever no heart is found."""
        size = grey_hw.shape[0] // SIDE_PX
        small_hw = grey_hw.astype(np.float32).reshape(SIDE_PX, size, SIDE_PX, size).mean(axis=(1, 3))
        logits_hw: NDArray[np.float32] = self.session.run(None, {"input": small_hw[None, None]})[0][0, 0]
        found_hw = largest_part(logits_hw > 0)
        if found_hw.sum() < LEAST_AREA:
            found_hw[:] = False
        return np.where(found_hw, logits_hw, np.minimum(logits_hw, -1)).astype(np.float32)

    def find_mask(self, grey_hw: NDArray[np.uint8], side_px: int) -> NDArray[np.bool_]:
        """The heart at another size."""
        picture = PilImage.fromarray(self.find(grey_hw))
        return np.asarray(picture.resize((side_px, side_px), PilImage.Resampling.BILINEAR)) > 0

    def find_box(self, grey_hw: NDArray[np.float32]) -> Box | None:
        """Its box in pixels of the picture, or None."""
        y, x = np.nonzero(self.find(grey_hw) > 0)
        if len(x) == 0:
            return None
        unit = grey_hw.shape[0] / SIDE_PX
        return (
            float(x.min() * unit),
            float(y.min() * unit),
            float((x.max() + 1) * unit),
            float((y.max() + 1) * unit),
        )
