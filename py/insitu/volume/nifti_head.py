"""The beginning of a NIfTI-1 file that holds the Hounsfield units of a box; the values follow it, slice by slice."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from nibabel.nifti1 import Nifti1Header
from nibabel.quaternions import mat2quat
from numpy.typing import NDArray

from .. import __version__
from .frames import FrameFacts
from .places import Box3, find_affine, whole_box
from .series import Series

_LPS_TO_RAS = np.diag((-1.0, -1.0, 1.0))
_SCANNER = 1
"""NIFTI_XFORM_SCANNER_ANAT: coordinates are those of the scanner."""
_SKEW = 1e-4
"""Cosine between axes from which on a rotation cannot say how a volume lies."""
_DIGITS = 8
"""Of quaternions, as many as float32 has: what should be 0 is, whatever a processor makes of eigenvectors."""


@dataclass(frozen=True)
class NiftiHead:
    """352 bytes; `is_even` as of `Affine`: where not, what lies behind a gap is said to lie where it would without."""

    data: bytes
    is_even: bool


def nifti_head(frames: Sequence[FrameFacts], series: Series, box: Box3) -> NiftiHead:
    """Header and empty extension for the voxels of a box, in int16.

    Columns are the first axis, rows the second and slices the third. The matrix (sform, and qform unless a gantry was
    tilted) is that of the box's voxels in the scanner, in millimetres to the right, the front and the head.
    Without places both have the code 0, and only the sizes of voxels are there, where they are known.
    """
    first = frames[int(series.members[0])]
    box = whole_box(box, first, len(series.members))
    header = Nifti1Header(endianness="<")
    header.set_data_dtype(np.dtype("<i2"))
    header.set_data_shape((int(box.x1 - box.x0), int(box.y1 - box.y0), int(box.z1 - box.z0)))
    header.set_slope_inter(1, 0)
    header["vox_offset"] = 352
    affine = find_affine(frames, series, box)
    is_even = affine is None or affine.is_even
    if affine is None:
        _set_sizes(header, first, series)
    else:
        _set_affine(header, _LPS_TO_RAS @ affine.matrix)
    gaps = "" if is_even else "; unevenly placed"
    header["descrip"] = f"Hounsfield units, cropped by Insitu {__version__}{gaps}".encode()
    buffer = io.BytesIO()
    header.write_to(buffer)
    return NiftiHead(buffer.getvalue(), is_even)


def _set_sizes(header: Nifti1Header, facts: FrameFacts, series: Series) -> None:
    spacing = facts.spacing
    if spacing is not None and spacing.unit == "mm" and series.is_spaced:
        header.set_zooms((spacing.x, spacing.y, series.step))
        header.set_xyzt_units("mm")


def _set_affine(header: Nifti1Header, matrix: NDArray[np.float64]) -> None:
    """`matrix` (3, 4) float64, in NIfTI's coordinates."""
    affine = np.vstack([matrix, [0, 0, 0, 1]]) + 0.0  # no -0.0
    sizes = np.linalg.norm(affine[:3, :3], axis=0)
    header.set_zooms(sizes)
    header.set_xyzt_units("mm")
    header.set_sform(affine, code=_SCANNER)
    axes = affine[:3, :3] / sizes
    if abs(axes.T @ axes - np.eye(3)).max() <= _SKEW:
        _set_rotation(header, axes)
        header["qform_code"] = _SCANNER
        for axis, name in enumerate(("qoffset_x", "qoffset_y", "qoffset_z")):
            header[name] = affine[axis, 3]


def _set_rotation(header: Nifti1Header, axes: NDArray[np.float64]) -> None:
    """The quaternion of axes at right angles, which are the columns; nifti1.h says what pixdim[0] does in it."""
    turn = 1.0 if np.dot(np.cross(axes[:, 0], axes[:, 1]), axes[:, 2]) > 0 else -1.0
    found = np.round(mat2quat(axes * [1, 1, turn]), _DIGITS)
    # A half turn has two quaternions; the one whose first part is positive is taken.
    sign = np.sign(found[np.flatnonzero(found)[0]])
    for name, value in zip(("quatern_b", "quatern_c", "quatern_d"), found[1:] * sign, strict=True):
        header[name] = value + 0.0
    header["pixdim"][0] = turn
