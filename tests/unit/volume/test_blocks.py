from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.volume.blocks import block_means


def exact_means(values_hw: NDArray[Any], block: int, slope: int, intercept: int) -> NDArray[np.int16]:
    """By the definition, in Python's own numbers."""
    height, width = values_hw.shape
    rows = []
    for y in range(0, height // block * block, block):
        row = []
        for x in range(0, width // block * block, block):
            total = sum(int(one) for one in values_hw[y : y + block, x : x + block].ravel())
            mean = Fraction(slope * total, block * block) + intercept
            row.append(min(max(floor(mean + Fraction(1, 2)), -32768), 32767))
        rows.append(row)
    return np.array(rows, np.int16).reshape(height // block, width // block)


def drawn(low: int, high: int, dtype: type, shape: tuple[int, int] = (24, 32)) -> NDArray[Any]:
    return np.random.default_rng(abs(low) + high).integers(low, high, shape, endpoint=True).astype(dtype)


@pytest.mark.parametrize("block", [1, 2, 3, 4, 5, 8])
@pytest.mark.parametrize(
    "values_hw",
    [
        drawn(0, 4095, np.int16),
        drawn(-1024, 3071, np.int16),
        drawn(-3024, 3071, np.int16),
        drawn(-8192, 8191, np.int16),
        drawn(-8193, 8191, np.int16),
        drawn(-8192, 8192, np.int16),
        drawn(-32768, 32767, np.int16),
        drawn(0, 16383, np.uint16),
        drawn(0, 16384, np.uint16),
        drawn(0, 65535, np.uint16),
        drawn(0, 255, np.uint8),
        drawn(-(2**31), 2**31 - 1, np.int32),
    ],
    ids=lambda values: f"{values.dtype} {values.min()}...{values.max()}",
)
def test_means_are_exact_whatever_the_values(values_hw: NDArray[Any], block: int) -> None:
    for slope, intercept in ((1, 0), (1, -1024), (-2, 7), (1000, -100_000)):
        np.testing.assert_array_equal(
            block_means(values_hw, block, slope, intercept),
            exact_means(values_hw, block, slope, intercept),
        )


@pytest.mark.parametrize("value", [-32768, -8193, -8192, -1, 0, 8191, 16383, 16384, 32767])
@pytest.mark.parametrize("place", range(4))
def test_one_value_among_others_moves_its_own_block_only(value: int, place: int) -> None:
    values_hw = np.full((4, 16), -1000, np.int16)
    values_hw[2, 4 + place] = value
    np.testing.assert_array_equal(block_means(values_hw, 4), exact_means(values_hw, 4, 1, 0))


@pytest.mark.parametrize("at", range(0, 8, 2))
def test_values_may_lie_anywhere_in_a_file(at: int) -> None:
    values_hw = drawn(-1024, 3071, np.int16)
    data = bytes(at) + values_hw.tobytes()
    found = np.frombuffer(data, np.int16, offset=at).reshape(values_hw.shape)
    np.testing.assert_array_equal(block_means(found, 4), block_means(values_hw, 4))


@pytest.mark.parametrize(
    "values_hw",
    [
        drawn(-1024, 3071, np.int16)[:, ::-1],
        drawn(-1024, 3071, np.int16).T,
        drawn(-1024, 3071, np.int16).astype(">i2"),
        drawn(-1024, 3071, np.int16, (11, 30)),
        drawn(-1024, 3071, np.int16, (3, 32)),
        np.zeros((0, 0), np.int16),
    ],
)
def test_arrays_of_any_order_and_size_are_averaged(values_hw: NDArray[Any]) -> None:
    np.testing.assert_array_equal(block_means(values_hw, 4), exact_means(values_hw, 4, 1, 0))


def test_what_is_given_stays_as_it_is() -> None:
    values_hw = drawn(-1024, 3071, np.int16)
    before = values_hw.copy()
    block_means(values_hw, 4)
    np.testing.assert_array_equal(values_hw, before)
