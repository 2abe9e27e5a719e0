"""What readers say of planes in the same way."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import ImageCorrupt
from ..types import Samples, Selection

SAMPLES: Mapping[int, Samples] = {1: "grey", 2: "grey+alpha", 3: "rgb", 4: "rgb+alpha"}
"""What the last axis of a picture means, by its length."""


def check_plane(selection: Selection, frames: int, z: int = 1) -> None:
    """Raise unless a file of `frames` frames of `z` planes holds the plane that is asked for."""
    if not 0 <= selection.frame < frames:
        raise ImageCorrupt(f"This file has no frame {selection.frame + 1}; it has {frames}.")
    if not 0 <= selection.z < z:
        raise ImageCorrupt(f"This file has no plane {selection.z + 1} in depth; it has {z}.")
