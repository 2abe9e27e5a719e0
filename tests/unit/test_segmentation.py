from __future__ import annotations

import numpy as np
import pytest
from helpers.coroutines import finish
from helpers.objects import (
    MULTIPLE,
    ComponentSession,
    ReadingSession,
    draw_discs,
    random_discs,
    segmenter,
)
from helpers.pictures import encoded
from numpy.typing import NDArray

import insitu
from insitu.analysis import Segmentation
from insitu.errors import JobCancelled, PackInvalid
from insitu.objects.runs import labels_of_runs
from insitu.pack_types import Pack
from insitu.segmentation import segment
from insitu.types import Image, Spacing, Stage

UNTILED = segmenter(tile_px=4096)


async def go_on(stage: Stage, done: float = 0.0) -> None:
    """Never cancels."""


def find(
    pixels_hwc: NDArray[np.uint8],
    pack: Pack | None = None,
    *,
    session: ReadingSession | None = None,
    spacing: Spacing | None = None,
    diameter_px: float | None = 10.0,
) -> Segmentation:
    image = Image(pixels_hwc, "png", spacing=spacing)
    return finish(
        segment(image, pack or segmenter(), session or ReadingSession(), go_on, diameter_px=diameter_px)
    )


def test_discs_are_found_where_they_are() -> None:
    image = draw_discs(60, 80, [(20, 15, 5), (30, 60, 7)])
    found = find(image)
    labels = labels_of_runs(found.runs)
    np.testing.assert_array_equal(labels > 0, image[..., 0] > 0)
    assert (labels[20, 15], labels[30, 60]) == (1, 2)
    np.testing.assert_allclose(found.measurements.column("area_px"), [81, 149])
    assert found.features is not None
    assert found.features.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("tile_px", [16, 32, 64])
def test_tiled_equals_untiled(tile_px: int) -> None:
    image = random_discs(131, 170, 120, seed=2)
    whole = find(image, segmenter(tile_px=4096))
    tiled = find(image, segmenter(tile_px))
    assert whole.runs.count > 40
    np.testing.assert_array_equal(labels_of_runs(tiled.runs), labels_of_runs(whole.runs))
    np.testing.assert_array_equal(tiled.scores, whole.scores)


def test_the_network_sees_only_sides_it_can_take() -> None:
    session = ReadingSession()
    find(random_discs(45, 70, 10, seed=3), session=session)
    assert len(session.shapes) == 6
    assert all(side % MULTIPLE == 0 for shape in session.shapes for side in shape)


def test_a_black_image_has_no_objects_and_does_not_ask_the_network() -> None:
    statistics = [{"id": "scale_range", "kwargs": {"min_percentile": 1.0, "max_percentile": 99.8}}]
    pack = segmenter(input={"name": "image", "operations": statistics})
    session = ReadingSession()
    found = find(np.zeros((40, 40, 1), np.uint8), pack, session=session)
    assert (found.runs.count, found.diameter_px, session.shapes) == (0, None, [])
    assert found.measurements.values.shape[1] == 0


def test_the_size_of_objects_is_measured_and_the_image_scaled_to_it() -> None:
    image = draw_discs(200, 200, [(y, x, 12) for y in range(30, 190, 40) for x in range(30, 190, 40)])
    found = find(image, UNTILED, session=ComponentSession(), diameter_px=None)
    assert found.runs.count == 16
    assert found.scale == pytest.approx(10 / 24, rel=0.1)
    assert found.diameter_px == pytest.approx(24, rel=0.1)


def test_objects_of_about_the_right_size_are_seen_as_they_are() -> None:
    image = draw_discs(90, 90, [(y, x, 5) for y in range(20, 80, 20) for x in range(20, 80, 20)])
    session = ReadingSession()
    assert find(image, session=session, diameter_px=None).scale == 1.0
    assert len(session.shapes) == 9, "looked once"


def test_the_pixel_size_says_how_to_scale() -> None:
    image = draw_discs(200, 200, [(y, x, 10) for y in range(30, 190, 40) for x in range(30, 190, 40)])
    session = ComponentSession()
    found = find(image, UNTILED, session=session, spacing=Spacing(0.25, 0.25, "um"), diameter_px=None)
    assert found.scale == 0.5  # 10 px for 5 µm at 0.25 µm a pixel
    assert found.runs.count == 16
    in_mm = find(image, UNTILED, session=session, spacing=Spacing(0.00025, 0.00025, "mm"), diameter_px=None)
    assert in_mm.scale == 0.5


def test_a_pixel_size_that_cannot_be_is_not_followed() -> None:
    image = draw_discs(90, 90, [(y, x, 5) for y in range(20, 80, 20) for x in range(20, 80, 20)])
    assert find(image, spacing=Spacing(0.35, 0.35, "mm"), diameter_px=None).scale == 1.0


def test_a_person_can_say_the_size() -> None:
    image = draw_discs(90, 90, [(40, 40, 10)])
    assert find(image, diameter_px=20.0).scale == 0.5


def test_the_size_in_a_large_image_is_measured_in_its_liveliest_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insitu.segmentation.PROBE_PX", 64)
    image = np.full((300, 300, 3), 128, np.uint8)
    image[..., 0] = 0
    image[200:264, 64:128] = draw_discs(64, 64, [(y, x, 7) for y in (12, 40) for x in (12, 40)])
    found = find(image, UNTILED, session=ComponentSession(), diameter_px=None)
    assert found.scale == pytest.approx(10 / 14, rel=0.1)
    assert found.runs.count == 4


def test_work_can_be_cancelled_between_tiles() -> None:
    session = ReadingSession()
    parts: list[float] = []

    async def cancel_later(stage: Stage, done: float = 0.0) -> None:
        parts.append(done)
        if stage == "run" and len(session.shapes) == 2:
            raise JobCancelled("Cancelled.")

    image = Image(random_discs(100, 100, 10, seed=4), "png")
    with pytest.raises(JobCancelled):
        finish(segment(image, segmenter(), session, cancel_later, diameter_px=10.0))
    assert len(session.shapes) == 2
    assert parts == sorted(parts)


class BrokenSession(ReadingSession):
    async def run(self, inputs):  # type: ignore[no-untyped-def]
        outputs = await super().run(inputs)
        return {**outputs, "offsets": outputs["offsets"][..., :-1]}


def test_a_network_of_another_shape_is_refused() -> None:
    with pytest.raises(PackInvalid, match=r"offsets.*shape"):
        find(random_discs(40, 40, 3, seed=5), session=BrokenSession())


def test_the_pipeline_gives_objects_and_their_drawing() -> None:
    data = encoded(draw_discs(60, 80, [(20, 15, 5), (30, 60, 7)]))
    analysis = finish(insitu.analyse(data, segmenter(), ReadingSession(), diameter_px=10.0, drawing_side=80))
    assert isinstance(analysis.result, Segmentation)
    assert analysis.result.runs.count == 2
    assert analysis.drawing is not None
    assert analysis.drawing.size == (80, 60)
