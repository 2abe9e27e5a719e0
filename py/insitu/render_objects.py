"""Objects drawn over an image: the pixels at their edges, in colours that tell neighbours apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from .objects.runs import Runs, labels_of_runs, scale_runs
from .render import scale_to_side
from .types import Picture

COLOURS = np.array(
    [
        (230, 159, 0),
        (86, 180, 233),
        (0, 158, 115),
        (240, 228, 66),
        (0, 114, 178),
        (213, 94, 0),
        (204, 121, 167),
    ],
    np.uint8,
)
"""The palette of Okabe and Ito (2008) without black; objects take them in turn, by number."""


def render_objects(picture: Picture, runs: Runs, side: int) -> PilImage.Image:
    """Draw the outlines of objects over an image.

    Parameters
    ----------
    runs
        Of an image of the picture's size.
    side
        Longest side of the drawing in pixels; smaller images are enlarged to 256 px at most.

    Returns
    -------
    PIL image, mode RGB
    """
    drawing = np.array(scale_to_side(picture, side))
    labels_hw = labels_of_runs(scale_runs(runs, *drawing.shape[:2]))
    edges_hw = _find_edges(labels_hw)
    drawing[edges_hw] = COLOURS[(labels_hw[edges_hw] - 1) % len(COLOURS)]
    return PilImage.fromarray(drawing)


def _find_edges(labels_hw: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Pixels of objects with a neighbour, above, below or beside, that is not theirs."""
    across, down = labels_hw[:, 1:] != labels_hw[:, :-1], labels_hw[1:] != labels_hw[:-1]
    edges_hw = np.zeros(labels_hw.shape, np.bool_)
    edges_hw[:, 1:] |= across
    edges_hw[:, :-1] |= across
    edges_hw[1:] |= down
    edges_hw[:-1] |= down
    return edges_hw & (labels_hw > 0)
