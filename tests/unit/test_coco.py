from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from insitu.encode import coco
from insitu.encode.coco import CocoImage, encode_coco
from insitu.objects.runs import runs_of_labels


def dataset(*images: Any, **options: Any) -> dict[str, Any]:
    entries = [
        CocoImage(f"{place}.png", runs_of_labels(np.array(image))) for place, image in enumerate(images)
    ]
    found: dict[str, Any] = json.loads(b"".join(encode_coco(entries, **options)).decode("ascii"))
    return found


def counts(labels_hw: Any) -> str:
    """Of the only object."""
    (annotation,) = dataset(labels_hw)["annotations"]
    text: str = annotation["segmentation"]["counts"]
    return text


def decoded(text: str, size: list[int]) -> np.ndarray:
    """The mask, read as ``rleFrString`` of the COCO API does."""
    numbers: list[int] = []
    place = 0
    while place < len(text):
        number, shift, more = 0, 0, True
        while more:
            character = ord(text[place]) - 48
            number |= (character & 31) << shift
            more = bool(character & 32)
            place, shift = place + 1, shift + 5
            if not more and character & 16:
                number -= 1 << shift
        numbers.append(number + numbers[-2] if len(numbers) > 2 else number)
    flat = np.repeat(np.arange(len(numbers)) % 2, numbers)
    return flat.reshape(size[::-1]).T


def test_a_dataset_has_images_categories_and_annotations() -> None:
    found = dataset([[0, 1, 1], [0, 0, 1]], category="cell")
    assert found["images"] == [{"id": 1, "file_name": "0.png", "width": 3, "height": 2}]
    assert found["categories"] == [{"id": 1, "name": "cell", "supercategory": ""}]
    assert found["annotations"] == [
        {
            "id": 1,
            "image_id": 1,
            "category_id": 1,
            "iscrowd": 0,
            "area": 3,
            "bbox": [1, 0, 2, 2],
            "segmentation": {"size": [2, 3], "counts": "2111"},
        }
    ]


@pytest.mark.parametrize(
    ("labels_hw", "expected"),
    [
        ([[0, 0, 0], [0, 1, 0], [0, 0, 0]], "414"),
        (np.ones((3, 3), int), "09"),
        ([[1]], "01"),
        ([[0, 1]], "11"),
        ([[1, 0]], "011"),
        (np.eye(4, 5, dtype=int)[:1], "014"),
        (np.ones((4, 4), int), "0`0"),  # 16 would read as -16 in one group
        (np.ones((8, 4), int), "0P1"),  # 32 is 0 + 1 * 32
        ([[0], [0], [0], [0], [1], [0], [1]], "4110"),  # the fourth is 1 - 1
        ([[1], [1], [1], [1], [1], [0], [1]], "051L"),  # 1 - 5 = -4
    ],
)
def test_counts_are_those_of_the_coco_api(labels_hw: Any, expected: str) -> None:
    assert counts(labels_hw) == expected


def test_counts_of_large_images_take_several_groups() -> None:
    labels_hw = np.zeros((2**10, 2**10), int)
    labels_hw[-1, -2] = 1
    text = counts(labels_hw)
    assert text == "oono01PP1"  # 2**20 - 1025, 1, 1024
    np.testing.assert_array_equal(decoded(text, [2**10, 2**10]), labels_hw)


def test_a_run_goes_on_in_the_next_column() -> None:
    assert counts([[0, 1], [1, 0]]) == "121"
    assert counts([[0, 0, 1], [1, 1, 0]]) == "11110"


@pytest.mark.parametrize("seed", range(20))
def test_masks_read_back_as_they_were(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, width = rng.integers(1, 30, 2)
    labels_hw = rng.integers(0, 4, (height, width)) * (rng.random((height, width)) < 0.5)
    found = dataset(labels_hw)["annotations"]
    numbers = np.unique(labels_hw[labels_hw > 0])
    assert len(found) == len(numbers)
    for annotation, number in zip(found, numbers, strict=True):
        mask = decoded(annotation["segmentation"]["counts"], annotation["segmentation"]["size"])
        np.testing.assert_array_equal(mask, labels_hw == number)
        assert annotation["area"] == mask.sum()
        y, x = np.nonzero(mask)
        box = [x.min(), y.min(), x.max() - x.min() + 1, y.max() - y.min() + 1]
        assert annotation["bbox"] == box


def test_a_batch_is_numbered_on() -> None:
    found = dataset([[1, 0, 2]], [[0]], [[5]])
    assert [image["id"] for image in found["images"]] == [1, 2, 3]
    assert [(entry["id"], entry["image_id"]) for entry in found["annotations"]] == [(1, 1), (2, 1), (3, 3)]


def test_scores_belong_to_objects_by_number() -> None:
    scores = np.array([0.25, 0.5, 0.75], np.float32)
    image = CocoImage("a.png", runs_of_labels(np.array([[3, 0, 1]])), scores)
    found = json.loads(b"".join(encode_coco([image])))
    assert [entry["score"] for entry in found["annotations"]] == [0.25, 0.75]


def test_an_empty_batch_is_a_dataset_all_the_same() -> None:
    found = dataset()
    assert (found["images"], found["annotations"]) == ([], [])


def test_each_annotation_has_a_line_of_its_own() -> None:
    image = CocoImage("a.png", runs_of_labels(np.array([[1, 0, 2]])))
    lines = b"".join(encode_coco([image])).splitlines()
    assert [json.loads(line.rstrip(b","))["bbox"] for line in lines[1:3]] == [[0, 0, 1, 1], [2, 0, 1, 1]]


def test_a_file_of_many_parts_is_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    labels_hw = np.random.default_rng(1).integers(0, 9, (20, 30))
    whole = dataset(labels_hw)
    monkeypatch.setattr(coco, "_PART_RUNS", 1)
    assert dataset(labels_hw) == whole


def test_an_image_is_asked_for_after_the_one_before_is_written() -> None:
    asked = []

    def images() -> Any:
        for name in ("a.png", "b.png"):
            asked.append(name)
            yield CocoImage(name, runs_of_labels(np.array([[1]])))

    parts = encode_coco(images())
    next(parts)
    next(parts)
    assert asked == ["a.png"]
