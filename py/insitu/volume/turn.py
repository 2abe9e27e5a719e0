"""Turning slices so that the patient lies on the back, seen from the feet, as radiologists look at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..types import Place, Vector

_Value = TypeVar("_Value", bound=np.generic)
LEAST_AXIAL = 0.8
"""Least cosine between the normal of an axial slice and the axis from feet to head: a gantry tilts by 30 degrees."""


@dataclass(frozen=True)
class Turn:
    """Swap rows and columns first, then mirror."""

    swap: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    def apply(self, slice_hw: NDArray[_Value]) -> NDArray[_Value]:
        """(H, W), or (W, H) where rows and columns are swapped; contiguous."""
        turned: NDArray[Any] = slice_hw.T if self.swap else slice_hw
        if self.mirror_y:
            turned = turned[::-1]
        if self.mirror_x:
            turned = turned[:, ::-1]
        return np.ascontiguousarray(turned)

    def undo_box(
        self, box: tuple[float, float, float, float], side: float
    ) -> tuple[float, float, float, float]:
        """A box of the turned copy, `side` x `side`, in the copy as it was; x0, y0, x1, y1."""
        x0, y0, x1, y1 = box
        if self.mirror_x:
            x0, x1 = side - x1, side - x0
        if self.mirror_y:
            y0, y1 = side - y1, side - y0
        return (y0, x0, y1, x1) if self.swap else (x0, y0, x1, y1)


def find_turn(place: Place | None) -> Turn:
    """How an axial slice is turned; others, and those without a place, stay as they are."""
    return Turn() if place is None else _turn_of(place.along_row, place.along_column)


@lru_cache
def _turn_of(along_row: Vector, along_column: Vector) -> Turn:
    """Kept, because all slices of a series lie the same way."""
    if not is_axial(Place((0.0, 0.0, 0.0), along_row, along_column)):
        return Turn()
    swap = abs(along_row[0]) < abs(along_column[0])
    across, down = (along_column, along_row) if swap else (along_row, along_column)
    return Turn(swap, across[0] < 0, down[1] < 0)


def normal(place: Place) -> NDArray[np.float64]:
    """(3,) unit vector at right angles to a slice, along the axis that it lies next to (to the head, if axial)."""
    across = np.cross(np.asarray(place.along_row), np.asarray(place.along_column))
    return np.asarray(across * np.sign(across[np.argmax(np.abs(across))]))


def is_axial(place: Place) -> bool:
    """Whether the slice lies across the patient."""
    return bool(abs(normal(place)[2]) >= LEAST_AXIAL)
