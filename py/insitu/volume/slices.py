"""Boxes of single slices, in their own pixels."""

from __future__ import annotations

from ..postprocess.section import Section
from .frames import FrameFacts, find_reduction

Edges = tuple[float, float, float, float]


def box_in_slice(section: Section, facts: FrameFacts, side: int) -> Edges | None:
    """The box x0, y0, x1, y1 in pixels of the slice as it is stored; None where nothing was found."""
    box = section.box_px(side, side)
    if box is None:
        return None
    x0, y0, x1, y1 = facts.turn.undo_box(box, side)
    reduction = find_reduction(facts.width, facts.height, side)
    (left, top), (right, bottom) = reduction.to_slice(x0, y0), reduction.to_slice(x1, y1)
    return max(left, 0.0), max(top, 0.0), min(right, float(facts.width)), min(bottom, float(facts.height))
