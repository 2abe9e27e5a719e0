"""What readers say of planes in the same way."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import ImageCorrupt
from ..types import Samples, Selection

SAMPLES: Mapping[int, Samples] = {1: "grey", 2: "grey+alpha", 3: "rgb", 4: "rgb+alpha"}
"""What the last axis of a picture means, by its length."""


def find_plane(selection: Selection, frames: int, depth: int = 1) -> tuple[int, int]:
    """Frame and position in depth that are meant; raise unless a file of this extent has them."""
    z = depth // 2 if selection.z is None else selection.z
    if not 0 <= selection.frame < frames:
        raise ImageCorrupt(f"This file has no frame {selection.frame + 1}; it has {frames}.")
    if not 0 <= z < depth:
        raise ImageCorrupt(f"This file has no plane {z + 1} in depth; it has {depth}.")
    return selection.frame, z


def check_level(level: int | None, levels: int) -> None:
    """Raise unless a file of this many levels, one if it is no pyramid, has the one that is asked for."""
    if level is not None and not 0 <= level < levels:
        raise ImageCorrupt(f"This file has no level {level + 1}; it has {levels}.")
