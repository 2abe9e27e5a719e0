"""What this pack is: geometry, operations, classes, words. The one place to change them."""

from __future__ import annotations

from insitu.pack_types import ClassLabel, Geometry, Operation

FOLDER_CLASSES = (
    ClassLabel("basophil", "Basophil", "B", "#E69F00"),
    ClassLabel("eosinophil", "Eosinophil", "E", "#56B4E9"),
    ClassLabel("erythroblast", "Erythroblast", "R", "#009E73"),
    ClassLabel("ig", "Immature granulocyte", "I", "#F0E442"),
    ClassLabel("lymphocyte", "Lymphocyte", "L", "#0072B2"),
    ClassLabel("monocyte", "Monocyte", "M", "#D55E00"),
    ClassLabel("neutrophil", "Neutrophil", "N", "#CC79A7"),
    ClassLabel("platelet", "Platelet", "P", "#999999"),
)
"""In the order of the logits; an id is the name of a folder of the data, colours are Okabe and Ito's."""

SIZE_PX = 96
SHORTER_SIDE_PX = 128
REDUCING_GAP = 2.0
"""Pictures of 512 px and more are averaged first: the same answer in a third of the time."""
GEOMETRY = Geometry(
    fit="crop",
    width=SIZE_PX,
    height=SIZE_PX,
    filter="bicubic",
    shorter_side=SHORTER_SIDE_PX,
    reducing_gap=REDUCING_GAP,
)
PLANE = {"z": "middle"}
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
OPERATIONS = (
    Operation("ensure_dtype", {"dtype": "float32"}),
    Operation("scale_linear", {"gain": 1 / 255, "offset": 0.0}),
    Operation("fixed_zero_mean_unit_variance", {"mean": list(MEAN), "std": list(STD), "axis": "channel"}),
    Operation("ensure_dtype", {"dtype": "float32"}),
)
TOLERANCE = 1e-4

NAME = "Blood cells"
DESCRIPTION = (
    "Names the cell in the middle of a picture of a stained blood smear: one of eight kinds of "
    "peripheral blood cell. A small residual network, trained from scratch on the PBC set."
)
NOTICE = "For research and teaching only; not for diagnosis."
EXPECTS = {
    "text": "One cell in the middle of a colour picture from a stained peripheral blood smear, "
    "taken with a 100x objective and filling a tenth to two thirds of the shorter side.",
    "size": "about 360 x 360 pixels; larger and smaller pictures are scaled",
    "stain": "May Gruenwald-Giemsa on a light background",
    "not_for": "Diagnosis; whole fields with many cells; bone marrow; malignant cells; other stains, "
    "phase contrast or fluorescence",
    "picture": "cover.png",
}
DATA = {
    "name": "PBC: peripheral blood cell images",
    "source": "https://doi.org/10.1016/j.dib.2020.105474",
    "article": "PMC7182702",
    "licence": "CC BY 4.0 (believed; see CARD.md)",
    "attribution": "Acevedo, Merino, Alferez, Molina, Boldu, Rodellar: A dataset of microscopic peripheral "
    "blood cell images for development of automatic recognition systems. Data in Brief 30 (2020) 105474",
}
