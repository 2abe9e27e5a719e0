"""What this pack is: scale, normalisation, words. The one place to change them."""

from __future__ import annotations

from insitu.pack_types import ClassLabel, Operation, SplitSettings, Tiling

DIAMETER_PX = 20.0
"""Median diameter of nuclei, in pixels, that images are scaled to."""

DIAMETER_UM = 10.0
"""Usual diameter of a nucleus, for images whose pixel size is known."""

LOW_PERCENTILE, HIGH_PERCENTILE = 1.0, 99.8
"""Of all values of an image; they become 0 and 1."""

OPERATIONS = (
    Operation("ensure_dtype", {"dtype": "float32"}),
    Operation("scale_range", {"min_percentile": LOW_PERCENTILE, "max_percentile": HIGH_PERCENTILE}),
    Operation("ensure_dtype", {"dtype": "float32"}),
)
TILING = Tiling(tile_px=1024, halo_px=72, edge_px=16, multiple=8)
SPLIT = SplitSettings(threshold=0.5, smoothing=4, least_area=30.0, least_score=0.88)
"""Chosen on the validation images; see CARD.md."""
TOLERANCE = 1e-3

CLASSES = (ClassLabel("nucleus", "Nucleus", "N", "#56B4E9"),)
NAME = "Nuclei"
DESCRIPTION = (
    "Finds nuclei in fluorescence and stained microscopy images and keeps touching ones apart. A small U-Net that "
    "says where nuclei are and where the centre of each lies, trained from scratch on the Data Science Bowl 2018 set."
)
NOTICE = "For research and teaching only; not for diagnosis."
EXPECTS = {
    "text": "Nuclei that are brighter than their surroundings (fluorescence) or darker (stained tissue and cells), "
    "in an image of any size.",
    "size": "any; nuclei of about 8 to 80 pixels across are scaled by themselves",
    "stain": "",
    "not_for": "Diagnosis; phase contrast; whole cells; nuclei that overlap in depth; bacteria and yeast",
    "picture": "cover.png",
}
DATA = {
    "name": "2018 Data Science Bowl, stage 1 (BBBC038), with the community's corrections",
    "source": "https://bbbc.broadinstitute.org/BBBC038",
    "licence": "CC0",
    "attribution": "Caicedo et al.: Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl. "
    "Nature Methods 16 (2019) 1247-1253",
}
