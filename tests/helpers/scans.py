"""Scans for tests: a bright ellipsoid in soft tissue as DICOM files, and a network that finds what is bright."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from helpers.dicom_files import native
from numpy.typing import NDArray

from insitu.pack_types import Pack
from insitu.packs import parse_pack

from .packs import pack_values

CENTRE_MM = np.array([10.0, -5.0, 60.0])
RADII_MM = np.array([45.0, 40.0, 35.0])
SIZE, PIXEL_MM = 128, 2.5
SERIES = "1.2.826.0.1"


def locator_values(**changes: Any) -> dict[str, Any]:
    """The values of the pack.json of a pack that looks for the ellipsoid, with top-level keys changed."""
    recipe = {
        "side_px": 64,
        "batch": 8,
        "section": {"threshold": 0.5, "least_share": 0.004},
        "least_volume_ml": 60.0,
    }
    operations = [
        {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
        {"id": "clip", "kwargs": {"min": -1024.0, "max": 1024.0}},
        {"id": "scale_linear", "kwargs": {"gain": 1 / 1024}},
    ]
    outputs = {"mask": "mask", "presence": "presence"}
    classes = [{"id": "bright", "name": "Bright", "letter": "B", "colour": "#E69F00"}]
    values = {"task": "locate", "locate": recipe, "outputs": outputs, "classes": classes}
    return pack_values(**{**values, "input": {"name": "image", "operations": operations}, **changes})


def locator(**changes: Any) -> Pack:
    """The pack of `locator_values`."""
    return parse_pack(locator_values(**changes))


class BrightSession:
    """Says of pairs of pixels whether they are brighter than 200 HU; keeps how many slices it was given at once."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        tensor = inputs["image"]
        count, _, height, width = tensor.shape
        self.batches.append(count)
        means = tensor.reshape(count, 1, height // 2, 2, width // 2, 2).mean(axis=(3, 5))
        mask = (means - np.float32(200 / 1024)) * np.float32(50)
        return {"mask": mask, "presence": mask.max(axis=(2, 3))}


def slice_hu(z_mm: float) -> NDArray[np.int16]:
    """(SIZE, SIZE): air, a body of 40 HU, and the ellipsoid of 400 HU."""
    at = (np.arange(SIZE) - (SIZE - 1) / 2) * PIXEL_MM
    x, y = at[None] - CENTRE_MM[0], at[:, None] - CENTRE_MM[1]
    inside = (x / RADII_MM[0]) ** 2 + (y / RADII_MM[1]) ** 2 + ((z_mm - CENTRE_MM[2]) / RADII_MM[2]) ** 2 <= 1
    body = (at[None] / 140) ** 2 + (at[:, None] / 110) ** 2 <= 1
    return np.where(inside, 400, np.where(body, 40, -1000)).astype(np.int16)


def dicom_slice(z_mm: float, **elements: Any) -> bytes:
    """One file of the scan."""
    first = -(SIZE - 1) / 2 * PIXEL_MM
    described = {
        "Modality": "CT",
        "SeriesInstanceUID": SERIES,
        "ImagePositionPatient": [first, first, z_mm],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [PIXEL_MM, PIXEL_MM],
        "SliceThickness": 4,
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        **elements,
    }
    return native((slice_hu(z_mm) + 1024).astype(np.uint16), **described)


def scan_files(count: int = 30, step_mm: float = 4.0) -> dict[str, bytes]:
    """Files by name, which says nothing of where their slices lie."""
    order = np.random.default_rng(3).permutation(count)
    return {f"IM{order[number]:03}.dcm": dicom_slice(number * step_mm) for number in range(count)}
