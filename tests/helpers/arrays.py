"""Short names for arrays in tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def float32(values: Any) -> NDArray[np.float32]:
    """A list, nested or not, as a float32 array."""
    return np.asarray(values, dtype=np.float32)
