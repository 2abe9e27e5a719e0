from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.lanes import in_lanes, is_of_bits


def among_zeros(value: int, place: int, dtype: type[np.generic]) -> NDArray[Any]:
    values_hw = np.zeros((3, 8), dtype)
    values_hw[1, place] = value
    return values_hw


@pytest.mark.parametrize("bits", [1, 8, 12, 14, 15])
@pytest.mark.parametrize("place", range(4))
def test_signed_and_unsigned_numbers_of_some_bits_are_told_from_larger_ones(bits: int, place: int) -> None:
    half, full = 1 << (bits - 1), 1 << bits
    for value in (0, 1, half - 1, half, full - 1, full, 32767):
        assert is_of_bits(among_zeros(value, place, np.uint16), bits) == (value < full)
        if value <= 32767:
            assert is_of_bits(among_zeros(value, place, np.int16), bits) == (value < half)
        assert is_of_bits(among_zeros(-value, place, np.int16), bits) == (value <= half)
    assert not is_of_bits(among_zeros(-32768, place, np.int16), bits)
    assert not is_of_bits(among_zeros(65535, place, np.uint16), bits)


@pytest.mark.parametrize(
    ("low", "high", "dtype", "bias"),
    [
        (0, 4095, np.int16, 0),
        (0, 4095, np.uint16, 0),
        (-1024, 1023, np.int16, 2048),
        (-2048, 2047, np.int16, 2048),
        (-2048, 2048, np.int16, None),
        (-2049, 2047, np.int16, None),
        (-32768, 32767, np.int16, None),
        (0, 4096, np.uint16, None),
        (32768, 65535, np.uint16, None),
    ],
)
def test_lanes_hold_the_values_and_a_bias(
    low: int, high: int, dtype: type[np.generic], bias: int | None
) -> None:
    values_hw = np.random.default_rng(1).integers(low, high, (6, 12), endpoint=True).astype(dtype)
    values_hw[2, 3:5] = low, high
    lanes = in_lanes(values_hw, 12)
    assert (lanes is None) == (bias is None)
    if lanes is not None:
        assert lanes[1] == bias
        np.testing.assert_array_equal(lanes[0].view(np.uint16).astype(np.int32) - lanes[1], values_hw)


@pytest.mark.parametrize(
    "values_hw",
    [
        np.zeros((4, 8), np.uint8),
        np.zeros((4, 8), np.int32),
        np.zeros((4, 8), ">i2"),
        np.zeros((4, 6), np.int16),
        np.zeros((0, 8), np.int16),
        np.zeros((4, 16), np.int16)[:, ::2],
    ],
)
def test_other_arrays_are_refused(values_hw: NDArray[Any]) -> None:
    assert in_lanes(values_hw, 12) is None
    assert not is_of_bits(values_hw, 12)
