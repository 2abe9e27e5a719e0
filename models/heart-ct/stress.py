"""What the pack withstands: `python models/heart-ct/stress.py --data ../shared/data/heart_ct --work <scratch folder>`.

The folds of `evaluate.py`, on slices that are changed as other scanners, tables and files would. `--card` writes
the table into CARD.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from dataset import SIDE_PX, Slice, read_tcga
from evaluate import HERE, judge_folds
from metrics import Box, mean_iou, share_found
from numpy.typing import NDArray

from insitu.hounsfield import AIR_HU, hounsfield_from_grey
from insitu_training.card import table, write_sections

Change = Callable[[Slice], Slice]
SMALL = 0.6
NOISE_HU = 80.0
MIDDLE = SIDE_PX / 2


def as_they_are(one: Slice) -> Slice:
    return one


def turned_by_half(one: Slice) -> Slice:
    """As of a patient who lies the other way round."""
    return _moved(one, one.hu_hw[::-1, ::-1], lambda edge: SIDE_PX - edge)


def smaller(one: Slice) -> Slice:
    """A wider field of view, in air."""
    places = (np.arange(SIDE_PX) + 0.5 - MIDDLE) / SMALL + MIDDLE
    nearest = np.floor(places).astype(np.int64)
    inside = (nearest >= 0) & (nearest < SIDE_PX)
    hu_hw = np.full(one.hu_hw.shape, AIR_HU, np.int16)
    hu_hw[np.ix_(inside, inside)] = one.hu_hw[np.ix_(nearest[inside], nearest[inside])]
    return _moved(one, hu_hw, lambda edge: (edge - MIDDLE) * SMALL + MIDDLE)


def noisy(one: Slice) -> Slice:
    noise_hw = np.random.default_rng(0).normal(0, NOISE_HU, one.hu_hw.shape)
    return replace(one, hu_hw=np.rint(one.hu_hw + noise_hw).astype(np.int16))


def as_picture(low: float, high: float) -> Change:
    """An 8-bit picture of a window, whose units are estimated."""

    def change(one: Slice) -> Slice:
        grey_hw = np.rint(np.clip((one.hu_hw - low) / (high - low), 0, 1) * 255).astype(np.uint8)
        return replace(one, hu_hw=np.clip(hounsfield_from_grey(grey_hw), -3000, 3000).astype(np.int16))

    return change


def _moved(one: Slice, hu_hw: NDArray[np.int16], move: Callable[[float], float]) -> Slice:
    """Another picture; each edge of the box moves alike along both axes."""
    box: Box | None = None
    if one.box_xyxy is not None:
        x0, y0, x1, y1 = (move(edge) for edge in one.box_xyxy)
        box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return replace(one, hu_hw=np.ascontiguousarray(hu_hw), box_xyxy=box)


CHANGES: Mapping[str, Change] = {
    "as they are": as_they_are,
    "turned by half": turned_by_half,
    f"at {SMALL} of the size": smaller,
    f"noise of {NOISE_HU:.0f} HU": noisy,
    "8-bit picture, -1000 ... 1000 HU": as_picture(-1000, 1000),
    "8-bit picture, -1000 ... 400 HU": as_picture(-1000, 400),
    "8-bit picture, -160 ... 240 HU": as_picture(-160, 240),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/heart_ct"))
    parser.add_argument(
        "--work", type=Path, required=True, help="where train.py has left the weights of the folds"
    )
    parser.add_argument("--card", action="store_true", help="write the table into CARD.md")
    args = parser.parse_args()
    slices = read_tcga(args.data)
    rows = []
    for name, change in CHANGES.items():
        verdicts = judge_folds([change(one) for one in slices], args.work)
        figures = (share_found("clear"), mean_iou("clear"), share_found("none"))
        rows.append([name, *(f"{measure(verdicts):.2f}" for measure in figures)])
    text = table(["slices", "recall", "mean IoU", "false alarms"], rows)
    print(text)
    if args.card:
        write_sections(HERE / "CARD.md", {"stress": text})


if __name__ == "__main__":
    main()
