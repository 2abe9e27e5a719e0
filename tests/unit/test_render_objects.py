from __future__ import annotations

import numpy as np

from insitu.objects.runs import runs_of_labels
from insitu.render_objects import COLOURS, render_objects
from insitu.types import Picture

BLACK = Picture(np.zeros((300, 400, 3), np.uint8))


def drawn(labels_hw: np.ndarray, side: int = 400) -> np.ndarray:
    return np.asarray(render_objects(BLACK, runs_of_labels(labels_hw), side))


def test_edges_have_the_object_s_colour_and_the_inside_is_the_image() -> None:
    labels = np.zeros((300, 400), np.int32)
    labels[50:100, 60:120], labels[50:100, 120:150] = 1, 2
    image = drawn(labels)
    np.testing.assert_array_equal(image[50, 60], COLOURS[0])
    np.testing.assert_array_equal(image[75, 119], COLOURS[0])
    np.testing.assert_array_equal(image[75, 120], COLOURS[1])
    np.testing.assert_array_equal(image[75, 80], 0)
    np.testing.assert_array_equal(image[49, 60], 0)


def test_the_drawing_is_as_large_as_asked() -> None:
    labels = np.zeros((300, 400), np.int32)
    labels[100:200, 100:200] = 1
    image = drawn(labels, 100)
    assert image.shape == (75, 100, 3)
    np.testing.assert_array_equal(image[25, 25], COLOURS[0])


def test_an_image_without_objects_is_drawn_as_it_is() -> None:
    assert not drawn(np.zeros((300, 400), np.int32)).any()
