from __future__ import annotations

import json
import uuid
from functools import partial
from typing import Any

import numpy as np
import pytest

from insitu.encode import geojson
from insitu.encode.geojson import encode_geojson
from insitu.objects.outlines import trace_in_parts
from insitu.objects.runs import runs_of_labels


def text_of(labels_hw: Any, **options: Any) -> str:
    runs = runs_of_labels(np.array(labels_hw))
    return b"".join(encode_geojson(runs, "a.tif", "Nucleus", (0, 158, 115), **options)).decode("ascii")


def features(labels_hw: Any, **options: Any) -> list[dict[str, Any]]:
    collection = json.loads(text_of(labels_hw, **options))
    assert collection["type"] == "FeatureCollection"
    found: list[dict[str, Any]] = collection["features"]
    return found


def test_a_feature_is_as_qupath_writes_it() -> None:
    (feature,) = features([[0, 1]], measurement_names=["Area (µm²)"], measurement_values=np.array([[0.1]]))
    assert feature == {
        "type": "Feature",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "a.tif#1")),
        "geometry": {"type": "Polygon", "coordinates": [[[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]]},
        "properties": {
            "objectType": "detection",
            "name": "1",
            "classification": {"name": "Nucleus", "color": [0, 158, 115]},
            "measurements": {"Area (µm²)": 0.1},
        },
    }


def test_each_feature_has_a_line_of_its_own() -> None:
    lines = text_of([[1, 0, 3]]).splitlines()
    assert lines[0] == '{"type":"FeatureCollection","features":['
    assert [json.loads(line.rstrip(","))["properties"]["name"] for line in lines[1:-1]] == ["1", "3"]
    assert lines[-1] == "]}"


def test_a_hole_is_the_second_ring() -> None:
    (feature,) = features([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    assert feature["geometry"] == {
        "type": "Polygon",
        "coordinates": [
            [[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]],
            [[2, 1], [1, 1], [1, 2], [2, 2], [2, 1]],
        ],
    }


def test_several_parts_are_several_polygons() -> None:
    labels_hw = np.array([[1, 1, 1, 0, 1], [1, 0, 1, 0, 0], [1, 1, 1, 0, 2]])
    first, second = features(labels_hw)
    assert first["geometry"]["type"] == "MultiPolygon"
    assert [len(polygon) for polygon in first["geometry"]["coordinates"]] == [2, 1]
    assert first["geometry"]["coordinates"][1] == [[[4, 0], [5, 0], [5, 1], [4, 1], [4, 0]]]
    assert second["geometry"]["type"] == "Polygon"


def test_coordinates_of_many_digits_stay_whole() -> None:
    labels_hw = np.zeros((1, 12_346), int)
    labels_hw[0, 12_345] = 1
    (feature,) = features(labels_hw)
    assert feature["geometry"]["coordinates"][0][0] == [12_345, 0]
    assert ".0" not in text_of(labels_hw)


def test_an_annotation_is_one_on_request() -> None:
    assert features([[1]], object_type="annotation")[0]["properties"]["objectType"] == "annotation"


def test_numbers_read_back_as_they_were() -> None:
    values = np.array([[0.1 + 0.2], [5.0], [-3.0], [1e-300], [2.0**53], [1e300], [2.0**53 - 1]])
    names = [str(index) for index in range(len(values))]
    (feature,) = features([[1]], measurement_names=names, measurement_values=values)
    assert list(feature["properties"]["measurements"].values()) == values[:, 0].tolist()
    text = text_of([[1]], measurement_names=names, measurement_values=values)
    assert '"1":5,' in text and '"2":-3,' in text and '"5":1e+300,' in text


def test_what_is_not_finite_is_left_out() -> None:
    values = np.array([[np.nan, 1.0], [np.inf, -np.inf], [2.0, np.nan]])
    first, second = features([[1, 2]], measurement_names=["a", "b", "c"], measurement_values=values)
    assert first["properties"]["measurements"] == {"c": 2}
    assert second["properties"]["measurements"] == {"a": 1}


def test_values_belong_to_objects_by_number() -> None:
    values = np.array([[10.0, 20.0, 30.0]])
    found = features([[3, 0, 1]], measurement_names=["a"], measurement_values=values)
    assert [feature["properties"]["measurements"]["a"] for feature in found] == [10, 30]


@pytest.mark.parametrize("values", [np.zeros((2, 1)), np.zeros((1, 0))])
def test_missing_names_or_values_are_an_error(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        text_of([[1]], measurement_names=["a"], measurement_values=values)


def test_ids_depend_on_file_and_object_only() -> None:
    runs = runs_of_labels(np.array([[1, 2]]))
    ids = set()
    for name in ("a.tif", "b.tif", "a.tif"):
        parts = b"".join(encode_geojson(runs, name, "x", (1, 2, 3)))
        ids |= {feature["id"] for feature in json.loads(parts)["features"]}
    assert len(ids) == 4


def test_names_of_any_kind_are_quoted() -> None:
    runs = runs_of_labels(np.array([[1]]))
    parts = b"".join(encode_geojson(runs, 'ä"\\.tif', 'Zell"kern\n', (1, 2, 3), ['"'], np.array([[1.0]])))
    properties = json.loads(parts)["features"][0]["properties"]
    assert properties["classification"]["name"] == 'Zell"kern\n'
    assert properties["measurements"] == {'"': 1}


def test_no_objects_are_an_empty_collection() -> None:
    assert features([[0]]) == []


def test_a_file_of_many_parts_is_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    labels_hw = np.random.default_rng(1).integers(0, 9, (20, 30))
    whole = text_of(labels_hw)
    monkeypatch.setattr(geojson, "trace_in_parts", partial(trace_in_parts, about=1))
    assert text_of(labels_hw) == whole
    parts = list(encode_geojson(runs_of_labels(labels_hw), "a.tif", "Nucleus", (0, 158, 115)))
    assert len(parts) == 2 + 8
