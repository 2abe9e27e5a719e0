"""What a pack is made of: the typed form of a model description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import PackInvalid
from .types import FIRST_PLANE, Selection

Fit = Literal["stretch", "crop", "letterbox"]
Filter = Literal["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
_Recipe = TypeVar("_Recipe")

MOST_SMOOTHING = 9
"""If all 127 x 127 pixels in reach vote for one place, 19 to the fourth times as many is still an int32."""


@dataclass(frozen=True)
class Geometry:
    """How an image of any size becomes the size a network was trained on.

    ``stretch`` ignores the aspect ratio; ``crop`` scales the shorter side to
    `shorter_side` and cuts the centre; ``letterbox`` fits the longer side and pads
    with `pad` (0..255). `filter` is the name of a Pillow resampling filter, and
    `reducing_gap` (at least 1) is Pillow's: large images are first averaged over whole
    pixels down to that multiple of the target, which is several times faster.
    """

    fit: Fit
    width: int
    height: int
    filter: Filter
    shorter_side: int | None = None
    pad: int = 0
    reducing_gap: float | None = None


@dataclass(frozen=True)
class Operation:
    """One preprocessing operation of the bioimage.io specification 0.5."""

    id: str
    kwargs: Mapping[str, Any]


@dataclass(frozen=True)
class ClassLabel:
    """One class, in the order of the network's logits."""

    id: str
    name: str
    letter: str
    colour: str


@dataclass(frozen=True)
class PictureLimits:
    """Below which a picture shows too little to be classified; see `flaws`.

    Attributes
    ----------
    least_side_px : int
        Shorter side of the image as it came.
    least_contrast, least_sharpness : float
        Of the picture as the network gets it.
    """

    least_side_px: int
    least_contrast: float
    least_sharpness: float


@dataclass(frozen=True)
class ClassifyRecipe:
    """One picture of a fixed size in, one class out.

    Attributes
    ----------
    temperature : float
        By which logits are divided, so that probabilities are as often right as they say.
    threshold : float
        Least probability at which a class is accepted, where a person sets no other.
    limits : PictureLimits or None
        None where the pack takes any picture.
    """

    geometry: Geometry
    logits_name: str
    activation: Literal["softmax", "sigmoid"]
    temperature: float
    threshold: float
    limits: PictureLimits | None = None


@dataclass(frozen=True)
class Tiling:
    """How a scaled image is cut, in scaled pixels; all but `edge_px` are multiples of `multiple`.

    Attributes
    ----------
    tile_px : int
        Side of a tile.
    halo_px : int
        What the network sees beyond it: at least as far as one of its outputs looks.
    edge_px : int
        What it sees, reflected, beyond the edge of the image.
    multiple : int
        Sides that the network takes are multiples of this.
    """

    tile_px: int
    halo_px: int
    edge_px: int
    multiple: int


@dataclass(frozen=True)
class SplitSettings:
    """What counts as foreground, as one summit of votes, and as an object.

    Attributes
    ----------
    threshold : float
        Least logit of the foreground.
    smoothing : int
        Votes are summed twice over squares of this radius, at most `MOST_SMOOTHING`.
    least_area : float
        Of an object, in scaled pixels.
    least_score : float
        Least mean probability of an object's pixels.
    """

    threshold: float
    smoothing: int
    least_area: float
    least_score: float


@dataclass(frozen=True)
class SegmentRecipe:
    """An image of any size in, objects out.

    Attributes
    ----------
    foreground_name, offsets_name : str
        Outputs (1, 1, h, w), logits, and (1, 2, h, w), y then x to the centre of the object, in scaled pixels.
    diameter_px : float
        Median diameter of objects that images are scaled to.
    diameter_um : float
        The usual median diameter, for images whose pixel size is known.
    """

    foreground_name: str
    offsets_name: str
    diameter_px: float
    diameter_um: float
    tiling: Tiling
    split: SplitSettings


@dataclass(frozen=True)
class SectionSettings:
    """When an organ counts as found in one slice.

    Attributes
    ----------
    threshold : float
        Least probability that the slice shows it.
    least_share : float
        Least area, as a share of the reduced slice.
    """

    threshold: float
    least_share: float


@dataclass(frozen=True)
class LocateRecipe:
    """Slices of a scan in, one box of an organ out.

    Attributes
    ----------
    mask_name, presence_name : str
        Outputs (N, 1, M, M) and (N, 1), logits of each place and of the slice.
    side_px : int
        Of the reduced slices that the network gets.
    batch : int
        How many of them it gets at once.
    section : SectionSettings
    least_volume_ml : float
        Of the organ, where the volume does not cut it off.
    """

    mask_name: str
    presence_name: str
    side_px: int
    batch: int
    section: SectionSettings
    least_volume_ml: float


Recipe = ClassifyRecipe | SegmentRecipe | LocateRecipe


@dataclass(frozen=True)
class FeatureStatistics:
    """How the features of the training images are spread; see `unlikeness`.

    Attributes
    ----------
    means : (m, d) float64
        Of each class, or one of all; an image lies where its nearest mean is.
    components : (k, d) float64
        Orthonormal directions in which they vary most.
    variances : (k,) float64
        Along the components.
    residual_variance : float
        In each direction besides.
    normalised : bool
        Features are brought to length 1 first.
    limit : float
        Distance that few images of the training images' kind exceed.
    """

    means: NDArray[np.float64]
    components: NDArray[np.float64]
    variances: NDArray[np.float64]
    residual_variance: float
    normalised: bool
    limit: float


@dataclass(frozen=True)
class Pack:
    """A checked model description.

    `recipe` says what is done with an image; `plane` is what is analysed of a file that holds several; `familiar`
    tells images like those of the training from others; `model` holds the network's bytes under CPython only.
    """

    id: str
    name: str
    version: str
    description: str
    recipe: Recipe
    operations: tuple[Operation, ...]
    input_name: str
    features_name: str | None
    classes: tuple[ClassLabel, ...]
    notice: str
    tolerance: float
    model_sha256: str
    model_size: int
    plane: Selection = FIRST_PLANE
    familiar: FeatureStatistics | None = None
    model: bytes | None = field(default=None, repr=False)

    def recipe_as(self, kind: type[_Recipe]) -> _Recipe:
        """The recipe, where the caller can follow only one kind."""
        if not isinstance(self.recipe, kind):
            raise PackInvalid(f"The pack {self.id!r} is of another kind than is asked for here.")
        return self.recipe
