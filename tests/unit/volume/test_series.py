from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from insitu.types import Membership, Place, Spacing
from insitu.volume.frames import FrameFacts
from insitu.volume.series import Note, group_series
from insitu.volume.turn import find_turn

ROW, COLUMN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)


def facts(z: float | None, name: str = "a.dcm", **more: Any) -> FrameFacts:
    place = (
        None if z is None else Place((-200.0, -200.0, z), more.pop("row", ROW), more.pop("column", COLUMN))
    )
    values: dict[str, Any] = {
        "file": 0,
        "plane": 0,
        "planes": 1,
        "name": name,
        "width": 512,
        "height": 512,
        "units": "hounsfield",
        "turn": find_turn(place),
        "spacing": Spacing(0.8, 0.8, "mm", 2.0),
        "place": place,
        "membership": Membership("1.2", modality="CT"),
    }
    return FrameFacts(**{**values, **more})


def test_slices_are_sorted_by_where_they_lie_whatever_they_are_called() -> None:
    positions = [5.0, -1.0, 3.0, 1.0]
    (series,) = group_series([facts(z, f"{n}.dcm") for n, z in enumerate(positions)])
    assert series.members.tolist() == [1, 3, 2, 0]
    assert series.positions.tolist() == [-1, 1, 3, 5]
    assert (series.step, series.is_spaced, series.is_axial, series.notes) == (2, True, True, ())


def test_series_are_told_apart_and_the_larger_comes_first() -> None:
    other = Membership("9.9", modality="CT")
    frames = [
        facts(0.0, membership=other),
        *(facts(z) for z in (0.0, 1.0, 2.0)),
        facts(1.0, membership=other),
    ]
    assert [series.members.tolist() for series in group_series(frames)] == [[1, 2, 3], [0, 4]]


@pytest.mark.parametrize(
    "odd",
    [
        {"width": 256},
        {"spacing": Spacing(0.5, 0.5, "mm")},
        {"row": (0.0, 1.0, 0.0), "column": (0.0, 0.0, -1.0)},
    ],
)
def test_slices_of_another_size_or_direction_are_a_series_of_their_own(odd: dict[str, Any]) -> None:
    frames = [facts(0.0), facts(1.0), facts(2.0, **odd)]
    assert [len(series.members) for series in group_series(frames)] == [2, 1]


def test_overviews_are_left_out_and_counted() -> None:
    frames = [facts(0.0), facts(1.0), facts(2.0, membership=Membership("1.2", is_localiser=True))]
    (series,) = group_series(frames)
    assert series.members.tolist() == [0, 1] and series.notes == (Note("localisers", 1),)


def test_gaps_and_repeated_positions_are_noted() -> None:
    frames = [facts(z) for z in (0.0, 1.0, 1.0, 2.0, 3.0, 7.0, 8.0, 9.0)]
    (series,) = group_series(frames)
    assert series.members.tolist() == [0, 1, 3, 4, 5, 6, 7]
    assert series.notes == (Note("same-position", 1), Note("gaps", 3))


def test_of_several_slices_at_a_position_the_first_by_number_stays() -> None:
    frames = [facts(1.0, membership=Membership("1.2", number, "CT")) for number in (7, 3, 5)]
    (series,) = group_series([*frames, facts(2.0)])
    assert series.members.tolist() == [1, 3]


def test_without_positions_numbers_count_and_then_names_as_people_sort_them() -> None:
    numbered = [facts(None, membership=Membership("1.2", number, "CT")) for number in (2, 1)]
    (series,) = group_series(numbered)
    assert series.members.tolist() == [1, 0]
    assert [note.kind for note in series.notes] == ["no-position"]
    assert series.positions.tolist() == [0, 2] and series.is_spaced
    named = [facts(None, name, membership=None, spacing=None) for name in ("s/img_10.png", "s/img_2.png")]
    (series,) = group_series(named)
    assert series.members.tolist() == [1, 0] and not series.is_spaced
    assert [note.kind for note in series.notes] == ["no-position", "no-spacing"]


def test_pictures_of_two_folders_and_planes_of_two_files_are_two_series() -> None:
    pictures = [facts(None, name, membership=None) for name in ("a/1.png", "a/2.png", "b/1.png")]
    assert [series.members.tolist() for series in group_series(pictures)] == [[0, 1], [2]]
    volumes = [
        facts(float(plane), name, membership=None, plane=plane, planes=2)
        for name in ("a.nii", "b.nii")
        for plane in (1, 0)
    ]
    assert [series.members.tolist() for series in group_series(volumes)] == [[1, 0], [3, 2]]


def test_a_series_that_lies_along_the_patient_is_not_axial() -> None:
    frames = [facts(0.0, row=(1.0, 0.0, 0.0), column=(0.0, 0.0, -1.0))] * 2
    (series,) = group_series(frames[:1])
    assert not series.is_axial and Note("not-axial", 1) in series.notes


def test_a_tilted_gantry_is_axial_and_positions_run_along_its_normal() -> None:
    tilt = np.deg2rad(20)
    column = (0.0, float(np.cos(tilt)), float(-np.sin(tilt)))
    frames = [facts(float(z), row=ROW, column=column) for z in (0, 2, 4)]
    (series,) = group_series(frames)
    assert series.is_axial
    np.testing.assert_allclose(np.diff(series.positions), 2 * np.cos(tilt))


def test_one_slice_is_a_series_as_thick_as_it_says() -> None:
    (series,) = group_series([facts(3.0)])
    assert series.positions.tolist() == [3] and series.step == 2
    assert group_series([]) == []
