"""From the bytes of files to a box, with a network that sees what is bright."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from helpers.coroutines import finish
from helpers.pictures import encoded
from helpers.scans import CENTRE_MM, RADII_MM, BrightSession, dicom_slice, locator, locator_values, scan_files

from insitu import worker_api, worker_volumes
from insitu.errors import PackInvalid
from insitu.packs import parse_pack
from insitu.types import Item
from insitu.volume.frames import Frame
from insitu.volume.located import Located, locate
from insitu.volume.look import look_at
from insitu.volume.read import LeftOut, read_frames
from insitu.volume.series import group_series
from insitu.worker_state import engine

TRUE_MM = np.concatenate([CENTRE_MM - RADII_MM, CENTRE_MM + RADII_MM])
SIDE = 64


def read_all(files: dict[str, bytes]) -> tuple[list[Frame], list[LeftOut]]:
    found = [
        one for n, (name, data) in enumerate(files.items()) for one in read_frames(Item(name, data), n, SIDE)
    ]
    frames = [one for one in found if isinstance(one, Frame)]
    return frames, [one for one in found if isinstance(one, LeftOut)]


def locate_first(files: dict[str, bytes]) -> Located:
    frames, _ = read_all(files)
    pack = locator()
    looks = finish(look_at(frames, pack, BrightSession()))
    facts = [frame.facts for frame in frames]
    return locate(facts, looks, group_series(facts)[0], pack.recipe)  # type: ignore[arg-type]


def edges_mm(located: Located) -> np.ndarray[Any, Any]:
    box = located.patient_mm
    assert box is not None
    return np.array([box.x0, box.y0, box.z0, box.x1, box.y1, box.z1])


def test_the_box_of_a_scan_is_that_of_what_is_bright() -> None:
    located = locate_first(scan_files())
    assert abs(edges_mm(located) - TRUE_MM).max() < 5


def test_a_damaged_file_is_left_out_and_named() -> None:
    files = scan_files()
    name = list(files)[14]
    files[name] = files[name][:900]
    files["readme.txt"] = b"not a picture"
    frames, left_out = read_all(files)
    assert len(frames) == 29
    assert {(one.name, one.error) for one in left_out} == {
        (name, "image/corrupt"),
        ("readme.txt", "image/unsupported"),
    }
    assert abs(edges_mm(locate_first(files)) - TRUE_MM).max() < 5


def test_photos_are_left_out() -> None:
    photo = encoded(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8))
    frames, left_out = read_all({"a.png": photo})
    assert not frames and [one.error for one in left_out] == ["image/unsupported"]


def test_slices_are_looked_at_some_at_a_time_and_alike() -> None:
    frames, _ = read_all(scan_files())
    session = BrightSession()
    looks = finish(look_at(frames, locator(), session))
    assert session.batches == [8, 8, 8, 6]
    alone = finish(look_at(frames[9:10], locator(), BrightSession()))
    np.testing.assert_array_equal(looks.chances[9:10], alone.chances)
    assert len(finish(look_at([], locator(), session)).presences) == 0


def test_a_network_that_answers_in_another_shape_is_refused() -> None:
    class Odd(BrightSession):
        async def run(self, inputs: Any) -> Any:
            return {**(await super().run(inputs)), "presence": np.zeros((1, 2), np.float32)}

    frames, _ = read_all(scan_files(3))
    with pytest.raises(PackInvalid, match="a mask and a presence"):
        finish(look_at(frames, locator(), Odd()))


@pytest.mark.parametrize(
    "changes",
    [
        {"side_px": 0},
        {"batch": 0},
        {"section": {"threshold": 1.0, "least_share": 0.1}},
        {"least_volume_ml": 0},
    ],
)
def test_a_pack_with_a_wrong_figure_is_refused(changes: dict[str, Any]) -> None:
    values = locator_values()
    with pytest.raises(PackInvalid):
        parse_pack({**values, "locate": {**values["locate"], **changes}})


@pytest.mark.cpython_only
@pytest.mark.skipif(sys.platform == "emscripten", reason="values are JavaScript's there")
def test_engines_read_groups_of_files_and_one_joins_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Host:
        def checkpoint(self, stage: str, done: float) -> bool:
            return False

    for name in ("host", "pack", "conversation"):
        monkeypatch.setattr(engine, name, None)
    worker_api.connect(Host())
    assert worker_api.open_pack(locator_values())["ok"]

    def call(files: list[dict[str, Any]]) -> Any:
        answer = worker_volumes.read_slices({"files": files, "batch": None})
        while answer["ok"] and "ask" in answer["value"]:
            question = answer["value"]["ask"]
            if question["kind"] == "packages":
                answer = worker_api.resume(None)
                continue
            feed = question["feeds"][0]
            outputs = finish(BrightSession().run({"image": feed["data"].reshape(feed["dims"])}))
            answer = worker_api.resume(
                [
                    {"name": n, "data": data.reshape(-1), "dims": list(data.shape)}
                    for n, data in outputs.items()
                ]
            )
        assert answer["ok"], answer["error"]
        return answer["value"]["done"]

    files = [
        {"name": name, "bytes": data, "number": n} for n, (name, data) in enumerate(scan_files().items())
    ]
    files.append({"name": "notes.txt", "bytes": b"no picture", "number": 30})
    parts = [call(files[:16]), call(files[16:]), call([])]
    assert [part["count"] for part in parts] == [16, 14, 0]
    assert parts[1]["leftOut"] == [{"file": 30, "error": "image/unsupported"}]
    assert len(parts[0]["copies"]) == 16 * SIDE * SIDE and parts[0]["copies"].dtype == np.int16
    expected = locate_first(scan_files())
    in_order = np.concatenate([part["copies"] for part in parts]).reshape(30, SIDE, SIDE)
    for given in (parts, [call(files[::4]), call([one for n, one in enumerate(files) if n % 4])]):
        answer = worker_volumes.locate_in_series(
            {
                "facts": [part["facts"] for part in given],
                "looks": [part["looks"] for part in given],
                "margin": 0.0,
            }
        )
        assert answer["ok"], answer
        (series,) = answer["value"]["series"]
        assert series["patient"] == vars(expected.patient_mm)
        assert series["reason"] is None and len(series["members"]) == 30
        assert series["shares"].max() > 0.05
        copies = np.concatenate([part["copies"] for part in given]).reshape(30, SIDE, SIDE)
        np.testing.assert_array_equal(copies[series["members"]], in_order[series["files"]])


def test_two_series_in_one_folder_are_two_answers() -> None:
    files = scan_files() | {f"other{z}.dcm": dicom_slice(z, SeriesInstanceUID="1.9") for z in (0.0, 4.0)}
    facts = [frame.facts for frame in read_all(files)[0]]
    assert [len(series.members) for series in group_series(facts)] == [30, 2]
