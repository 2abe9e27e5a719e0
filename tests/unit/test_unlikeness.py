from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from helpers.coroutines import finish
from helpers.objects import ReadingSession, draw_discs, segmenter_values
from helpers.packs import FixedSession, small_pack
from helpers.pictures import encoded, gradient

import insitu
from insitu.errors import PackInvalid
from insitu.pack_types import FeatureStatistics
from insitu.packs import parse_pack
from insitu.unlikeness import distance, measure_unlikeness

VALUES: dict[str, Any] = {
    "means": [[1.0, 1.0, 1.0, 1.0]],
    "components": [[1.0, 0.0, 0.0, 0.0], [0.0, 0.6, 0.8, 0.0]],
    "variances": [4.0, 0.25],
    "residual_variance": 0.01,
    "normalised": False,
    "limit": 2.0,
}


def test_the_distance_is_that_of_the_covariance_that_the_components_stand_for() -> None:
    statistics = parse_pack(segmenter_values(training_features=VALUES)).familiar
    assert isinstance(statistics, FeatureStatistics)
    along = statistics.components.T
    covariance = along @ np.diag(statistics.variances) @ along.T + 0.01 * (np.eye(4) - along @ along.T)
    features = np.array([2.0, 0.5, 1.25, 0.9], np.float32)
    deviation = features - statistics.means[0]
    expected = float(np.sqrt(deviation @ np.linalg.inv(covariance) @ deviation))
    assert distance(features, statistics) == pytest.approx(expected, rel=1e-12)
    assert measure_unlikeness(features, statistics) == pytest.approx(expected / 2, rel=1e-12)


def test_the_nearest_mean_counts() -> None:
    means = [[9.0, 9.0, 9.0, 9.0], VALUES["means"][0]]
    near, alone = (
        parse_pack(segmenter_values(training_features={**VALUES, "means": several})).familiar
        for several in (means, means[1:])
    )
    assert near is not None
    assert alone is not None
    features = np.array([2.0, 0.5, 1.25, 0.9], np.float32)
    assert distance(features, near) == distance(features, alone)
    assert distance(np.full(4, 9, np.float32), near) == 0


def test_normalised_features_have_a_direction_only() -> None:
    statistics = small_pack(
        training_features={**VALUES, "means": [[0.5, 0.5, 0.5, 0.5]], "normalised": True}
    ).familiar
    assert statistics is not None
    assert distance(np.full(4, 7, np.float32), statistics) == pytest.approx(0)
    features = np.array([3.0, 1.0, 0.0, 2.0], np.float32)
    assert distance(features, statistics) == pytest.approx(distance(9 * features, statistics), rel=1e-6)
    assert np.isfinite(distance(np.zeros(4, np.float32), statistics))


def test_an_image_says_how_unlike_the_training_images_it_is() -> None:
    pack = parse_pack(segmenter_values(training_features={**VALUES, "means": [[1.0, 1.0, 1.0, 1.4]]}))
    image = encoded(draw_discs(40, 40, [(20, 20, 5)]))
    assert finish(insitu.analyse(image, pack, ReadingSession())).unlikeness == pytest.approx(2.0)


def test_a_pack_without_statistics_cannot_tell() -> None:
    assert (
        finish(insitu.analyse(encoded(gradient()), small_pack(), FixedSession([1, 0, 0]))).unlikeness is None
    )


def test_packs_that_classify_can_tell_too() -> None:
    pack = small_pack(training_features={**VALUES, "means": [[4.0, 0.0, 0.0, 0.0]]})
    analysis = finish(insitu.analyse(encoded(gradient()), pack, FixedSession([1, 0, 0])))
    assert analysis.unlikeness == pytest.approx(1.0)


def test_statistics_of_another_network_are_refused() -> None:
    other = {**VALUES, "means": [[0.0, 0.0]], "components": [[1.0, 0.0], [0.0, 1.0]]}
    with pytest.raises(PackInvalid, match="gives 4 features; the pack knows the statistics of 2"):
        finish(
            insitu.analyse(encoded(gradient()), small_pack(training_features=other), FixedSession([1, 0, 0]))
        )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"means": [[1.0]]}, "shapes"),
        ({"components": [1.0, 2.0]}, "shapes"),
        ({"variances": [4.0]}, "shapes"),
        ({"variances": [[4.0], [0.25]]}, "shapes"),
        ({"variances": [4.0, 0.0]}, "no variance"),
        ({"variances": [4.0, float("inf")]}, "not finite"),
        ({"means": [[1.0, 1.0, 1.0, float("nan")]]}, "not finite"),
        ({"limit": 0}, "limit"),
        ({"residual_variance": -1}, "residual_variance"),
        ({"means": "none"}, "wrong one"),
    ],
)
def test_statistics_that_cannot_be_are_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(PackInvalid, match=reason):
        small_pack(training_features={**copy.deepcopy(VALUES), **change})


def test_a_statistic_that_is_missing_is_named() -> None:
    with pytest.raises(PackInvalid, match="components"):
        small_pack(training_features={key: value for key, value in VALUES.items() if key != "components"})
