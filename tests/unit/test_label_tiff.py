from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import tifffile

from insitu.decode import decode
from insitu.encode import label_tiff
from insitu.encode.label_tiff import encode_label_tiff
from insitu.errors import ImageUnsupported
from insitu.objects.runs import runs_of_labels
from insitu.types import Spacing

LABELS = np.arange(7 * 11).reshape(7, 11) % 5


def encoded(labels_hw: Any, spacing: Spacing | None = None) -> bytes:
    return encode_label_tiff(runs_of_labels(np.array(labels_hw)), spacing)


def read(data: bytes) -> np.ndarray:
    return np.asarray(tifffile.imread(io.BytesIO(data)))


def test_labels_come_back_exactly() -> None:
    labels_hw = read(encoded(LABELS))
    assert labels_hw.dtype == np.uint16
    np.testing.assert_array_equal(labels_hw, LABELS)


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_the_last_strip_may_have_fewer_rows(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_tiff, "_STRIP_BYTES", rows * 4 * 11)
    data = encoded(LABELS)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert file.pages.first.tags.valueof("RowsPerStrip") == rows
        assert len(file.pages.first.dataoffsets) == -(-7 // rows)
    np.testing.assert_array_equal(read(data), LABELS)


@pytest.mark.parametrize("highest", [65_536, 70_001, 2**24])
def test_more_objects_than_16_bits_hold_are_exact_too(highest: int) -> None:
    expected = np.array([[0, 1, highest], [highest - 1, 65_535, 0]])
    labels_hw = read(encoded(expected))
    assert labels_hw.dtype == np.float32
    np.testing.assert_array_equal(labels_hw, expected)


def test_65535_objects_are_whole_numbers() -> None:
    assert read(encoded([[65_535]])).dtype == np.uint16


def test_more_objects_than_single_precision_holds_are_refused() -> None:
    with pytest.raises(ImageUnsupported, match="16777217"):
        encoded([[2**24 + 1]])


@pytest.mark.parametrize(
    ("spacing", "expected"),
    [
        (Spacing(0.2271, 0.31, "um"), (0.2271, 0.31)),
        (Spacing(0.0005, 0.00025, "mm"), (0.5, 0.25)),
        (Spacing(12.5, 12.5, "um", 3.0), (12.5, 12.5)),
    ],
)
def test_the_size_of_a_pixel_is_that_of_imagej(spacing: Spacing, expected: tuple[float, float]) -> None:
    data = encoded(LABELS, spacing)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        metadata, tags = file.imagej_metadata, file.pages.first.tags
        assert metadata is not None and metadata["unit"] == "micron"
        assert tags.valueof("ResolutionUnit") == 1  # none: the description names it
    image = decode(data)
    assert image.spacing is not None and image.spacing.unit == "um"
    # Resolutions are fractions of 32 bits.
    assert (image.spacing.x, image.spacing.y) == pytest.approx(expected, rel=1e-8)


def test_no_size_is_made_up() -> None:
    data = encoded(LABELS)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert "unit" not in (file.imagej_metadata or {})
    assert decode(data).spacing is None


def test_the_highest_label_is_shown_white() -> None:
    with tifffile.TiffFile(io.BytesIO(encoded(LABELS))) as file:
        metadata = file.imagej_metadata
        assert metadata is not None
        assert (metadata["min"], metadata["max"]) == (0.0, 4.0)


def test_an_image_without_objects_is_black() -> None:
    np.testing.assert_array_equal(read(encoded(np.zeros((3, 5), int))), np.zeros((3, 5)))


@pytest.mark.parametrize("shape", [(1, 1), (1, 70), (70, 1)])
def test_lines_of_pixels_stay_so(shape: tuple[int, int]) -> None:
    labels_hw = np.arange(1, shape[0] * shape[1] + 1).reshape(shape)
    np.testing.assert_array_equal(read(encoded(labels_hw)), labels_hw)


def test_the_file_is_the_same_each_time() -> None:
    spacing = Spacing(0.5, 0.5, "um")
    assert encoded(LABELS, spacing) == encoded(LABELS, spacing)
