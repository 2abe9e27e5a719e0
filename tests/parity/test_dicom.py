"""DICOM against what desktop libraries make of it: stored files in every runtime, real ones beside pydicom itself."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.errors import ImageCorrupt, ImageUnsupported
from insitu.types import Selection

FOLDER = Path(__file__).parents[1] / "data" / "dicom"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))

SHARED = Path(__file__).parents[3] / "shared" / "data"
REAL = ("robustness/dicom_pydicom", "heart_ct/tcga/original_dicom", "heart_ct/totalseg_dicom_j2k")
needs_real_files = pytest.mark.skipif(
    not all((SHARED / folder).is_dir() for folder in REAL), reason="real files are not part of the repository"
)

BY_OTHERS = {
    "GDCMJ2K_TextGBR.dcm": "56238d",
    "JPEGLSNearLossless_08.dcm": "a1fcec",
    "SC_rgb_jls_lossy_line.dcm": "948f69",
    "SC_rgb_jls_lossy_sample.dcm": "948f69",
}
"""How the MD5 of the pixels begins, where pydicom with Pillow cannot decode: the same from GDCM 3.2.6 and from
pylibjpeg-libjpeg 2.5.0 or pylibjpeg-openjpeg 2.6.0, through pydicom 3.0.2."""

WITHOUT_IMAGE = (
    "ExplVR_LitEndNoMeta.dcm", "UN_sequence.dcm", "empty_charset_LEI.dcm", "priv_SQ.dcm",
    "reportsi_with_empty_number_tags.dcm", "rtplan_truncated.dcm", "rtstruct.dcm",
)  # fmt: skip
CUT = ("MR_truncated.dcm",)
TWELVE_BITS = ("JPEG-lossy.dcm", "JPGExtended.dcm")
"""Which pydicom decodes with no library; the first is the second behind another header."""


@pytest.mark.parametrize("name", EXPECTED)
def test_lossy_files_equal_the_desktop_libraries(name: str) -> None:
    entry = EXPECTED[name]
    image = decode((FOLDER / name).read_bytes(), selection=Selection(frame=entry["frame"]))
    values = image.pixels_hwc.astype(np.int32)
    assert list(values.reshape(entry["shape"]).shape) == entry["shape"]
    assert hashlib.sha256(values.tobytes()).hexdigest() == entry["int32_sha256"]


def real_files() -> list[Path]:
    return [path for folder in REAL for path in sorted((SHARED / folder).glob("*.dcm"))]


def frames_by_pydicom(path: Path) -> Iterator[NDArray[Any]]:
    """Values after the modality table, from pydicom with Pillow or by itself."""
    from pydicom import dcmread
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.pixels.processing import apply_modality_lut

    data_set = dcmread(path)
    decoder = get_decoder(data_set.file_meta.TransferSyntaxUID)
    plugin = next((name for name in ("pillow", "pydicom") if name in decoder.available_plugins), "")
    for index in range(int(data_set.get("NumberOfFrames") or 1)):
        stored, _ = decoder.as_array(data_set, index=index, decoding_plugin=plugin)
        yield apply_modality_lut(stored, data_set)


@pytest.mark.cpython_only
@needs_real_files
def test_real_files_equal_pydicom_in_every_frame() -> None:
    compared = 0
    for path in real_files():
        if path.name in (*BY_OTHERS, *WITHOUT_IMAGE, *CUT, *TWELVE_BITS):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = list(frames_by_pydicom(path))
        for index, values in enumerate(expected):
            image = decode(path.read_bytes(), selection=Selection(frame=index))
            assert image.extent.frames == len(expected)
            np.testing.assert_array_equal(
                image.pixels_hwc.reshape(values.shape), values, err_msg=f"{path.name}, frame {index}"
            )
        compared += 1
    assert compared > 30


@pytest.mark.cpython_only
@needs_real_files
@pytest.mark.parametrize("name", BY_OTHERS)
def test_real_files_that_pillow_cannot_read_equal_other_libraries(name: str) -> None:
    image = decode((SHARED / REAL[0] / name).read_bytes())
    assert hashlib.md5(image.pixels_hwc.tobytes()).hexdigest().startswith(BY_OTHERS[name])


@pytest.mark.cpython_only
@needs_real_files
def test_a_jpeg_of_twelve_bits_is_the_same_behind_either_header() -> None:
    first, second = (decode((SHARED / REAL[0] / name).read_bytes()) for name in TWELVE_BITS)
    assert int(first.pixels_hwc.max()) == 264
    np.testing.assert_array_equal(first.pixels_hwc, second.pixels_hwc)


@pytest.mark.cpython_only
@needs_real_files
@pytest.mark.parametrize("name", [*WITHOUT_IMAGE, *CUT])
def test_real_files_without_a_whole_image_are_refused(name: str) -> None:
    with pytest.raises(ImageCorrupt if name in CUT else ImageUnsupported):
        decode((SHARED / REAL[0] / name).read_bytes())
