"""What readers say of a plane's place in the patient in the same way."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..types import Place, Vector

_TOLERATED = 1e-2
"""Of the cosine between rows and columns: files write directions with few digits."""


def make_place(
    position: Sequence[float], along_row: Sequence[float], along_column: Sequence[float]
) -> Place | None:
    """See `Place`; directions of any length. None where they are no directions or make no right angle."""
    row, column = _unit(along_row), _unit(along_column)
    if row is None or column is None or not all(math.isfinite(number) for number in position):
        return None
    if abs(sum(one * other for one, other in zip(row, column, strict=True))) > _TOLERATED:
        return None
    return Place(_vector(position), row, column)


def _unit(values: Sequence[float]) -> Vector | None:
    length = math.hypot(*values)
    if not 0 < length < math.inf:
        return None
    return _vector([value / length for value in values])


def _vector(values: Sequence[float]) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
