"""How far an image lies from the images that a network was trained on.

Measured on the network's own features by the Mahalanobis distance (Lee et al. 2018 find images of other kinds that
way, as the distance to the nearest of the classes' means), with the covariance of probabilistic principal components
(Tipping and Bishop 1999), as training images are few. Where a pack wants it, features get length 1 first (Mueller and
Hein 2025).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .errors import PackInvalid
from .pack_types import FeatureStatistics


def measure_unlikeness(features: NDArray[np.float32], statistics: FeatureStatistics) -> float:
    """The distance of an image from the training images.

    Parameters
    ----------
    features : (d,) float32

    Returns
    -------
    float
        In units of the pack's limit: above 1 the image is unlike the training images.

    Raises
    ------
    PackInvalid
        The features are not those that the statistics are of.
    """
    given, known = features.size, statistics.means.shape[1]
    if given != known:
        raise PackInvalid(f"The network gives {given} features; the pack knows the statistics of {known}.")
    if not np.isfinite(features).all():
        raise PackInvalid("The network gives features that are not finite.")
    return distance(features, statistics) / statistics.limit


def distance(features: NDArray[np.float32], statistics: FeatureStatistics) -> float:
    """Mahalanobis distance to the nearest mean: along the components by their variance, else by that of all others."""
    values = features.astype(np.float64)
    length = math.sqrt(float(values @ values))
    if statistics.normalised and length > 0:
        values = values / length
    deviations = values - statistics.means
    along = deviations @ statistics.components.T
    aside = np.maximum(0.0, (deviations**2).sum(axis=1) - (along**2).sum(axis=1))
    squares = (along**2 / statistics.variances).sum(axis=1) + aside / statistics.residual_variance
    return math.sqrt(float(squares.min()))


def format_unlikeness(value: float) -> str:
    """Two decimals; a little more than 1 stays more than 1."""
    return f"{max(value, 1.01) if value > 1 else value:.2f}"
