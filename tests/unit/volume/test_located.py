"""An ellipsoid of known size, as a network without fault would see it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.pack_types import LocateRecipe, SectionSettings
from insitu.types import Membership, Place, Spacing
from insitu.volume.components import label_largest
from insitu.volume.frames import FrameFacts
from insitu.volume.located import Located, locate
from insitu.volume.look import Looks
from insitu.volume.places import Box3
from insitu.volume.series import group_series
from insitu.volume.turn import find_turn

RECIPE = LocateRecipe("mask", "presence", 128, 16, SectionSettings(0.5, 0.004), 60.0)
CENTRE_MM = np.array([20.0, -10.0, 150.0])
RADII_MM = np.array([60.0, 50.0, 55.0])
PIXEL_MM, SIZE, SIDE = 0.75, 512, 64


def scan(
    step: float, count: int, row: Any = (1.0, 0.0, 0.0), column: Any = (0.0, 1.0, 0.0)
) -> tuple[list[FrameFacts], Looks]:
    """Slices from z = 0 on, and the ellipsoid in their upright copies."""
    half = (SIZE - 1) / 2 * PIXEL_MM
    frames, chances = [], []
    across, down = (np.arange(SIDE) + 0.5) * SIZE / SIDE - 0.5, (np.arange(SIDE) + 0.5) * SIZE / SIDE - 0.5
    for number in range(count):
        z = number * step
        place = Place((-half * (row[0] + column[0]), -half * (row[1] + column[1]), z), row, column)
        turn = find_turn(place)
        x = (
            np.array(place.position)[0]
            + across[None] * PIXEL_MM * row[0]
            + down[:, None] * PIXEL_MM * column[0]
        )
        y = (
            np.array(place.position)[1]
            + across[None] * PIXEL_MM * row[1]
            + down[:, None] * PIXEL_MM * column[1]
        )
        radius = np.sqrt(
            ((x - CENTRE_MM[0]) / RADII_MM[0]) ** 2
            + ((y - CENTRE_MM[1]) / RADII_MM[1]) ** 2
            + ((z - CENTRE_MM[2]) / RADII_MM[2]) ** 2
        )
        chances.append(turn.apply(np.clip(127.5 + 1500 * (1 - radius), 0, 255).astype(np.uint8)))
        membership = Membership("1.2", number, "CT")
        frames.append(
            FrameFacts(
                number, 0, 1, f"{number}.dcm", SIZE, SIZE, "hounsfield", turn, Spacing(PIXEL_MM, PIXEL_MM, "mm", step),
                place, membership,
            )
        )  # fmt: skip
    stacked = np.stack(chances)
    return frames, Looks(stacked, (stacked.max(axis=(1, 2)) / 255).astype(np.float32))


def find(frames: list[FrameFacts], looks: Looks, margin_mm: float = 0.0) -> Located:
    return locate(frames, looks, group_series(frames)[0], RECIPE, margin_mm)


def edges(box: Box3 | None) -> np.ndarray[Any, Any]:
    assert box is not None
    return np.array([box.x0, box.y0, box.z0, box.x1, box.y1, box.z1])


TRUE_MM = np.concatenate([CENTRE_MM - RADII_MM, CENTRE_MM + RADII_MM])


@pytest.mark.parametrize(("step", "count"), [(0.5, 600), (1.0, 300), (2.5, 120), (5.0, 60)])
def test_the_box_in_the_patient_is_that_of_the_ellipsoid(step: float, count: int) -> None:
    located = find(*scan(step, count))
    assert located.found and located.confidence > 0.9
    error = edges(located.patient_mm) - TRUE_MM
    assert abs(error[[0, 1, 3, 4]]).max() < 2.0
    assert abs(error[[2, 5]]).max() < max(2.0, 0.75 * step)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0)),
        ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
        ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0)),
    ],
)
def test_the_box_is_the_same_however_the_patient_lies(row: Any, column: Any) -> None:
    expected = find(*scan(2.5, 120))
    located = find(*scan(2.5, 120, row, column))
    np.testing.assert_allclose(edges(located.patient_mm), edges(expected.patient_mm), atol=PIXEL_MM + 1e-6)
    assert edges(located.voxels).tolist() != edges(expected.voxels).tolist()


def test_files_may_come_in_any_order() -> None:
    frames, looks = scan(2.5, 120)
    order = np.random.default_rng(3).permutation(120)
    shuffled = Looks(looks.chances[order], looks.presences[order])
    assert find([frames[at] for at in order], shuffled).patient_mm == find(frames, looks).patient_mm


def test_voxels_are_those_whose_edges_the_patient_box_names() -> None:
    located = find(*scan(2.5, 120))
    box = located.voxels
    assert box is not None and located.patient_mm is not None
    assert located.patient_mm.z0 == pytest.approx((box.z0 - 0.5) * 2.5)
    assert located.patient_mm.z1 == pytest.approx((box.z1 - 0.5) * 2.5)
    assert located.patient_mm.x1 - located.patient_mm.x0 == pytest.approx((box.x1 - box.x0) * PIXEL_MM)


def test_a_margin_widens_the_box_up_to_the_end_of_the_volume() -> None:
    frames, looks = scan(2.5, 120)
    plain, wide = edges(find(frames, looks).patient_mm), edges(find(frames, looks, 10.0).patient_mm)
    np.testing.assert_allclose(wide - plain, [-10, -10, -10, 10, 10, 10], atol=1.3)
    whole = find(frames, looks, 1000.0).voxels
    assert whole == Box3(0, 0, 0, SIZE, SIZE, 120)


def test_a_missing_middle_does_not_part_what_belongs_together() -> None:
    frames, looks = scan(2.5, 120)
    kept = [number for number in range(120) if not 58 <= number < 66]
    part = Looks(looks.chances[kept], looks.presences[kept])
    located = find([frames[number] for number in kept], part)
    assert abs(edges(located.patient_mm) - TRUE_MM).max() < 3
    assert [note.kind for note in located.series.notes] == ["gaps"]


def test_single_slices_that_err_change_nothing() -> None:
    frames, looks = scan(1.0, 300)
    expected = find(frames, looks)
    chances, presences = looks.chances.copy(), looks.presences.copy()
    chances[20, 5:30, 5:30], presences[20] = 255, 1.0
    chances[150], presences[150] = 0, 0.0
    np.testing.assert_allclose(
        edges(find(frames, Looks(chances, presences)).patient_mm), edges(expected.patient_mm), atol=1.6
    )


def test_no_heart_has_a_reason() -> None:
    frames, looks = scan(2.5, 120)
    assert find(frames, Looks(np.zeros_like(looks.chances), looks.presences)).reason == "no-slice"
    assert find(frames, Looks(looks.chances, np.full(120, 0.3, np.float32))).reason == "no-slice"
    small = np.zeros_like(looks.chances)
    small[50:53, 30:34, 30:34] = 255
    assert find(frames, Looks(small, looks.presences)).reason == "too-small"
    coronal = [
        replace(one, place=Place((0.0, float(number), 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0)))
        for number, one in enumerate(frames)
    ]
    assert find(coronal, looks).reason == "not-axial"


def test_one_slice_and_slices_without_sizes_give_a_box() -> None:
    frames, looks = scan(2.5, 120)
    one = find(frames[60:61], Looks(looks.chances[60:61], looks.presences[60:61]))
    assert one.found and one.voxels is not None and (one.voxels.z0, one.voxels.z1) == (0, 1)
    bare = [
        replace(facts, place=None, spacing=None, membership=None, name=f"{n:03}.png")
        for n, facts in enumerate(frames)
    ]
    located = find(bare, looks)
    assert located.found and located.patient_mm is None
    assert located.voxels == find(frames, looks).voxels


def flood(inside: NDArray[np.bool_], start: tuple[int, ...]) -> set[tuple[int, ...]]:
    """All voxels that are reached from one through faces."""
    reached, waiting = {start}, [start]
    while waiting:
        voxel = waiting.pop()
        for axis, step in product(range(3), (-1, 1)):
            other = tuple(at + step * (axis == number) for number, at in enumerate(voxel))
            there = all(0 <= at < size for at, size in zip(other, inside.shape, strict=True))
            if there and inside[other] and other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


def test_the_largest_component_is_the_largest_that_a_flood_fills() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        inside = rng.random(rng.integers(1, 9, 3)) < rng.uniform(0.05, 0.6)
        found = {tuple(voxel) for voxel in np.argwhere(label_largest(inside)).tolist()}
        floods = [flood(inside, tuple(voxel)) for voxel in np.argwhere(inside).tolist()]
        assert found == set() if not floods else found in floods and len(found) == max(map(len, floods))
