from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.coroutines import finish
from helpers.packs import FixedSession, classified, small_pack
from helpers.pictures import encoded, gradient

import insitu
from insitu.errors import ImageUnsupported, JobCancelled, PackInvalid
from insitu.types import Item, Stage


def test_bytes_become_an_analysis() -> None:
    session = FixedSession([0.0, 5.0, 1.0])
    analysis = finish(insitu.analyse(encoded(gradient(20, 10)), small_pack(), session))
    assert (classified(analysis).label, analysis.width, analysis.height) == ("square", 20, 10)
    assert classified(analysis).score == pytest.approx(float(np.exp(5) / (1 + np.exp(5) + np.exp(1))))
    assert analysis.drawing is None
    tensor = session.inputs[0]["image"]
    assert tensor.shape == (1, 3, 6, 8)
    assert 0 <= tensor.min() < tensor.max() <= 1


def test_a_path_gives_its_name(tmp_path: Path) -> None:
    path = tmp_path / "cell.png"
    path.write_bytes(encoded(gradient()))
    analysis = finish(insitu.analyse(path, small_pack(), FixedSession([1, 0, 0])))
    assert analysis.name == "cell.png"
    assert (
        classified(finish(insitu.analyse(str(path), small_pack(), FixedSession([1, 0, 0])))).label == "disc"
    )


def test_a_thumbnail_is_drawn_on_request() -> None:
    item = Item("x", encoded(gradient()))
    analysis = finish(insitu.analyse(item, small_pack(), FixedSession([1, 0, 0]), drawing_side=64))
    assert analysis.drawing is not None
    assert max(analysis.drawing.size) == 64


def test_steps_are_announced_in_order() -> None:
    stages: list[Stage] = []

    async def note(stage: Stage, done: float = 0.0) -> None:
        stages.append(stage)

    item = Item("x", encoded(gradient()))
    finish(insitu.analyse(item, small_pack(), FixedSession([1, 0, 0]), drawing_side=64, checkpoint=note))
    assert stages == ["decode", "prepare", "run", "postprocess", "render"]


def test_cancelling_at_a_checkpoint_stops_before_the_network_runs() -> None:
    session = FixedSession([1, 0, 0])

    async def cancel_before_run(stage: Stage, done: float = 0.0) -> None:
        if stage == "run":
            raise JobCancelled("Cancelled.")

    with pytest.raises(JobCancelled):
        finish(insitu.analyse(encoded(gradient()), small_pack(), session, checkpoint=cancel_before_run))
    assert session.inputs == []


def test_errors_keep_their_code() -> None:
    with pytest.raises(ImageUnsupported) as caught:
        finish(insitu.analyse(b"words", small_pack(), FixedSession([1, 0, 0])))
    assert caught.value.code == "image/unsupported"


def test_a_pack_without_a_network_needs_a_session() -> None:
    with pytest.raises(PackInvalid, match="session"):
        finish(insitu.analyse(encoded(gradient()), small_pack()))
