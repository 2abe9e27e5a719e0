"""Logits to probabilities and a winning class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..analysis import Classification
from ..errors import PackInvalid
from ..pack_types import ClassifyRecipe, Pack


def classify(outputs: Mapping[str, NDArray[np.float32]], pack: Pack) -> Classification:
    """Read the outputs for one image.

    Parameters
    ----------
    outputs
        By name: logits (1, n) float32 and, where the pack has them, features (1, d).

    Raises
    ------
    PackInvalid
        The network gives no such output, not one logit a class, or a value that is not finite.
    """
    recipe = pack.recipe_as(ClassifyRecipe)
    logits = _one_row(outputs, recipe.logits_name)
    if logits.shape != (len(pack.classes),) or not np.isfinite(logits).all():
        raise PackInvalid(
            f"The network should give {len(pack.classes)} finite logits; it gave an array of shape {logits.shape}."
        )
    probabilities = _ACTIVATIONS[recipe.activation](logits.astype(np.float64) / recipe.temperature)
    features = None if pack.features_name is None else _one_row(outputs, pack.features_name)
    index = int(np.argmax(probabilities))
    return Classification(index, pack.classes[index].id, probabilities.astype(np.float32), features)


def _one_row(outputs: Mapping[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    if name not in outputs:
        raise PackInvalid(f"The network has no output {name!r}; it has {', '.join(outputs)}.")
    return outputs[name].reshape(-1)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """``exp(x_i) / sum_j exp(x_j)``, shifted by the largest logit against overflow."""
    exponentials = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum())


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """``1 / (1 + exp(-x))``, in the form that does not overflow."""
    return np.exp(-np.logaddexp(0.0, -logits))


_ACTIVATIONS = {"softmax": softmax, "sigmoid": sigmoid}
