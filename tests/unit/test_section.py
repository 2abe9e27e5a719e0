from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.pack_types import SectionSettings
from insitu.postprocess.section import Section, find_section, largest_part, logistic, to_chances

SETTINGS = SectionSettings(threshold=0.5, least_share=0.02)


def square(side: int = 8, low: int = 2, high: int = 6, logit: float = 4.0) -> NDArray[np.float32]:
    """Logits of a mask that is a square in the middle."""
    logits_hw = np.full((side, side), -logit, np.float32)
    logits_hw[low:high, low:high] = logit
    return logits_hw


def judge(mask_logits_hw: NDArray[np.float32], presence_logit: float) -> Section:
    """What is found where a network gives these logits."""
    presence = float(logistic(np.array(presence_logit, np.float32)))
    return find_section(to_chances(mask_logits_hw), presence, SETTINGS)


def test_a_sharp_square_gives_its_edges_as_shares_of_the_slice() -> None:
    found = judge(square(logit=30.0), 3.0)
    assert found.found
    assert found.box_xyxy == pytest.approx((2 / 8, 2 / 8, 6 / 8, 6 / 8), abs=1e-6)
    assert found.box_px(512, 256) == pytest.approx((128, 64, 384, 192), abs=1e-3)
    assert found.area == pytest.approx(16 / 64)
    assert found.score == pytest.approx(1 / (1 + np.exp(-3.0)))


def test_an_edge_lies_where_the_probability_passes_one_half() -> None:
    logits_hw = square(logit=30.0)
    logits_hw[2:6, 1] = np.log(0.25 / 0.75)  # A quarter of this column is organ.
    found = judge(logits_hw, 3.0)
    assert found.box_xyxy is not None
    # From 0.25 at 1.5 to 1 at 2.5, one half lies at 1.5 + 1/3.
    assert found.box_xyxy[0] * 8 == pytest.approx(1.5 + 1 / 3, abs=2e-3)


def test_an_organ_that_the_slice_cuts_off_ends_at_the_edge() -> None:
    logits_hw = np.full((8, 8), -30, np.float32)
    logits_hw[0:3, 5:8] = 30
    found = judge(logits_hw, 3.0)
    assert found.box_xyxy == pytest.approx((5 / 8, 0.0, 1.0, 3 / 8), abs=1e-6)


def test_only_the_largest_part_counts() -> None:
    logits_hw = square(logit=30.0)
    logits_hw[0, 0] = 30
    logits_hw[7, 2:5] = 30
    found = judge(logits_hw, 3.0)
    assert found.box_xyxy == pytest.approx((2 / 8, 2 / 8, 6 / 8, 6 / 8), abs=1e-6)
    assert not found.mask_hw[0, 0]
    assert found.mask_hw.sum() == 16


def test_a_presence_below_the_threshold_is_not_found_but_keeps_its_mask() -> None:
    missed = judge(square(), -0.1)
    assert not missed.found
    assert missed.box_xyxy is None
    assert missed.box_px(512, 512) is None
    assert missed.score == pytest.approx(0.475, abs=1e-3)
    assert missed.mask_hw.sum() == 16


def test_a_mask_that_is_too_small_has_no_score() -> None:
    missed = judge(square(low=3, high=4), 5.0)
    assert (missed.found, missed.score, missed.box_xyxy) == (False, 0.0, None)


def test_an_empty_mask_is_not_found() -> None:
    missed = judge(np.full((8, 8), -5, np.float32), 5.0)
    assert (missed.found, missed.score, missed.area) == (False, 0.0, 0.0)


def test_a_full_mask_is_the_whole_slice() -> None:
    found = judge(np.full((8, 8), 5, np.float32), 5.0)
    assert found.box_xyxy == (0.0, 0.0, 1.0, 1.0)


def test_extreme_logits_give_no_warning() -> None:
    found = judge(square(logit=1e6), 1e9)
    assert found.score == pytest.approx(1.0)


def test_parts_that_touch_at_a_corner_are_two() -> None:
    mask_hw = np.zeros((4, 4), np.bool_)
    mask_hw[0:2, 0:2] = True
    mask_hw[2, 2] = True
    assert largest_part(mask_hw).sum() == 4
