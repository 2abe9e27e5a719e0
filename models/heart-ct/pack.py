"""What this pack is: sizes, window, rule of decision, words. The one place to change them."""

from __future__ import annotations

from insitu.pack_types import ClassLabel, Operation, SectionSettings

SIDE_PX = 128
"""Of the slice that the network gets; larger slices are averaged over blocks."""

MASK_SIDE_PX = 64
LOW_HU, HIGH_HU, UNIT_HU = -1024.0, 1024.0, 1024.0

OPERATIONS = (
    Operation("ensure_dtype", {"dtype": "float32"}),
    Operation("clip", {"min": LOW_HU, "max": HIGH_HU}),
    Operation("scale_linear", {"gain": 1 / UNIT_HU, "offset": 0.0}),
    Operation("ensure_dtype", {"dtype": "float32"}),
)
SETTINGS = SectionSettings(threshold=0.5, least_share=0.004)
"""Fixed beforehand, not chosen on any slice."""

BATCH = 16
"""Slices that the network gets at once; more of them are hardly faster."""

LEAST_VOLUME_ML = 60.0
"""A tenth of a large heart and a quarter of a small one: less is a mistake, unless the series ends there."""

FOLDS = 5
TOLERANCE = 1e-3

CLASSES = (ClassLabel("heart", "Heart", "H", "#D55E00"),)
NAME = "Heart in chest CT"
DESCRIPTION = (
    "Says for each axial CT slice whether and where the heart is. A U-Net of 54 thousand parameters, trained "
    "from scratch on slices of 42 patients with draft labels."
)
NOTICE = "Draft labels, few patients; not for clinical use."
EXPECTS = {
    "text": "Axial CT slices of the chest in Hounsfield units, with or without contrast agent; 8-bit pictures are "
    "scaled by what looks like air and soft tissue.",
    "size": "any square size from 128 px; the whole body in the field of view",
    "stain": "",
    "not_for": "Diagnosis and treatment planning; MR; sagittal or coronal slices; children and small animals",
    "picture": "cover.png",
}
DATA = {
    "name": "CT slices of TCGA-LUAD and TCGA-LUSC (The Cancer Imaging Archive), with draft boxes",
    "source": "https://www.cancerimagingarchive.net/collection/tcga-luad/",
    "licence": "CC BY 3.0",
    "attribution": "Albertina, Watson, Holback et al.: The Cancer Genome Atlas Lung Adenocarcinoma Collection "
    "(TCGA-LUAD); Kirk, Lee, Kumar et al.: The Cancer Genome Atlas Lung Squamous Cell Carcinoma Collection "
    "(TCGA-LUSC). The Cancer Imaging Archive, 2016",
}
