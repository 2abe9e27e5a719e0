"""The vocabulary: plain frozen values that pass between the steps of the pipeline.

Conventions: images are `(H, W, C)`, row-major, upright (EXIF applied); boxes are
`x0, y0, x1, y1` pixel edges, half-open, origin top left; scores are 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

Stage = Literal["decode", "prepare", "run", "postprocess", "measure", "render"]


@dataclass(frozen=True)
class Item:
    """One thing to analyse: the bytes of a file and the name to report it by."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Selection:
    """Which plane of a file is meant; files that hold one plane have only the first of each.

    Attributes
    ----------
    frame : int
        Time point, page or frame, from 0.
    z : int or None
        Position along the third axis of space, from 0; None takes the one in the middle.
    channel : int or None
        From 0; None takes all channels.
    level : int or None
        Of a pyramid, from 0, the largest; None takes the largest that an engine can hold.

    What was decoded (`Image.selection`) has numbers for frame, z and level.
    """

    frame: int = 0
    z: int | None = 0
    channel: int | None = None
    level: int | None = 0


FIRST_PLANE = Selection()


@dataclass(frozen=True)
class Channel:
    """One channel of a microscope or scanner; `colour` as ``#RRGGBB`` where the file names one."""

    name: str
    colour: str | None = None


@dataclass(frozen=True)
class Spacing:
    """Distance between the centres of neighbouring pixels, and of planes where the file says so.

    `origin` names what the file calls it: ``"DICOM ImagerPixelSpacing"``, for example, is measured at the detector.
    """

    x: float
    y: float
    unit: Literal["mm", "um"]
    z: float | None = None
    origin: str = field(default="", compare=False)


@dataclass(frozen=True)
class Extent:
    """What a file holds besides the plane that was decoded.

    Attributes
    ----------
    frames, z : int
        At least 1; see `Selection`.
    channels : tuple of Channel
        Empty for grey and colour pictures, whose samples are no channels to choose from.
    levels : tuple of (width, height)
        Of a pyramid, the largest first; empty where there is none.
    """

    frames: int = 1
    z: int = 1
    channels: tuple[Channel, ...] = ()
    levels: tuple[tuple[int, int], ...] = ()

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one plane."""
        return self.frames > 1 or self.z > 1 or len(self.channels) > 1 or len(self.levels) > 1


Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Place:
    """Where a plane lies in the patient.

    In DICOM's patient coordinates (PS3.3, C.7.6.2.1.1): millimetres to the left, to the back and to the head.

    Attributes
    ----------
    position : (x, y, z)
        Of the centre of the first pixel.
    along_row, along_column : (x, y, z)
        Unit vectors, at right angles, in which the number of the column and of the row grows.
    """

    position: Vector
    along_row: Vector
    along_column: Vector


@dataclass(frozen=True)
class Membership:
    """Which series a plane belongs to.

    Attributes
    ----------
    series : str
        What the file names it by, the same for all its planes; nothing that a person should see.
    number : int or None
        Of the plane in its series, as the file counts.
    modality : str
        DICOM's code, for example ``"CT"``; empty where the file has none.
    is_localiser : bool
        An overview from which the series was planned.
    """

    series: str
    number: int | None = None
    modality: str = ""
    is_localiser: bool = False


@dataclass(frozen=True)
class StoredSlice:
    """A slice of CT as its file stores it: Hounsfield units are `slope` * values + `intercept`.

    Attributes
    ----------
    values_hw : (H, W) int16 or uint16
    """

    values_hw: NDArray[Any]
    slope: int
    intercept: int
    spacing: Spacing | None
    place: Place | None
    membership: Membership


Samples = Literal["grey", "grey+alpha", "rgb", "rgb+alpha", "channels"]


class _Sized:
    pixels_hwc: NDArray[Any]

    @property
    def width(self) -> int:
        return int(self.pixels_hwc.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels_hwc.shape[0])


@dataclass(frozen=True)
class Image(_Sized):
    """One decoded plane with the values that the file holds.

    Attributes
    ----------
    pixels_hwc : (H, W, C) of any integer or float dtype
        Upright. May be a view of (H, W, 4), Pillow's own layout, of which the fourth byte means nothing.
    format : str
        The family that the bytes were sniffed as, for example ``"jpeg"``.
    samples : str
        What the last axis of `pixels_hwc` means.
    extent, selection
        What else the file holds, and which part of it this is.
    spacing : Spacing or None
    window : (black, white) or None
        Values that the file asks to be shown as black and white; black is the higher one where low values are bright.
    orientation : int
        Code of EXIF and TIFF, 1 to 8, that the stored pixels were turned upright by; 1 leaves them as they are.
    place : Place or None
    membership : Membership or None
    """

    pixels_hwc: NDArray[Any]
    format: str
    samples: Samples = "rgb"
    extent: Extent = Extent()
    selection: Selection = FIRST_PLANE
    spacing: Spacing | None = None
    window: tuple[float, float] | None = None
    orientation: int = 1
    place: Place | None = None
    membership: Membership | None = None


@dataclass(frozen=True)
class Picture(_Sized):
    """An image as it is seen: by a person, and by packs whose networks were trained on pictures.

    Attributes
    ----------
    pixels_hwc : (H, W, 3) uint8
        RGB; see `Image.pixels_hwc`.
    """

    pixels_hwc: NDArray[np.uint8]
    reduced: dict[tuple[int, int], PilImage.Image] = field(default_factory=dict, repr=False, compare=False)
    """Averages over whole pixels, by horizontal and vertical factor, that `scale` has made."""

    @cached_property
    def pil(self) -> PilImage.Image:
        """The pixels as Pillow's own image, RGB or, where they lie in its layout already, RGBX without a copy."""
        size, padded_hwx = (self.width, self.height), self.pixels_hwc.base
        if isinstance(padded_hwx, np.ndarray) and padded_hwx.shape == (self.height, self.width, 4):
            return PilImage.frombuffer("RGBX", size, padded_hwx, "raw", "RGBX", 0, 1)
        return PilImage.fromarray(self.pixels_hwc)


class Session(Protocol):
    """A network that is ready to run, in whichever runtime."""

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run once; arrays come back in their declared shapes, by output name."""
        ...


class Require(Protocol):
    """Called with the names of packages before a reader is imported that needs them."""

    async def __call__(self, packages: tuple[str, ...]) -> None: ...


class Checkpoint(Protocol):
    """Called between steps: reports the step and raises `JobCancelled` when asked to stop.

    `done` is the part, 0 ... 1, of a step of many parts that lies behind.
    """

    async def __call__(self, stage: Stage, done: float = 0.0) -> None: ...
