"""What stays of one slice: a copy of the size that the network takes, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageUnsupported
from ..types import Image, Membership, Place, Spacing, StoredSlice
from .blocks import block_means
from .turn import Turn, find_turn
from .units import Units, read_hounsfield, to_int16

AIR_HU = -1024


@dataclass(frozen=True)
class FrameFacts:
    """Where a slice comes from and where it lies.

    Attributes
    ----------
    file : int
        Number of its file, from 0, in the order in which files were given.
    plane, planes : int
        In its file, from 0, and how many there are.
    name : str
        Of its file.
    width, height : int
        Of the slice as it is stored.
    units : str
        What its values were taken for; see `read_hounsfield`.
    turn : Turn
        From the slice as it is stored to the copy, in which the patient lies upright.
    """

    file: int
    plane: int
    planes: int
    name: str
    width: int
    height: int
    units: Units
    turn: Turn
    spacing: Spacing | None
    place: Place | None
    membership: Membership | None


@dataclass(frozen=True)
class Frame:
    """A slice that has been read; `hu_hw` (S, S) int16 is its reduced copy in Hounsfield units, turned upright."""

    facts: FrameFacts
    hu_hw: NDArray[np.int16]


@dataclass(frozen=True)
class Reduction:
    """How a slice lies in its copy of `side` x `side`: means of `block` x `block` pixels, with air around them."""

    side: int
    block: int
    left: int
    top: int

    def to_slice(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of the slice from those of the copy."""
        return (x - self.left) * self.block, (y - self.top) * self.block


def find_reduction(width: int, height: int, side: int) -> Reduction:
    """The smallest whole block with which a slice fits into its copy; it lies in the middle."""
    block = max(1, -(-max(width, height) // side))
    return Reduction(side, block, (side - width // block) // 2, (side - height // block) // 2)


def read_frame(image: Image, file: int, name: str, side: int) -> Frame:
    """Reduce one decoded slice.

    Raises
    ------
    ImageUnsupported
        It is a picture in colour.
    """
    values_hw, units = read_hounsfield(grey_values(image), image)
    turn = find_turn(image.place)
    facts = FrameFacts(
        file=file,
        plane=plane_of(image),
        planes=image.extent.z if image.extent.z > 1 else image.extent.frames,
        name=name,
        width=image.width,
        height=image.height,
        units=units,
        turn=turn,
        spacing=image.spacing,
        place=image.place,
        membership=image.membership,
    )
    return Frame(facts, turn.apply(reduce(values_hw, side)))


def plane_of(image: Image) -> int:
    """Which of the slices in its file it is, from 0."""
    return (image.selection.z or 0) if image.extent.z > 1 else image.selection.frame


def read_stored_frame(stored: StoredSlice, file: int, name: str, side: int) -> Frame:
    """Reduce a slice as it is stored: the copy that `read_frame` makes, without the slice in Hounsfield units."""
    height, width = stored.values_hw.shape
    turn = find_turn(stored.place)
    facts = FrameFacts(
        file=file,
        plane=0,
        planes=1,
        name=name,
        width=width,
        height=height,
        units="hounsfield",
        turn=turn,
        spacing=stored.spacing,
        place=stored.place,
        membership=stored.membership,
    )
    return Frame(facts, turn.apply(reduce(stored.values_hw, side, stored.slope, stored.intercept)))


def reduce(values_hw: NDArray[Any], side: int, slope: int = 1, intercept: int = 0) -> NDArray[np.int16]:
    """The copy of a slice; see `Reduction`. Whole numbers are added exactly, so every runtime gives the same.

    Parameters
    ----------
    values_hw : (H, W) of integers or floats
        Hounsfield units are `slope` times these, plus `intercept`.

    Returns
    -------
    (side, side) int16
        Rounded; a half goes up, and what int16 does not hold becomes its nearest number. Pixels beyond the last whole
        block are left out.
    """
    height, width = values_hw.shape
    reduction = find_reduction(width, height, side)
    if not np.issubdtype(values_hw.dtype, np.integer):
        values_hw = to_int16(values_hw)
    means = block_means(values_hw, reduction.block, slope, intercept)
    rows, columns = means.shape
    if (rows, columns) == (side, side):
        return means
    copy = np.full((side, side), AIR_HU, np.int16)
    copy[reduction.top : reduction.top + rows, reduction.left : reduction.left + columns] = means
    return copy


def blank_frame(size: int, side: int) -> Frame:
    """A slice of air of `size` x `size` pixels that comes from nowhere."""
    values_hw = np.full((size, size), AIR_HU, np.int16)
    return read_stored_frame(StoredSlice(values_hw, 1, 0, None, None, Membership("")), 0, "", side)


def grey_values(image: Image) -> NDArray[Any]:
    """(H, W), of a grey slice, or of a colour picture whose colours are all grey."""
    pixels_hwc = image.pixels_hwc
    if image.samples in ("grey", "grey+alpha"):
        return pixels_hwc[..., 0]
    if image.samples.startswith("rgb"):
        red, green, blue = (pixels_hwc[..., index] for index in range(3))
        if np.array_equal(red, green) and np.array_equal(green, blue):
            return red
    raise ImageUnsupported("This picture is in colour; slices of a scan are grey. Drop the scan itself.")
