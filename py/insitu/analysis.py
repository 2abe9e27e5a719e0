"""What an image gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from .flaws import Flaw
from .types import Extent, Selection, Spacing

if TYPE_CHECKING:  # engines that classify start without them
    from .objects.measure import Measurements
    from .objects.runs import Runs


@dataclass(frozen=True)
class Classification:
    """Probabilities in the order of the pack's classes, and the class that wins.

    Attributes
    ----------
    label : str
        Id of the class that wins.
    probabilities : (n,) float32
    features : (d,) float32 or None
        Activations of the penultimate layer, where the pack offers them.
    """

    index: int
    label: str
    probabilities: NDArray[np.float32]
    features: NDArray[np.float32] | None = None

    @property
    def score(self) -> float:
        return float(self.probabilities[self.index])


@dataclass(frozen=True)
class Segmentation:
    """Objects that were found, numbered 1 ... n in the order in which they first appear.

    Attributes
    ----------
    scores : (n,) float32
        Mean probability of each object's pixels; object 1 first.
    measurements
        Of each object, in all channels of the image.
    scale : float
        Pixels that the network saw per pixel of the image.
    diameter_px : float or None
        Median diameter of the circles with the objects' areas, in pixels of the image; None without objects.
    features : (d,) float32 or None
        Mean activations of the deepest layer, where the pack offers them.
    """

    runs: Runs
    scores: NDArray[np.float32]
    measurements: Measurements
    scale: float
    diameter_px: float | None
    features: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Analysis:
    """What one item gave.

    `dtype` is that of the decoded values, for example ``"uint16"``; `unlikeness` says how far the image lies from the
    training images (above 1: unlike them), where the pack can tell; `flaw` what it lacks to be classified; `drawing` is
    the result drawn over the image (mode RGB), where one was asked for.
    """

    name: str
    width: int
    height: int
    extent: Extent
    selection: Selection
    spacing: Spacing | None
    dtype: str
    result: Classification | Segmentation
    unlikeness: float | None = None
    flaw: Flaw | None = None
    drawing: PilImage.Image | None = None
