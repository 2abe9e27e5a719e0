from __future__ import annotations

import numpy as np
import pytest
from helpers.arrays import float32
from helpers.packs import recipe_values, small_pack

from insitu.errors import PackInvalid
from insitu.postprocess.classify import classify


def outputs(*logits: float) -> dict[str, np.ndarray]:
    return {"logits": float32([logits]), "features": float32([[1, 2]])}


def test_softmax_gives_the_winner_and_its_score() -> None:
    result = classify(outputs(0, np.log(6), np.log(3)), small_pack())
    assert result.index == 1
    assert result.score == pytest.approx(0.6)
    np.testing.assert_allclose(result.probabilities, [0.1, 0.6, 0.3], rtol=1e-6)


def test_temperature_divides_the_logits() -> None:
    result = classify(outputs(0, 2 * np.log(6), 2 * np.log(3)), small_pack(**recipe_values(temperature=2.0)))
    np.testing.assert_allclose(result.probabilities, [0.1, 0.6, 0.3], rtol=1e-6)


def test_sigmoid_treats_classes_alone() -> None:
    result = classify(outputs(0, np.log(3), -1000), small_pack(**recipe_values(activation="sigmoid")))
    np.testing.assert_allclose(result.probabilities, [0.5, 0.75, 0], atol=1e-7)


def test_large_logits_do_not_overflow() -> None:
    result = classify(outputs(1000, 999, -1000), small_pack())
    assert np.isfinite(result.probabilities).all()
    assert result.probabilities.sum() == pytest.approx(1)


def test_features_come_along_where_the_pack_has_them() -> None:
    result = classify(outputs(1, 2, 3), small_pack())
    assert result.features is not None
    np.testing.assert_array_equal(result.features, [1, 2])
    assert classify(outputs(1, 2, 3), small_pack(outputs={"logits": "logits"})).features is None


def test_a_missing_output_is_named() -> None:
    with pytest.raises(PackInvalid, match="no output 'logits'; it has scores"):
        classify({"scores": float32([[1, 2, 3]])}, small_pack())


@pytest.mark.parametrize("logits", [(1, 2), (1, 2, np.nan), (1, np.inf, 2)])
def test_logits_that_are_too_few_or_not_finite_are_refused(logits: tuple[float, ...]) -> None:
    with pytest.raises(PackInvalid, match="3 finite logits"):
        classify(outputs(*logits), small_pack())
