"""NIfTI by nibabel."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import numpy as np
from nibabel.nifti1 import Nifti1Image

from .file import DrawnFile, as_hwc, scene


def draw(side: int) -> Iterator[DrawnFile]:
    """Volumes of one slice, bare and compressed, seen as a radiologist sees them."""
    for dtype in ("uint8", "int16", "float32"):
        plane = scene(side, dtype, 1)
        volume = Nifti1Image(np.ascontiguousarray(plane.T[::-1, ::-1, None]), np.eye(4))
        volume.header.set_xyzt_units("mm")
        data, bits = volume.to_bytes(), plane.dtype.itemsize * 8
        yield DrawnFile("nifti", f"nii, {dtype}", bits, data, as_hwc(plane))
        yield DrawnFile("nifti", f"nii.gz, {dtype}", bits, gzip.compress(data, mtime=0), as_hwc(plane))
