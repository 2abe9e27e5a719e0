from __future__ import annotations

import numpy as np
import pytest

from insitu.statistics import percentiles

RANKS = (0.0, 0.1, 1.0, 33.3, 50.0, 99.8, 100.0)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1), (5, 7, 3), (200, 301, 1)])
def test_percentiles_are_those_of_numpy(dtype: str, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).integers(0, 250, shape).astype(dtype)
    np.testing.assert_allclose(percentiles(values, RANKS), np.percentile(values, RANKS), rtol=1e-12)


def test_values_are_counted_in_parts() -> None:
    values = np.zeros((3000, 3000), np.uint16)
    values[-1, -1] = 65535
    assert percentiles(values, (50.0, 100.0)) == (0.0, 65535.0)
