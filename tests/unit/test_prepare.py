from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.arrays import float32
from helpers.pictures import gradient
from numpy.typing import NDArray
from PIL import Image as PilImage

from insitu.errors import PackInvalid
from insitu.pack_types import Geometry, Operation
from insitu.prepare import normalise, prepare, resample
from insitu.types import Picture

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def apply(name: str, image: NDArray[Any], **kwargs: Any) -> NDArray[np.float32]:
    return normalise(image, [Operation(name, kwargs)])


def pixels(*values: float) -> NDArray[np.float32]:
    """One row, one channel."""
    return np.asarray(values, dtype=np.float32).reshape(1, -1, 1)


def test_stretch_ignores_the_aspect_ratio() -> None:
    scaled = resample(gradient(20, 10), Geometry("stretch", 7, 9, "bilinear"))
    expected = PilImage.fromarray(gradient(20, 10)).resize((7, 9), PilImage.Resampling.BILINEAR)
    np.testing.assert_array_equal(scaled, np.asarray(expected))


def test_crop_keeps_the_centre_of_the_longer_side() -> None:
    wide = np.zeros((4, 12, 3), np.uint8)
    wide[:, 4:8] = 200
    cropped = resample(wide, Geometry("crop", 4, 4, "nearest", shorter_side=4))
    assert cropped.shape == (4, 4, 3)
    assert (cropped == 200).all()


def test_crop_rounds_the_longer_side_down_as_torchvision_does() -> None:
    image = gradient(363, 360)
    cropped = resample(image, Geometry("crop", 128, 128, "bicubic", shorter_side=128))
    scaled = PilImage.fromarray(image).resize((129, 128), PilImage.Resampling.BICUBIC)
    np.testing.assert_array_equal(cropped, np.asarray(scaled)[:, 0:128])


def test_crop_may_scale_to_more_than_it_keeps() -> None:
    image = gradient(300, 200)
    cropped = resample(image, Geometry("crop", 224, 224, "bilinear", shorter_side=256))
    scaled = PilImage.fromarray(image).resize((384, 256), PilImage.Resampling.BILINEAR)
    np.testing.assert_array_equal(cropped, np.asarray(scaled)[16:240, 80:304])


def test_a_reducing_gap_is_pillows() -> None:
    image = gradient(400, 300)
    scaled = resample(image, Geometry("stretch", 20, 20, "bicubic", reducing_gap=2.0))
    expected = PilImage.fromarray(image).resize((20, 20), PilImage.Resampling.BICUBIC, reducing_gap=2.0)
    np.testing.assert_array_equal(scaled, np.asarray(expected))


def test_letterbox_pads_the_shorter_side() -> None:
    tall = np.full((20, 10, 3), 90, np.uint8)
    boxed = resample(tall, Geometry("letterbox", 8, 8, "bilinear", pad=7))
    np.testing.assert_array_equal(boxed[0, :, 0], [7, 7, 90, 90, 90, 90, 7, 7])


def test_a_very_flat_image_still_fills_one_row() -> None:
    flat = np.full((1, 400, 3), 90, np.uint8)
    boxed = resample(flat, Geometry("letterbox", 8, 8, "bilinear"))
    assert (boxed[:, :, 0] == 90).any(axis=1).sum() == 1


def test_prepare_gives_one_contiguous_float32_sample() -> None:
    tensor = prepare(Picture(gradient()), Geometry("stretch", 5, 4, "bicubic"), [])
    assert tensor.shape == (1, 3, 4, 5)
    assert tensor.dtype == np.float32
    assert tensor.flags.c_contiguous


def test_channels_come_first_in_their_order() -> None:
    image = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    np.testing.assert_array_equal(normalise(image, [])[:, 0, :], [[0, 3], [1, 4], [2, 5]])


def test_imagenet_normalisation_equals_the_textbook_for_every_byte() -> None:
    every_byte = np.repeat(np.arange(256, dtype=np.uint8).reshape(1, 256, 1), 3, axis=2)
    tensor = normalise(
        every_byte,
        [
            Operation("ensure_dtype", {"dtype": "float32"}),
            Operation("scale_linear", {"gain": 1 / 255}),
            Operation("fixed_zero_mean_unit_variance", {"mean": MEAN, "std": STD, "axis": "channel"}),
        ],
    )
    textbook = (np.arange(256, dtype=np.float64) / 255 - np.array(MEAN)[:, None]) / np.array(STD)[:, None]
    # float32 has 24 bits: three roundings of values up to 2.7 stay below 1e-6
    assert np.abs(tensor[:, 0] - textbook).max() < 1e-6


def test_a_gain_of_one_over_255_divides() -> None:
    every_byte = np.arange(256, dtype=np.float32).reshape(1, 256, 1)
    scaled = apply("scale_linear", every_byte, gain=1 / 255)
    np.testing.assert_array_equal(scaled[0, 0], np.arange(256, dtype=np.float32) / np.float32(255))


def test_another_gain_multiplies_and_offset_is_added() -> None:
    scaled = apply("scale_linear", pixels(1, 2), gain=0.3, offset=-1.0)
    np.testing.assert_array_equal(scaled[0, 0], float32([1, 2]) * np.float32(0.3) + np.float32(-1))


def test_binarize_is_strictly_above_the_threshold() -> None:
    np.testing.assert_array_equal(apply("binarize", pixels(1, 2, 3), threshold=2)[0, 0], [0, 0, 1])


def test_clip_takes_values_or_percentiles() -> None:
    np.testing.assert_array_equal(apply("clip", pixels(-5, 3, 9), min=0, max=5)[0, 0], [0, 3, 5])
    hundred = pixels(*range(101))
    clipped = apply("clip", hundred, min_percentile=10, max_percentile=90)
    assert (clipped.min(), clipped.max()) == (10, 90)


def test_sigmoid_and_softmax() -> None:
    np.testing.assert_allclose(apply("sigmoid", pixels(0, np.log(3)))[0, 0], [0.5, 0.75], rtol=1e-6)
    two_channels = np.log(np.array([[[1.0, 3.0]]], dtype=np.float32))
    np.testing.assert_allclose(apply("softmax", two_channels)[:, 0, 0], [0.25, 0.75], rtol=1e-6)


def test_zero_mean_unit_variance_per_image_and_per_channel() -> None:
    image = np.stack([np.array([[0.0, 2.0]]), np.array([[10.0, 30.0]])], axis=-1)
    together = apply("zero_mean_unit_variance", image)
    assert abs(float(together.mean())) < 1e-6
    apart = apply("zero_mean_unit_variance", image, axes=["y", "x"])
    np.testing.assert_allclose(apart[:, 0], [[-1, 1], [-1, 1]], rtol=1e-5)


def test_scale_range_maps_percentiles_to_0_and_1() -> None:
    scaled = apply("scale_range", pixels(*range(101)), min_percentile=10, max_percentile=90)
    np.testing.assert_allclose(scaled[0, 0, [10, 50, 90]], [0, 0.5, 1], atol=1e-6)


def test_sums_run_in_order_so_that_processors_agree() -> None:
    values = np.random.default_rng(3).normal(size=10_007)
    total = 0.0
    for value in values:
        total += float(value)
    from insitu.prepare import _ordered_sum

    assert _ordered_sum(values.reshape(1, -1))[0] == total


def test_an_unknown_operation_is_named() -> None:
    with pytest.raises(PackInvalid, match="'sharpen' is not known"):
        apply("sharpen", pixels(1))
