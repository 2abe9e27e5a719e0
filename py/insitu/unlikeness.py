"""How far an image lies from the images that a network was trained on.

Measured on the network's own features by the Mahalanobis distance (Lee et al. 2018 find images of other kinds that
way), with the covariance of probabilistic principal components (Tipping and Bishop 1999), as training images are few.
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
    given, known = features.size, statistics.mean.size
    if given != known:
        raise PackInvalid(f"The network gives {given} features; the pack knows the statistics of {known}.")
    if not np.isfinite(features).all():
        raise PackInvalid("The network gives features that are not finite.")
    return distance(features, statistics) / statistics.limit


def distance(features: NDArray[np.float32], statistics: FeatureStatistics) -> float:
    """Mahalanobis distance: along the k principal components by their variance, else by that of all others."""
    deviation = features.astype(np.float64) - statistics.mean
    along = statistics.components @ deviation
    aside = max(0.0, float(deviation @ deviation - along @ along))
    return math.sqrt(float((along**2 / statistics.variances).sum()) + aside / statistics.residual_variance)
