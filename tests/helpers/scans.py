"""Scans for tests: a bright ellipsoid in soft tissue as DICOM files, and a network that finds what is bright."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from helpers.dicom_files import native
from numpy.typing import NDArray
from pydicom.uid import CTImageStorage

from insitu.pack_types import Pack
from insitu.packs import parse_pack
from insitu.types import Item
from insitu.volume.frames import Frame, FrameFacts
from insitu.volume.read import read_frames

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


ROTATED = np.array([[0.96, 0.28, 0.0], [-0.28, 0.96, 0.0]])
TILT = np.deg2rad(18.0)
WAYS: Mapping[str, tuple[Any, Any, Any]] = {
    "on the back, head first": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "feet first": ((-1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "on the front": ((-1, 0, 0), (0, -1, 0), (0, 0, 1)),
    "turned": (tuple(ROTATED[0]), tuple(ROTATED[1]), (0, 0, 1)),
    "oblique": ((1, 0, 0), (0, np.cos(TILT), -np.sin(TILT)), (0, np.sin(TILT), np.cos(TILT))),
    "gantry tilted": ((1, 0, 0), (0, np.cos(TILT), -np.sin(TILT)), (0, 0, 1)),
}
"""How slices lie: along a row, along a column, and from slice to slice."""
ROWS, COLUMNS, FIRST_MM = 20, 24, np.array([-31.5, 12.25, -700.0])
ACROSS_MM, DOWN_MM, STEP_MM = 0.75, 0.5, 2.5


def placed_hu(number: int) -> NDArray[np.int16]:
    """(ROWS, COLUMNS): values that name their slice, row and column."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    return np.asarray(number * 100 + rows * 3 + columns - 900, np.int16)


def centre_mm(way: str, column: float, row: float, number: float) -> NDArray[np.float64]:
    """Where the centre of a voxel lies in the patient (PS3.3, C.7.6.2.1.1)."""
    along_row, along_column, forwards = (np.asarray(one, np.float64) for one in WAYS[way])
    return np.asarray(
        FIRST_MM + column * ACROSS_MM * along_row + row * DOWN_MM * along_column + number * STEP_MM * forwards
    )


def placed_elements(way: str, number: int) -> dict[str, Any]:
    """What a file says of its slice, `placed_hu`, besides the pixels."""
    along_row, along_column, _ = WAYS[way]
    return {
        "Modality": "CT",
        "SOPClassUID": CTImageStorage,
        "SeriesInstanceUID": SERIES,
        "StudyInstanceUID": f"{SERIES}.7",
        "FrameOfReferenceUID": f"{SERIES}.8",
        "SOPInstanceUID": f"{SERIES}.{number + 100}",
        "InstanceNumber": number + 1,
        "ImagePositionPatient": [f"{value:.9g}" for value in centre_mm(way, 0, 0, number)],
        "ImageOrientationPatient": [f"{value:.9g}" for value in (*along_row, *along_column)],
        "PixelSpacing": [DOWN_MM, ACROSS_MM],
        "SliceThickness": STEP_MM,
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
    }


def placed_slice(way: str, number: int, **elements: Any) -> bytes:
    """One file of a series whose slices lie in one of `WAYS`."""
    return native(
        (placed_hu(number) + 1024).astype(np.uint16), **{**placed_elements(way, number), **elements}
    )


def placed_facts(way: str, numbers: Sequence[int]) -> list[FrameFacts]:
    """Facts of files of `placed_slice`."""
    read = [
        found
        for at, number in enumerate(numbers)
        for found in read_frames(Item(f"{at}.dcm", placed_slice(way, number)), at, 64)
    ]
    return [found.facts for found in read if isinstance(found, Frame)]
