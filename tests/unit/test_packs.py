from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from helpers.packs import pack_values, recipe_values, small_pack

from insitu.errors import PackInvalid, PackMismatch, PackMissing
from insitu.pack_types import ClassifyRecipe
from insitu.packs import load_pack, parse_pack, with_model
from insitu.types import Selection


def test_values_become_a_typed_pack() -> None:
    pack = small_pack()
    assert [label.id for label in pack.classes] == ["disc", "square", "star"]
    assert pack.recipe_as(ClassifyRecipe).geometry.width == 8
    assert pack.operations[1].kwargs == {"gain": 1 / 255}
    assert pack.features_name == "features"


INVALID: dict[str, dict[str, Any]] = {
    "format": {"format": 99},
    "task": {"task": "dream"},
    "activation": recipe_values(activation="relu"),
    "temperature": recipe_values(temperature=0.0),
    "warm": recipe_values(temperature="warm"),
    "logits": {"outputs": {}},
    "classes": {"classes": []},
    "letter": {
        "classes": [{"id": name, "name": name, "letter": "A", "colour": "#000000"} for name in ("one", "two")]
    },
}


@pytest.mark.parametrize("what", INVALID)
def test_a_value_that_insitu_cannot_follow_is_named(what: str) -> None:
    with pytest.raises(PackInvalid, match=what):
        parse_pack(pack_values(**INVALID[what]))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"fit": "squeeze"}, "fit 'squeeze' is not known"),
        ({"filter": "magic"}, "filter 'magic' is not known"),
        ({"width": 0}, "at least 1"),
        ({"reducing_gap": 0.5}, "reducing_gap must be at least 1"),
        ({"fit": "crop", "shorter_side": 4}, "shorter_side"),
        ({"depth": 3}, "depth"),
    ],
)
def test_a_geometry_that_insitu_cannot_follow_is_named(change: dict[str, Any], reason: str) -> None:
    values = pack_values()
    values["classify"]["geometry"].update(change)
    with pytest.raises(PackInvalid, match=reason):
        parse_pack(values)


@pytest.mark.parametrize(
    ("plane", "selection"),
    [
        ({}, Selection(level=None)),
        ({"z": "first", "channel": "all"}, Selection(level=None)),
        ({"z": "middle", "channel": 1}, Selection(z=None, channel=1, level=None)),
    ],
)
def test_a_pack_may_want_a_plane(plane: dict[str, Any], selection: Selection) -> None:
    values = pack_values()
    values["input"]["plane"] = plane
    assert parse_pack(values).plane == selection


@pytest.mark.parametrize(
    ("plane", "reason"),
    [
        ({"z": "last"}, "'last' is not known"),
        ({"channel": -1}, "number from 0"),
        ({"channel": True}, "number from 0"),
        ({"time": 0}, "'time' is not known"),
    ],
)
def test_a_plane_that_insitu_cannot_find_is_named(plane: dict[str, Any], reason: str) -> None:
    values = pack_values()
    values["input"]["plane"] = plane
    with pytest.raises(PackInvalid, match=reason):
        parse_pack(values)


def test_an_unknown_operation_is_refused_when_the_pack_is_read() -> None:
    values = pack_values()
    values["input"]["operations"].append({"id": "sharpen", "kwargs": {}})
    with pytest.raises(PackInvalid, match="'sharpen' is not known"):
        parse_pack(values)


def test_a_network_of_other_bytes_is_a_mismatch() -> None:
    with pytest.raises(PackMismatch, match="shapes"):
        with_model(small_pack(), b"not the network")


def test_a_compiled_folder_is_loaded(tmp_path: Path) -> None:
    network = b"the network"
    model = {"file": "model.onnx", "sha256": hashlib.sha256(network).hexdigest(), "size": len(network)}
    (tmp_path / "pack.json").write_text(json.dumps(pack_values(model=model)), "utf-8")
    (tmp_path / "model.onnx").write_bytes(network)
    assert load_pack(tmp_path).model == network


def test_a_pack_without_its_network_is_missing(tmp_path: Path) -> None:
    (tmp_path / "pack.json").write_text(json.dumps(pack_values()), "utf-8")
    with pytest.raises(PackMissing, match=r"model\.onnx"):
        load_pack(tmp_path)


def test_a_folder_that_is_no_pack_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PackMissing, match="neither"):
        load_pack(tmp_path)


def test_an_unknown_name_is_missing_and_the_known_ones_are_listed() -> None:
    with pytest.raises(PackMissing, match="'no-such-pack'.*Packs here"):
        load_pack("no-such-pack")


def test_a_pack_json_that_is_not_a_pack_is_invalid(tmp_path: Path) -> None:
    (tmp_path / "pack.json").write_text("[1, 2]", "utf-8")
    with pytest.raises(PackInvalid, match="not a compiled pack"):
        load_pack(tmp_path)
