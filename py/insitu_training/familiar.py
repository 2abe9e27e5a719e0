"""How the features of training images are spread: `training_features.json`, which `insitu.unlikeness` reads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from insitu.pack_types import FeatureStatistics
from insitu.unlikeness import distance

FILE = "training_features.json"
_DIGITS = 4
_DECIMALS = 4
"""Of the components, which make up nearly all of the file."""


def fit_statistics(
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    components: int,
    *,
    normalised: bool,
    weights: NDArray[np.float64] | None = None,
) -> FeatureStatistics:
    """A mean for each label and, around them, probabilistic principal components (Tipping and Bishop 1999).

    Parameters
    ----------
    features : (n, d) float32
    labels : (n,) int64
        From 0; all 0 for one mean.
    components
        Principal components; in the other directions the variance is taken as the same.
    weights : (n,) float64
        How much each counts; None for all alike.

    Returns
    -------
    FeatureStatistics
        Its limit is still 1.
    """
    values = features.astype(np.float64)
    if normalised:
        values = values / np.linalg.norm(values, axis=1, keepdims=True)
    counts = np.ones(len(values)) if weights is None else weights
    chosen = [labels == label for label in range(labels.max() + 1)]
    means = np.stack([np.average(values[one], axis=0, weights=counts[one]) for one in chosen])
    variances, directions = np.linalg.eigh(np.cov((values - means[labels]).T, aweights=counts))
    variances, directions = variances[::-1], directions[:, ::-1].T
    residual = float(variances[components:].mean())
    return rounded(
        FeatureStatistics(
            means, directions[:components], variances[:components], residual, normalised, limit=1.0
        )
    )


def with_limit(
    statistics: FeatureStatistics, usual: NDArray[np.floating], usual_share: float
) -> FeatureStatistics:
    """Set the limit so that `usual_share` of the distances `usual` (n,) lie within."""
    return rounded(replace(statistics, limit=float(np.quantile(usual, usual_share))))


def rounded(statistics: FeatureStatistics) -> FeatureStatistics:
    """As the file holds them."""
    return FeatureStatistics(
        means=_round(statistics.means),
        components=np.round(statistics.components, _DECIMALS),
        variances=_round(statistics.variances),
        residual_variance=float(_round(statistics.residual_variance)),
        normalised=statistics.normalised,
        limit=float(_round(statistics.limit)),
    )


def _round(value: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """To `_DIGITS` significant digits."""
    return np.asarray(np.vectorize(lambda one: float(f"{one:.{_DIGITS}g}"))(value))


def distances(features: NDArray[np.float32], statistics: FeatureStatistics) -> NDArray[np.float64]:
    """Of each of (n, d) features; (n,) float64, not yet in units of the limit."""
    return np.array([distance(one, statistics) for one in features])


def write_statistics(statistics: FeatureStatistics, path: Path) -> None:
    """As `insitu.packs` reads them."""
    values = {name: np.asarray(value).tolist() for name, value in vars(statistics).items()}
    path.write_text(json.dumps(values) + "\n", encoding="utf-8")
