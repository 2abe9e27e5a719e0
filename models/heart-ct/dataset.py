"""Slices in Hounsfield units with what is known of the heart in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pack import FOLDS, HIGH_HU, LOW_HU, UNIT_HU
from PIL import Image as PilImage
from prior import Target, of_box, of_mask, of_nothing

SIDE_PX = 256
"""Of the slices that training deforms and then averages to the size of the network."""

POSITIVE = ("clear", "base", "unsure_box")
TCGA_BOX_SCALE = 0.5
"""Boxes are in pixels of 512, slices are kept at 256."""


@dataclass(frozen=True)
class Slice:
    """One axial slice.

    Attributes
    ----------
    label
        Of TCGA: clear, base, unsure_box, great_vessels or none.
    hu_hw : (256, 256) int16
        Hounsfield units.
    box_xyxy
        Of the heart in pixels of `hu_hw`, or None.
    """

    name: str
    patient: str
    label: str
    hu_hw: NDArray[np.int16]
    box_xyxy: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Sample:
    """What the network learns from one slice; `chance` says how often it is drawn, against the others."""

    hu_hw: NDArray[np.int16]
    target: Target
    chance: float


def read_tcga(data: Path) -> list[Slice]:
    """The slices of `tcga/`, in the order of its index."""
    folder = data / "tcga"
    with (folder / "index.csv").open(encoding="utf-8") as file:
        return [_read_slice(folder, row) for row in csv.DictReader(file)]


def _read_slice(folder: Path, row: dict[str, str]) -> Slice:
    pixels = np.asarray(PilImage.open(folder / "hu256" / f"{row['name']}.png")).astype(np.int32)
    corners = [row[name] for name in ("x0", "y0", "x1", "y1")]
    x0, y0, x1, y1 = (float(text or "nan") * TCGA_BOX_SCALE for text in corners)
    hu_hw = (pixels - 1024).astype(np.int16)
    return Slice(row["name"], row["patient"], row["label"], hu_hw, (x0, y0, x1, y1) if corners[0] else None)


def fold_of_patients(slices: Iterable[Slice]) -> dict[str, int]:
    """The fold of each patient: those with a clear heart are dealt out in turn, then the others.

    Exact duplicates are of one patient, so they stay together.
    """
    clear: dict[str, bool] = {}
    for one in slices:
        clear[one.patient] = clear.get(one.patient, False) or one.label == "clear"
    ordered = sorted(clear, key=lambda patient: (not clear[patient], patient))
    return {patient: place % FOLDS for place, patient in enumerate(ordered)}


def tcga_samples(slices: Iterable[Slice]) -> Iterator[Sample]:
    """Hearts and slices without one; those of the great vessels say nothing either way and are left out."""
    for one in slices:
        if one.box_xyxy is not None and one.label in POSITIVE:
            clear = one.label == "clear"
            yield Sample(
                one.hu_hw, of_box(one.hu_hw, one.box_xyxy, 1.0 if clear else 0.5), 2.0 if clear else 1.5
            )
        elif one.label == "none":
            yield Sample(one.hu_hw, of_nothing(1.0), 0.8)


def to_input(hu_hw: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float32]:
    """What the network gets of a square slice of a multiple of 128 px.

    Returns
    -------
    (1, 128, 128) float32
        Averaged over blocks, limited, and in units of 1024 HU.
    """
    size = hu_hw.shape[0] // 128
    mean_hw = hu_hw.astype(np.float32).reshape(128, size, 128, size).mean(axis=(1, 3))
    return (np.clip(mean_hw, LOW_HU, HIGH_HU) / UNIT_HU).astype(np.float32)[None]


def mask_sample(hu_hw: NDArray[np.int16], mask_hw: NDArray[np.bool_], chance: float) -> Sample:
    """A slice whose heart is drawn to the pixel; both (256, 256)."""
    return Sample(hu_hw, of_mask(mask_hw), chance)
