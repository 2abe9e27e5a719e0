from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.arrays import float32
from helpers.packs import small_pack
from PIL import Image as PilImage

from insitu.encode.png import encode_png
from insitu.render import render_overlay
from insitu.types import Picture

WHITE = Picture(np.full((300, 200, 3), 255, np.uint8))
ORANGE = (0xE6, 0x9F, 0x00)
SURE, UNSURE = float32([1.0, 0, 0]), float32([0.4, 0.3, 0.3])


def drawn(probabilities: np.ndarray, image: Picture = WHITE, side: int = 150) -> np.ndarray:
    return np.asarray(render_overlay(image, probabilities, small_pack(), side))


def test_the_longest_side_is_as_asked() -> None:
    assert drawn(SURE).shape == (150, 100, 3)


def test_a_small_image_is_enlarged_no_further_than_256() -> None:
    tiny = Picture(np.zeros((10, 20, 3), np.uint8))
    assert drawn(SURE, tiny, 1024).shape == (128, 256, 3)
    assert drawn(SURE, tiny, 100).shape == (50, 100, 3)


def test_the_frame_has_the_colour_of_the_class_when_it_is_certain() -> None:
    np.testing.assert_array_equal(drawn(SURE)[100, 0], ORANGE)


def test_the_frame_fades_with_the_probability() -> None:
    distance = np.abs(drawn(UNSURE)[100, 0].astype(int) - ORANGE).sum()
    assert distance > 100


def test_the_bar_is_as_long_as_the_probability() -> None:
    def bar_px(probabilities: np.ndarray) -> int:
        inside = drawn(probabilities, side=300)[200:-8, 8:-8].astype(int)  # the strip without the frame
        return int((np.abs(inside - ORANGE).sum(axis=-1) < 10).sum(axis=1).max())

    assert bar_px(SURE) / bar_px(float32([0.5, 0.5, 0])) == pytest.approx(2, rel=0.15)


def test_the_badge_differs_by_letter_not_by_colour_alone() -> None:
    first, third = drawn(float32([1, 0, 0])), drawn(float32([0, 0, 1]))
    badge = (slice(4, 20), slice(4, 20))
    dark = [(picture[badge].sum(axis=-1) < 150) for picture in (first, third)]
    assert (dark[0] != dark[1]).any()


def test_the_image_itself_stays_visible() -> None:
    np.testing.assert_array_equal(drawn(SURE)[75, 50], (255, 255, 255))


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_odd_shapes_are_drawn(shape: tuple[int, int]) -> None:
    picture = drawn(SURE, Picture(np.zeros((*shape, 3), np.uint8)))
    assert max(picture.shape[:2]) == 150


def test_png_comes_back_exactly() -> None:
    picture = render_overlay(WHITE, SURE, small_pack(), 150)
    again = PilImage.open(io.BytesIO(encode_png(picture)))
    np.testing.assert_array_equal(np.asarray(again), np.asarray(picture))
