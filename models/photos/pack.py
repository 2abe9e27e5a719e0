"""What the pack `photos` is, and what a pack of somebody's own classes says of itself. The one place to change them."""

from __future__ import annotations

import colorsys
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insitu.pack_types import ClassLabel, Geometry, Operation

SIZE_PX = 224
GEOMETRY = Geometry(fit="stretch", width=SIZE_PX, height=SIZE_PX, filter="bicubic", reducing_gap=2.0)
"""The whole picture: what a photo shows may stand at its edge."""
CENTRE, SCALE = 127.0, 128.0
"""(x - 127) / 128, as EfficientNet-Lite was trained."""
OPERATIONS = (
    Operation("ensure_dtype", {"dtype": "float32"}),
    Operation("fixed_zero_mean_unit_variance", {"mean": CENTRE, "std": SCALE}),
    Operation("ensure_dtype", {"dtype": "float32"}),
)
TOLERANCE = 1e-4
_COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999")
"""Okabe and Ito's."""
_TRUNK = {
    "text": "Tan, Le: EfficientNet: rethinking model scaling for convolutional neural networks. ICML 2019",
    "doi": "10.48550/arXiv.1905.11946",
}


@dataclass(frozen=True)
class About:
    """A pack's words, and what its training has to know of its classes.

    Attributes
    ----------
    threshold : float
        Least probability at which a class is accepted.
    paper : tuple of str
        Ids of classes whose pictures are sheets of paper: in training they also lie on tables.
    keep_in : tuple of str
        Samples of scikit-image that belong to a class, and so are not used as images of other kinds.
    """

    id: str
    name: str
    description: str
    classes: tuple[ClassLabel, ...]
    expects: Mapping[str, str]
    notice: str
    data: Mapping[str, str]
    cite: tuple[Mapping[str, str], ...]
    threshold: float = 0.7
    paper: tuple[str, ...] = ()
    keep_in: tuple[str, ...] = ()
    version: str = "1.0.0"
    licence: str = "Apache-2.0"


PHOTOS = About(
    id="photos",
    name="Photos",
    description="Sorts photos into food and drink, documents and places, and says of others that they are none of "
    "these.",
    classes=(
        ClassLabel("food_drink", "Food or drink", "F", "#E69F00"),
        ClassLabel("document", "Document", "D", "#56B4E9"),
        ClassLabel("place", "Place", "P", "#009E73"),
    ),
    expects={
        "text": "One photo of a dish or a drink, of a sheet of paper with text, or of a room or a house.",
        "size": "any, at least 64 pixels on the shorter side; it is scaled to 224 x 224",
        "stain": "",
        "not_for": "Reading documents; menus (only receipts were seen in training); landscapes, streets and shops",
        "picture": "cover.png",
    },
    notice="Sorts photos by what they show; a person should look at what is uncertain.",
    data={
        "name": "Recipes' photos, receipts and houses",
        "source": "see CARD.md",
        "licence": "mixed; see CARD.md",
        "attribution": "Food: HowToCook and based.cooking (Unlicense). Receipts: ICDAR 2019 SROIE, and softmatic's "
        "vision data (CC BY 4.0). Places: Houses dataset (Ahmed and Moustafa 2016).",
    },
    cite=(
        _TRUNK,
        {
            "text": "Ahmed, Moustafa: House price estimation from visual and textual features. IJCCI 2016",
            "doi": "10.5220/0006040700620068",
        },
        {
            "text": "Huang, Chen, He, Bai, Karatzas, Lu, Jawahar: ICDAR2019 competition on scanned receipt OCR and "
            "information extraction. ICDAR 2019",
            "doi": "10.1109/ICDAR.2019.00244",
        },
    ),
    paper=("document",),
    keep_in=("coffee", "page", "text"),
)


def own_pack(name: str, folders: Sequence[str]) -> About:
    """The words of a pack whose classes are the names of folders."""
    labels = zip(folders, letters_of(folders), colours(len(folders)), strict=True)
    said = [folder.replace("_", " ") for folder in folders]
    return About(
        id=name,
        name=f"{name.replace('-', ' ').capitalize()} (own classes)",
        description=f"Sorts pictures into {', '.join(said[:-1])} and {said[-1]}.",
        classes=tuple(
            ClassLabel(folder, folder.replace("_", " ").capitalize(), letter, colour)
            for folder, letter, colour in labels
        ),
        expects={
            "text": "Pictures like those that it was trained on.",
            "size": f"any; it is scaled to {SIZE_PX} x {SIZE_PX}",
            "stain": "",
            "not_for": "Anything that nobody has checked it for",
            "picture": "cover.png",
        },
        notice="Trained on a few pictures; see its card before relying on it.",
        data={"name": "Own pictures", "source": "", "licence": "", "attribution": ""},
        cite=(_TRUNK,),
    )


def letters_of(folders: Sequence[str]) -> list[str]:
    """A letter for each class: one of its name where it is free, else any that is."""
    taken: list[str] = []
    for folder in folders:
        wishes = [*folder.upper(), *string.ascii_uppercase, *string.digits, *map(chr, range(0xC0, 0x250))]
        taken.append(next(letter for letter in wishes if letter.isalnum() and letter not in taken))
    return taken


def colours(count: int) -> list[str]:
    """Colours to tell classes apart: Okabe and Ito's, then hues in golden steps."""
    more = [
        colorsys.hsv_to_rgb((0.11 + 0.618 * index) % 1, 0.75, 0.8) for index in range(len(_COLOURS), count)
    ]
    return [*_COLOURS, *("#" + "".join(f"{round(255 * part):02X}" for part in rgb) for rgb in more)][:count]


def insitu_config(about: About) -> dict[str, Any]:
    """What of `config.insitu` does not depend on the training."""
    keys = ("fit", "width", "height", "filter", "reducing_gap")
    return {
        "id": about.id,
        "task": "classify",
        "plane": {"z": "middle"},
        "geometry": {key: getattr(GEOMETRY, key) for key in keys},
        "activation": "softmax",
        "threshold": about.threshold,
        "outputs": {"logits": "logits", "features": "features"},
        "classes": [dict(vars(entry)) for entry in about.classes],
        "expects": dict(about.expects),
        "notice": about.notice,
        "tolerance": TOLERANCE,
    }
