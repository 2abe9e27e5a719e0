from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageOps

from insitu.decode import decode
from insitu.errors import InsituError

ROBUSTNESS = Path(__file__).parents[3] / "shared" / "data" / "robustness"
RASTERS = frozenset(
    (
        "png",
        "gif",
        "bmp",
        "webp",
        "jpg",
        "jp2",
        "j2k",
        "tga",
        "pcx",
        "sgi",
        "ico",
        "cur",
        "qoi",
        "ppm",
        "pgm",
        "pbm",
        "mpo",
    )
)
DEEPER_THAN_PILLOW = frozenset(["pillow/9bit.j2k", "pillow/apng/mode_16bit.png"])
"""Read here at their true depth; Pillow shifts the one up to 16 bits and keeps 8 bits of the other."""


def robustness_files() -> list[str]:
    if not ROBUSTNESS.is_dir():
        return []
    with (ROBUSTNESS / "index.csv").open(encoding="utf-8") as file:
        return [row["file"] for row in csv.DictReader(file) if row["file"].rsplit(".", 1)[-1] in RASTERS]


def as_pillow_shows(data: bytes) -> NDArray[Any]:
    """(H, W, C) upright, with palettes looked up, bits as 0 and 255 and CMYK as RGB."""
    with PilImage.open(io.BytesIO(data)) as opened:
        opened.load()
        picture: PilImage.Image = ImageOps.exif_transpose(opened)
        if picture.has_transparency_data:
            picture = picture.convert("LA" if picture.mode in ("1", "L", "LA") else "RGBA")
        elif picture.mode not in ("L", "RGB", "I", "I;16", "F"):
            picture = picture.convert("L" if picture.mode == "1" else "RGB")
        values = np.asarray(picture)
    return values.reshape(*values.shape[:2], -1)


@pytest.mark.cpython_only
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not ROBUSTNESS.is_dir(), reason="needs shared/data/robustness beside the repository")
@pytest.mark.parametrize("name", sorted(set(robustness_files()) - DEEPER_THAN_PILLOW))
def test_odd_files_are_read_as_pillow_reads_them_or_refused_as_it_refuses(name: str) -> None:
    data = (ROBUSTNESS / name).read_bytes()
    try:
        expected = as_pillow_shows(data)
    except (OSError, SyntaxError, ValueError, PilImage.DecompressionBombError):
        with pytest.raises(InsituError):
            decode(data)
    else:
        np.testing.assert_array_equal(decode(data).pixels_hwc, expected)
