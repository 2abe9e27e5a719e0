"""The shipped network on a large image, whole and in tiles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.coroutines import finish
from PIL import Image as PilImage

from insitu.objects.runs import labels_of_runs
from insitu.pack_types import SegmentRecipe
from insitu.packs import load_pack
from insitu.segmentation import segment
from insitu.types import Image, Stage

pytestmark = pytest.mark.cpython_only

FOLDER = Path(__file__).parents[2] / "models" / "nuclei"
SIDE_PX = 2048


async def go_on(stage: Stage, done: float = 0.0) -> None:
    """Never cancels."""


def mosaic() -> np.ndarray:
    """The drawn samples side by side, dark and bright ones in turn, (2048, 2048, 3)."""
    canvas = PilImage.new("RGB", (SIDE_PX, SIDE_PX))
    pictures = [PilImage.open(path).convert("RGB") for path in sorted((FOLDER / "samples").glob("*.png"))]
    y, number = 0, 0
    while y < SIDE_PX:
        x = lowest = 0
        while x < SIDE_PX:
            picture = pictures[number % len(pictures)]
            canvas.paste(picture, (x, y))
            x, lowest, number = x + picture.width, max(lowest, picture.height), number + 1
        y += lowest
    return np.asarray(canvas)


def test_a_mosaic_in_tiles_has_the_objects_of_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    from insitu.bridge import open_session

    pack = load_pack(FOLDER)
    recipe = pack.recipe_as(SegmentRecipe)
    image = Image(mosaic(), "png")
    found = {}
    for tile_px in (recipe.tiling.tile_px, 256, SIDE_PX):
        tiled = replace(pack, recipe=replace(recipe, tiling=replace(recipe.tiling, tile_px=tile_px)))
        result = finish(segment(image, tiled, open_session(pack), go_on, diameter_px=recipe.diameter_px))
        found[tile_px] = labels_of_runs(result.runs)
    whole = found.pop(SIDE_PX)
    for tile_px, labels in found.items():
        with capsys.disabled():
            print(
                f"\ntiles of {tile_px} px: {int((labels != whole).sum())} of {whole.size} label pixels differ"
            )
    assert whole.max() > 1000
    for labels in found.values():
        np.testing.assert_array_equal(labels, whole)
