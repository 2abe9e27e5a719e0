"""What a network says of single slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import PackInvalid
from ..pack_types import LocateRecipe, Pack
from ..postprocess.section import logistic, to_chances
from ..prepare import normalise
from ..types import Session
from .frames import Frame


@dataclass(frozen=True)
class Looks:
    """Of each slice, in the order in which they were given; of their copies, that lie upright.

    Attributes
    ----------
    chances : (n, M, M) uint8
        Probability of each place, times 255 and rounded.
    presences : (n,) float32
        Probability that the slice shows the organ.
    """

    chances: NDArray[np.uint8]
    presences: NDArray[np.float32]


async def look_at(frames: Sequence[Frame], pack: Pack, session: Session, batch: int | None = None) -> Looks:
    """Run the network on slices, `batch` at a time (by default as many as the pack says).

    Raises
    ------
    PackInvalid
        It answers in another shape than the pack's task asks for.
    """
    recipe = pack.recipe_as(LocateRecipe)
    step = batch or recipe.batch
    parts = [
        await _look_at_batch(frames[first : first + step], pack, recipe, session)
        for first in range(0, len(frames), step)
    ]
    return join_looks(parts)


def join_looks(parts: Sequence[Looks]) -> Looks:
    """Several as one."""
    if not parts:
        return Looks(np.zeros((0, 1, 1), np.uint8), np.zeros(0, np.float32))
    return Looks(
        np.concatenate([part.chances for part in parts]), np.concatenate([part.presences for part in parts])
    )


async def _look_at_batch(
    frames: Sequence[Frame], pack: Pack, recipe: LocateRecipe, session: Session
) -> Looks:
    copies_hwn = np.moveaxis(np.stack([frame.hu_hw for frame in frames]), 0, 2)
    tensor_nchw = np.ascontiguousarray(normalise(copies_hwn, pack.operations)[:, np.newaxis])
    outputs = await session.run({pack.input_name: tensor_nchw})
    masks, presences = outputs.get(recipe.mask_name), outputs.get(recipe.presence_name)
    count = len(frames)
    if (
        masks is None
        or presences is None
        or masks.shape[:2] != (count, 1)
        or masks.ndim != 4
        or presences.shape != (count, 1)
    ):
        raise PackInvalid(
            f"The network should give a mask and a presence for each of {count} slices; it gave arrays of shapes "
            f"{', '.join(str(found.shape) for found in outputs.values())}."
        )
    return Looks(to_chances(masks[:, 0]), logistic(presences[:, 0]))
