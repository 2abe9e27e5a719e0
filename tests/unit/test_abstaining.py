"""What the trainings of packs share to decide when a class is accepted."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.cpython_only
abstaining = pytest.importorskip("insitu_training.abstaining", reason="trainings run under CPython only")
familiar = pytest.importorskip("insitu_training.familiar", reason="trainings run under CPython only")

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1], 400)
CENTRES = np.array([[4.0, 0, 0, 0, 0], [0, 4.0, 0, 0, 0]])
FEATURES = (CENTRES[LABELS] + RNG.normal(0, 1, (800, 5)) * [1, 1, 0.2, 0.2, 0.2]).astype(np.float32)
LOGITS = FEATURES[:, :2]


def test_auroc_counts_pairs_and_half_of_ties() -> None:
    usual, other = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0])
    pairs = [(a < b) + (a == b) / 2 for a in usual for b in other]
    assert abstaining.auroc(usual, other) == pytest.approx(np.mean(pairs))


def test_false_positives_are_those_within_the_limit_of_most_usual_images() -> None:
    usual = np.arange(100.0)
    assert abstaining.false_positive_rate(usual, np.array([0.0, 90.0, 95.0, 300.0])) == 0.5


def test_every_score_is_larger_far_from_the_classes() -> None:
    far = (RNG.normal(0, 1, (50, 5)) + np.array([-6, -6, 5, 5, 5])).astype(np.float32)
    known = abstaining.Known(FEATURES, LABELS)
    usual, other = abstaining.Outputs(FEATURES, LOGITS), abstaining.Outputs(far, far[:, :2])
    for name, score in abstaining.scores_to_compare(known, 2).items():
        if name != "winner's probability":
            assert abstaining.separate(score, usual, {"far": other})["far"].auroc > 0.99, name


def test_the_statistics_are_those_of_the_classes() -> None:
    statistics = familiar.fit_statistics(FEATURES, LABELS, 2, normalised=False)
    np.testing.assert_allclose(statistics.means, CENTRES, atol=0.15)
    np.testing.assert_allclose(np.sort(statistics.variances), [1, 1], atol=0.15)
    assert statistics.residual_variance == pytest.approx(0.04, abs=0.005)
    distances = familiar.distances(FEATURES, statistics)
    assert np.mean(distances**2) == pytest.approx(5, abs=0.3)
    limited = familiar.with_limit(statistics, distances, 0.9)
    assert (distances <= limited.limit).mean() == pytest.approx(0.9, abs=0.01)


def test_weights_count_as_often_as_they_say() -> None:
    weights = np.where(np.arange(800) % 4 == 0, 3.0, 1.0)
    repeated = np.repeat(np.arange(800), weights.astype(int))
    weighted = familiar.fit_statistics(FEATURES, LABELS, 2, normalised=False, weights=weights)
    several = familiar.fit_statistics(FEATURES[repeated], LABELS[repeated], 2, normalised=False)
    np.testing.assert_allclose(weighted.means, several.means, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(weighted.variances, several.variances, rtol=0.01)


def test_a_tally_counts_decisions_and_mistakes() -> None:
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [1, 0], [1, 0]], np.float32)
    unlikeness = np.array([0.5, 0.5, 0.5, 2.0, 0.5])
    flaws = [None, None, None, None, "blank"]
    found = abstaining.tally(probabilities, unlikeness, flaws, 0.7, np.array([1, 1, 0, 0, 0]))
    assert (found.images, found.accepted, found.uncertain, found.unlike, found.wrong) == (5, 2, 1, 2, 1)
    assert abstaining.tally(probabilities, unlikeness, flaws, 0.7).wrong is None


def test_limits_lie_below_the_training_pictures() -> None:
    pictures = [RNG.integers(0, 256, (16, 16, 3), dtype=np.uint8) for _ in range(50)]
    limits = abstaining.picture_limits(pictures, np.full(50, 60))
    assert limits.least_side_px == 30
    details = [abstaining.measure_detail(picture) for picture in pictures]
    assert limits.least_contrast < min(contrast for contrast, _ in details)
    assert limits.least_sharpness < min(sharpness for _, sharpness in details)
