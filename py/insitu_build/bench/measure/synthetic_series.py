"""A series of CT as a scanner writes it, made of the real volume of the shared data.

However many frames there are, they reach over the same part of the patient: more of them lie closer together. Around
the volume, which ends at the mediastinum, is air; all of it has a scanner's noise. Names of files say nothing of where
slices lie.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from ...report import BuildError, say
from . import volume_grid
from .volume_grid import Box, Grid, Volume, grid_around, load_volume, sample_slice

SIDE_PX, PIXEL_MM, EXTENT_MM = 512, 0.75, 300.0
NOISE_HU = 15.0
_FILES = ("totalseg_cta/ct_cropped.nii.gz", "totalseg_cta/heart_mask_aligned.nii.gz")
_MANIFEST = "series.json"
_PRIVATE_ELEMENTS = 80
"""Scanners write 100 to 190 elements before the pixels."""


@dataclass(frozen=True)
class SyntheticSeries:
    """Files on disk.

    Attributes
    ----------
    files : tuple of Path
        By place, from the feet to the head.
    box_mm
        Of the mask, in patient coordinates.
    step_mm
        Distance of neighbours.
    """

    files: tuple[Path, ...]
    box_mm: Box
    step_mm: float

    def thinned(self, frames: int) -> SyntheticSeries:
        """Every second, fourth ... slice, so that `frames` are left."""
        every, rest = divmod(len(self.files), frames)
        if rest:
            raise BuildError(f"A series of {len(self.files)} frames cannot be thinned to {frames}.")
        return SyntheticSeries(self.files[::every], self.box_mm, self.step_mm * every)

    @property
    def description(self) -> str:
        """One line for the report."""
        megabytes = sum(file.stat().st_size for file in self.files) / 1e6
        return (
            f"{len(self.files)} files of {SIDE_PX} x {SIDE_PX} signed 16-bit values, uncompressed "
            f"({megabytes:.0f} MB), {EXTENT_MM:.0f} mm of a contrast CT in air, noise of {NOISE_HU:.0f} HU; smaller "
            "series are every second, fourth ... of them. The pack's network has seen slices of this patient; the mask "
            "counts the pulmonary arteries as heart, which lie in its upper 30 mm."
        )

    @property
    def chosen(self) -> list[Path]:
        """As a person's file dialogue gives them, by name."""
        return sorted(self.files)


def volume_files(data: Path) -> list[Path] | None:
    """The volume and its mask; None where they are not both there."""
    files = [data / name for name in _FILES]
    return files if all(file.is_file() for file in files) else None


def synthetic_series(data: Path, folder: Path, frames: int) -> SyntheticSeries:
    """The series in `folder`, written once and kept; it takes the place of one that was written otherwise.

    Raises
    ------
    BuildError
        The volume is not in `data`.
    """
    sources = volume_files(data)
    if sources is None:
        raise BuildError(f"This benchmark needs the volume of the shared data; there is none in {data}.")
    kept = folder / f"series-{frames}-{_identity(sources)}"
    if not (kept / _MANIFEST).is_file():
        for before in folder.glob(f"series-{frames}-*"):
            shutil.rmtree(before)
        say(f"Writing a series of {frames} frames ({frames * SIDE_PX**2 * 2 / 1e6:.0f} MB) ...")
        write_series(load_volume(*sources), frames, kept)
    values = json.loads((kept / _MANIFEST).read_text("utf-8"))
    files = tuple(kept / name for name in values["files"])
    return SyntheticSeries(files, tuple(values["box_mm"]), values["step_mm"])


def _identity(sources: list[Path]) -> str:
    code = "".join(inspect.getsource(module) for module in (volume_grid, sys.modules[__name__]))
    digest = hashlib.sha256(code.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def write_series(volume: Volume, frames: int, folder: Path) -> None:
    """Write the files, and last of all what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    grid = grid_around(volume, frames, SIDE_PX, PIXEL_MM, EXTENT_MM)
    ranks = np.random.default_rng(frames).permutation(frames)
    names = [f"IM{rank:05}.dcm" for rank in ranks]
    for index, name in enumerate(names):
        noise_hw = np.random.default_rng(index).standard_normal((SIDE_PX, SIDE_PX), np.float32) * NOISE_HU
        hu_hw = np.rint(sample_slice(volume, grid, index) + noise_hw)
        write_slice(np.clip(hu_hw, -1024, 3071).astype(np.int16), grid, index, folder / name)
    values = {"files": names, "box_mm": volume.box_mm, "step_mm": grid.step_mm}
    (folder / _MANIFEST).write_text(json.dumps(values) + "\n", "utf-8")


def write_slice(hu_hw: NDArray[np.int16], grid: Grid, index: int, path: Path) -> None:
    """One file: signed values of 16 bits with an intercept, the patient on the back, head first."""
    data_set = _described(grid, index)
    data_set.Rows, data_set.Columns = hu_hw.shape
    data_set.SamplesPerPixel, data_set.PhotometricInterpretation = 1, "MONOCHROME2"
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 16, 16, 15
    data_set.PixelRepresentation = 1
    data_set.RescaleIntercept, data_set.RescaleSlope = -1024, 1
    data_set.PixelData = (hu_hw + 1024).astype("<i2").tobytes()
    dcmwrite(path, data_set, enforce_file_format=True)


def _described(grid: Grid, index: int) -> Dataset:
    uids = {
        what: generate_uid(entropy_srcs=["insitu", str(grid.frames), what])
        for what in ("study", "series", "frame of reference", f"image {index}")
    }
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.SOPClassUID, data_set.SOPInstanceUID = CTImageStorage, uids[f"image {index}"]
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = uids["study"], uids["series"]
    data_set.FrameOfReferenceUID = uids["frame of reference"]
    data_set.Modality, data_set.ImageType = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"]
    data_set.PatientName, data_set.PatientID, data_set.PatientPosition = "Nobody", "0", "HFS"
    data_set.SeriesNumber, data_set.InstanceNumber = 1, grid.frames - index
    x_mm, y_mm = (round(float(at), 4) for at in grid.origin_mm[:2])
    data_set.ImagePositionPatient = [x_mm, y_mm, round(grid.z_mm(index), 4)]
    data_set.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data_set.PixelSpacing, data_set.SliceThickness = [grid.pixel_mm] * 2, round(grid.step_mm, 4)
    data_set.WindowCenter, data_set.WindowWidth = 40, 400
    block = data_set.private_block(0x0019, "INSITU BENCHMARK", create=True)
    for number in range(_PRIVATE_ELEMENTS):
        block.add_new(number, "LO", f"what a scanner notes, {number}")
    return data_set
