"""How well a score tells images of other kinds from those of the classes, and which score to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insitu.decision import decide
from insitu.flaws import Flaw, measure_detail
from insitu.pack_types import PictureLimits

from .card import table
from .familiar import distances, fit_statistics

NEIGHBOURS = 5
_LEAST_SHARE = 0.002
_MOST_SIDE_PX = 64
Features = NDArray[np.float32]
Distances = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """Training images: features (n, d) and labels (n,), and how much each counts, (n,); None for all alike."""

    features: Features
    labels: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Outputs:
    """What the network says of images: features (n, d) and logits (n, c)."""

    features: Features
    logits: NDArray[np.float32]


Score = Callable[[Features, NDArray[np.float32]], Distances]
"""Of features (n, d) and logits (n, c): large for images unlike the training images, (n,)."""


def mahalanobis(known: Known, components: int, *, normalised: bool, by_class: bool) -> Score:
    """Distance to the nearest mean (Lee et al. 2018; with `normalised` Mueller and Hein 2025)."""
    labels = known.labels if by_class else np.zeros_like(known.labels)
    statistics = fit_statistics(
        known.features, labels, components, normalised=normalised, weights=known.weights
    )
    return lambda features, _: distances(features, statistics)


def nearest(known: Known) -> Score:
    """One minus the cosine to the k-th nearest training image (Sun et al. 2022)."""
    directions = _directions(known.features)

    def score(features: Features, _: NDArray[np.float32]) -> Distances:
        return 1 - np.sort(_directions(features) @ directions.T, axis=1)[:, -NEIGHBOURS].astype(np.float64)

    return score


def energy(_: Features, logits: NDArray[np.float32]) -> Distances:
    """Minus the logarithm of the sum of exponentials (Liu et al. 2020)."""
    return -np.logaddexp.reduce(logits.astype(np.float64), axis=1)


def improbability(_: Features, logits: NDArray[np.float32]) -> Distances:
    """One minus the probability of the winner (Hendrycks and Gimpel 2017)."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    return np.asarray(1 - 1 / np.exp(shifted).sum(axis=1))


def scores_to_compare(known: Known, components: int) -> Mapping[str, Score]:
    """Ways to score, by name, each fitted on the same training images."""
    return {
        "winner's probability": improbability,
        "energy": energy,
        f"{NEIGHBOURS}th nearest neighbour": nearest(known),
        "Mahalanobis, one mean": mahalanobis(known, components, normalised=False, by_class=False),
        "Mahalanobis": mahalanobis(known, components, normalised=False, by_class=True),
        "Mahalanobis, length 1": mahalanobis(known, components, normalised=True, by_class=True),
    }


def auroc(usual: Distances, other: Distances) -> float:
    """How often an image of another kind scores above a usual one; ties count half (Mann and Whitney 1947)."""
    ordered = np.sort(usual)
    below = np.searchsorted(ordered, other, "left") + np.searchsorted(ordered, other, "right")
    return float(below.mean() / 2 / len(usual))


def false_positive_rate(usual: Distances, other: Distances, true_positive_rate: float = 0.95) -> float:
    """Part of other images that pass the limit which `true_positive_rate` of the usual images pass."""
    return float((other <= np.quantile(usual, true_positive_rate)).mean())


def _directions(features: Features) -> Features:
    return np.asarray(features / np.linalg.norm(features, axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Separation:
    """How well a score tells one set of other images from usual ones."""

    auroc: float
    fpr95: float


def separate(score: Score, usual: Outputs, others: Mapping[str, Outputs]) -> dict[str, Separation]:
    """By set of other images."""
    known = score(usual.features, usual.logits)
    found = {name: score(one.features, one.logits) for name, one in others.items()}
    return {
        name: Separation(auroc(known, values), false_positive_rate(known, values))
        for name, values in found.items()
    }


def mean_separation(parts: Sequence[Mapping[str, Separation]]) -> dict[str, Separation]:
    """Over folds of a cross-validation."""
    return {
        name: Separation(
            float(np.mean([part[name].auroc for part in parts])),
            float(np.mean([part[name].fpr95 for part in parts])),
        )
        for name in parts[0]
    }


@dataclass(frozen=True)
class Tally:
    """What becomes of a set of images; `wrong` of the accepted ones are of another class, None where all are."""

    images: int
    accepted: int
    uncertain: int
    unlike: int
    wrong: int | None


def tally(
    probabilities: NDArray[np.float32],
    unlikeness: Distances,
    flaws: Sequence[Flaw | None],
    threshold: float,
    labels: NDArray[np.int64] | None = None,
) -> Tally:
    """Decide on each of n images; `labels` (n,) are None for images of no class."""
    decided = [
        decide(each, float(how_unlike), flaw, threshold).state
        for each, how_unlike, flaw in zip(probabilities, unlikeness, flaws, strict=True)
    ]
    accepted = np.array([state == "accepted" for state in decided])
    wrong = None if labels is None else int((accepted & (probabilities.argmax(axis=1) != labels)).sum())
    return Tally(
        len(decided), int(accepted.sum()), decided.count("uncertain"), decided.count("unlike"), wrong
    )


def separation_table(scores: Mapping[str, Mapping[str, Separation]]) -> str:
    """A row a score, a column a set: AUROC, and in brackets the false-positive rate at 95 % true positives."""
    sets = list(next(iter(scores.values())))
    rows = [
        [name, *(f"{found[one].auroc:.3f} ({found[one].fpr95:.1%})" for one in sets)]
        for name, found in scores.items()
    ]
    return table(["AUROC (false positives at 95 % true positives)", *sets], rows)


def tally_table(tallies: Mapping[str, Tally]) -> str:
    """A row a set of images."""
    rows = [
        [
            name,
            str(one.images),
            *(f"{count / one.images:.1%}" for count in (one.accepted, one.uncertain, one.unlike)),
            "-" if one.wrong is None else f"{one.wrong / max(one.accepted, 1):.1%}",
        ]
        for name, one in tallies.items()
    ]
    return table(["images", "n", "accepted", "uncertain", "unlike", "wrong among accepted"], rows)


def picture_limits(fitted: Sequence[NDArray[np.uint8]], shorter_sides: NDArray[np.int64]) -> PictureLimits:
    """Limits that lie below nearly all training pictures, given as the network gets them, (h, w, 3) uint8."""
    details = np.array([measure_detail(picture) for picture in fitted])
    contrast, sharpness = np.quantile(details, _LEAST_SHARE, axis=0)
    side = max(1, min(_MOST_SIDE_PX, int(shorter_sides.min()) // 2))
    return PictureLimits(side, round(float(contrast) / 2, 2), round(0.85 * float(sharpness), 4))
