"""A real volume with the mask of its heart, and slices through it on another grid.

Coordinates are DICOM's, in millimetres to the left, the back and the head; a grid is named by the centre of its first
voxel.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

AIR_HU = -1000
Box = tuple[float, float, float, float, float, float]
"""Edges x0, y0, z0, x1, y1, z1."""


@dataclass(frozen=True)
class Volume:
    """Voxels in the order of patient coordinates.

    Attributes
    ----------
    hu_zyx : (D, H, W) int16
    mask_zyx : (D, H, W) bool
        The heart.
    origin_mm, spacing_mm : (3,) float64
        x, y, z.
    """

    hu_zyx: NDArray[np.int16]
    mask_zyx: NDArray[np.bool_]
    origin_mm: NDArray[np.float64]
    spacing_mm: NDArray[np.float64]

    @property
    def centre_mm(self) -> NDArray[np.float64]:
        sizes = np.array(self.hu_zyx.shape[::-1])
        return np.asarray(self.origin_mm + self.spacing_mm * (sizes - 1) / 2)

    @property
    def box_mm(self) -> Box:
        """The edges of the voxels of the mask."""
        low, high = [], []
        for axis in (2, 1, 0):
            others = tuple(other for other in range(3) if other != axis)
            found = np.flatnonzero(self.mask_zyx.any(axis=others))
            low.append(found[0] - 0.5)
            high.append(found[-1] + 0.5)
        ends = [self.origin_mm + self.spacing_mm * np.array(end) for end in (low, high)]
        x0, y0, z0, x1, y1, z1 = (float(value) for end in ends for value in end)
        return x0, y0, z0, x1, y1, z1


def load_volume(ct: Path, mask: Path) -> Volume:
    """Two NIfTI files on one grid, whose axes lie along the patient's."""
    hu, affine = _along_patient(ct)
    heart, affine_of_mask = _along_patient(mask)
    if hu.shape != heart.shape or not np.allclose(affine, affine_of_mask):
        raise ValueError("the mask has another grid than the volume")
    spacing = np.abs(np.diag(affine)[:3])
    return Volume(hu.astype(np.int16), heart > 0, affine[:3, 3], spacing)


def _along_patient(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """(D, H, W), and the affine from x, y, z to patient coordinates; NIfTI counts to the right and the front."""
    image: Any = nibabel.as_closest_canonical(nibabel.load(path))
    values = np.asarray(image.dataobj)[::-1, ::-1]
    turn = np.diag([-1.0, -1.0, 1.0, 1.0])
    mirror = np.diag([-1.0, -1.0, 1.0, 1.0])
    mirror[:2, 3] = np.array(values.shape[:2]) - 1
    return values.transpose(2, 1, 0), turn @ image.affine @ mirror


@dataclass(frozen=True)
class Grid:
    """Slices of `side` x `side` pixels; `origin_mm` (3,) is the centre of the first pixel of the lowest."""

    frames: int
    side: int
    pixel_mm: float
    step_mm: float
    origin_mm: NDArray[np.float64]

    def z_mm(self, index: int) -> float:
        return float(self.origin_mm[2] + index * self.step_mm)


def grid_around(volume: Volume, frames: int, side: int, pixel_mm: float, extent_mm: float) -> Grid:
    """The volume in the middle of slices that reach over `extent_mm`, however many there are."""
    step_mm = extent_mm / frames
    half = np.array([(side - 1) * pixel_mm, (side - 1) * pixel_mm, (frames - 1) * step_mm]) / 2
    return Grid(frames, side, pixel_mm, step_mm, volume.centre_mm - half)


def sample_slice(volume: Volume, grid: Grid, index: int) -> NDArray[np.float32]:
    """(side, side) Hounsfield units of one slice: linear between the eight nearest voxels, air outside."""
    depth, height, width = volume.hu_zyx.shape
    slice_hw = np.full((grid.side, grid.side), AIR_HU, np.float32)
    z = (grid.z_mm(index) - volume.origin_mm[2]) / volume.spacing_mm[2]
    if not 0 <= z <= depth - 1:
        return slice_hw
    pixels = np.arange(grid.side) * grid.pixel_mm
    x, y = ((grid.origin_mm[at] + pixels - volume.origin_mm[at]) / volume.spacing_mm[at] for at in (0, 1))
    columns, rows = np.flatnonzero((x >= 0) & (x <= width - 1)), np.flatnonzero((y >= 0) & (y <= height - 1))
    plane_hw = _between(volume.hu_zyx, np.array([z]), axis=0)[0]
    slice_hw[np.ix_(rows, columns)] = _between(_between(plane_hw, y[rows], axis=0), x[columns], axis=1)
    return slice_hw


def _between(values: NDArray[Any], places: NDArray[np.float64], axis: int) -> NDArray[np.float32]:
    """Values at places between the indices of an axis."""
    below = np.minimum(np.floor(places).astype(np.int64), values.shape[axis] - 2)
    share = (places - below).astype(np.float32)
    share = share.reshape([-1 if at == axis else 1 for at in range(values.ndim)])
    low, high = np.take(values, below, axis=axis), np.take(values, below + 1, axis=axis)
    return np.asarray(low * (1 - share) + high * share, np.float32)
