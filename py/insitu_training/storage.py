"""How weights are stored; the arithmetic of the networks is float32 in each case."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Storage = Literal["float32", "float16", "int8"]
LARGEST = 127
_SCALE_BITS = 16
"""Of the mantissa of a scale: with few, 127 times a scale is exact, and stored weights are stored again as they are."""


def round_to_int8(weights: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights as whole multiples of one scale for each output channel.

    Parameters
    ----------
    weights : (outputs, ...) of floats

    Returns
    -------
    multiples : (outputs, ...) int8
        From -127 to 127.
    scales : (outputs,) float32
    """
    largest = np.abs(weights.astype(np.float64)).reshape(len(weights), -1).max(axis=1) / LARGEST
    mantissas, exponents = np.frexp(np.where(largest > 0, largest, 1.0))
    scales = np.ldexp(np.ceil(mantissas * 2**_SCALE_BITS) / 2**_SCALE_BITS, exponents).astype(np.float32)
    multiples = np.rint(weights / _along_outputs(scales, weights)).astype(np.int8)
    return multiples, scales


def restore(multiples: NDArray[np.int8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights that `round_to_int8` stored; exact in float32."""
    return multiples.astype(np.float32) * _along_outputs(scales, multiples)


def _along_outputs(scales: NDArray[np.float32], weights: NDArray[Any]) -> NDArray[np.float32]:
    return scales.reshape(-1, *[1] * (weights.ndim - 1))
