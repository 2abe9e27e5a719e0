"""Slices for training besides those of TCGA: they are always in training and never judge."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import nibabel
import numpy as np
from dataset import SIDE_PX, Sample, mask_sample
from draw import any_anatomy, draw_slice
from numpy.typing import NDArray
from PIL import Image as PilImage
from prior import of_nothing
from reference_network import ReferenceNetwork

from insitu.decode import decode
from insitu.hounsfield import AIR_HU, hounsfield_from_grey

LEAST_FIELD = 0.45
"""Share of the picture that a round field of view fills at least; smaller ones show too little."""

CTA_HEART, CTA_ABOVE, CTA_BELOW = range(16, 66), 92, 12
"""Of the volume: slices whose mask is the heart, those above that have none, and those below."""

CTA_MM = 1.5
DRAWN, TORSOS, PHOTOS = 60, 2, 60
PHOTO_CLASS = "food_drink"
"""Free to use (Unlicense)."""

FEATHER_PX = 8


def other_samples(data: Path) -> list[Sample]:
    """All of them; the same ones every time."""
    rng = np.random.default_rng(5)
    samples = [*grey_samples(data), *volume_samples(data, rng), *abdomen_samples(data), *drawn_samples(rng)]
    return [*samples, *photo_samples(data.parent / "photos", rng)]


def grey_samples(data: Path) -> Iterator[Sample]:
    """The 201 slices of one patient; what the reference network finds is their heart.

    Where it finds nothing there may be great vessels or the lowest part of the heart, so that counts for little.
    """
    network = ReferenceNetwork(data / "reference_model" / "model.onnx")
    for path in sorted((data / "slices_201" / "gray256").glob("*.png")):
        grey_hw = np.asarray(PilImage.open(path))
        if (grey_hw > 0).mean() < LEAST_FIELD:
            continue
        mask_hw = network.find_mask(grey_hw, SIDE_PX)
        hu_hw = np.clip(hounsfield_from_grey(grey_hw), -1024, 3071).astype(np.int16)
        if mask_hw.any():
            yield mask_sample(hu_hw, mask_hw, 0.25)
        else:
            yield Sample(hu_hw, of_nothing(0.3), 0.05)


def volume_samples(data: Path, rng: np.random.Generator) -> Iterator[Sample]:
    """Axial slices of the volume, which ends at the mediastinum, inside drawn trunks."""
    folder = data / "totalseg_cta"
    hu, mask = (
        np.asarray(nibabel.as_closest_canonical(nibabel.load(folder / name)).dataobj)[::-1, ::-1].transpose(
            2, 1, 0
        )
        for name in ("ct_cropped.nii.gz", "heart_mask_aligned.nii.gz")
    )
    for level in range(0, len(hu), 2):
        heart = level in CTA_HEART
        if not heart and CTA_BELOW < level < CTA_ABOVE:
            continue
        for _ in range(TORSOS if heart else 1):
            hull_hw = fill_hull(mask[level] > 0) if heart else np.zeros(mask[level].shape, np.bool_)
            hu_hw, mask_hw = _in_trunk(hu[level], hull_hw, (level - 42) * CTA_MM, rng)
            yield mask_sample(hu_hw, mask_hw, 0.35 if heart else 0.25)


def _in_trunk(
    hu_hw: NDArray[np.int16], mask_hw: NDArray[np.bool_], z: float, rng: np.random.Generator
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """The slice at 1.5 mm a pixel in the middle of a drawn one, with a soft border."""
    trunk_hw, _ = draw_slice(any_anatomy(rng), z, rng, SIDE_PX, SIDE_PX * CTA_MM)
    height, width = hu_hw.shape
    top, left = (SIDE_PX - height) // 2 - 8, (SIDE_PX - width) // 2
    here = (slice(top, top + height), slice(left, left + width))
    y, x = np.mgrid[:height, :width]
    margin = np.minimum(np.minimum(y, height - 1 - y), np.minimum(x, width - 1 - x))
    share = np.clip((margin + 1) / FEATHER_PX, 0, 1)
    trunk_hw[here] = np.rint(share * hu_hw + (1 - share) * trunk_hw[here]).astype(np.int16)
    placed_hw = np.zeros((SIDE_PX, SIDE_PX), np.bool_)
    placed_hw[here] = mask_hw
    return trunk_hw, placed_hw


def fill_hull(mask_hw: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask with its dents filled, seen from sixteen directions: the root of the aorta lies between the chambers."""
    y, x = np.nonzero(mask_hw)
    rows, columns = np.indices(mask_hw.shape)
    filled_hw = np.ones_like(mask_hw)
    for turn in np.arange(16) * np.pi / 8:
        farthest = np.max(x * np.cos(turn) + y * np.sin(turn), initial=-np.inf)
        filled_hw &= columns * np.cos(turn) + rows * np.sin(turn) <= farthest
    return filled_hw


def abdomen_samples(data: Path) -> Iterator[Sample]:
    """Four slices without a heart."""
    for path in sorted((data / "totalseg_dicom_j2k").glob("*.dcm")):
        pixels_hw = decode(path.read_bytes(), path.name).pixels_hwc[..., 0].astype(np.float32)
        size = pixels_hw.shape[0] // SIDE_PX
        hu_hw = pixels_hw.reshape(SIDE_PX, size, SIDE_PX, size).mean(axis=(1, 3))
        yield Sample(np.clip(hu_hw, -1024, 3071).astype(np.int16), of_nothing(1.0), 0.8)


def drawn_samples(rng: np.random.Generator) -> Iterator[Sample]:
    """Slices of drawn patients, one each; above and below the heart nothing is claimed to be clear."""
    for _ in range(DRAWN):
        one = any_anatomy(rng)
        z = rng.choice(
            [rng.uniform(-0.8, 0.8) * one.heart_high, rng.uniform(-150, -62), rng.uniform(75, 150)]
        )
        hu_hw, mask_hw = draw_slice(one, float(z), rng, SIDE_PX, rng.uniform(320, 460))
        yield mask_sample(hu_hw, mask_hw, 0.08)


def photo_samples(folder: Path, rng: np.random.Generator) -> Iterator[Sample]:
    """Photographs of food in grey: no slice at all."""
    with (folder / "index.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["class"] == PHOTO_CLASS]
    for index in rng.choice(len(rows), PHOTOS, replace=False):
        path = folder / PHOTO_CLASS / rows[index]["file"]
        with PilImage.open(path) as opened:
            grey_hw = np.asarray(opened.convert("L").resize((SIDE_PX, SIDE_PX)), np.float32)
        hu_hw = AIR_HU + grey_hw / 255 * rng.uniform(1100, 2000)
        yield Sample(hu_hw.astype(np.int16), of_nothing(1.0), 0.05)
