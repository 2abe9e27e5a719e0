"""Plain slices of CT: read without data sets, and as pydicom reads them."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from helpers.dicom_files import describe, native, write
from helpers.scans import dicom_slice
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from insitu.decode import decode, decode_stored
from insitu.decode.dicom_plain import read_stored
from insitu.errors import ImageTooLarge
from insitu.types import Item
from insitu.volume import read as reading
from insitu.volume.frames import Frame, read_frame, read_stored_frame

EXPLICIT, IMPLICIT = uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian
PLAIN: dict[str, Any] = {
    "Modality": "CT",
    "SeriesInstanceUID": "1.2.3",
    "InstanceNumber": 7,
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "ImagePositionPatient": [-120.5, -99.25, 31.125],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PixelSpacing": [0.75, 0.5],
    "SliceThickness": 2.5,
    "RescaleSlope": 1,
    "RescaleIntercept": -1024,
    "WindowCenter": [40, 500],
    "WindowWidth": [400, 1500],
    "PatientName": "Nobody^At^All",
    "StudyDescription": "Thorax \N{LATIN SMALL LETTER E WITH ACUTE}",
    "SpecificCharacterSet": "ISO_IR 100",
}


def plain(
    dtype: str = "int16",
    bits: int = 16,
    syntax: uid.UID = EXPLICIT,
    shape: tuple[int, int] = (37, 51),
    **more: Any,
) -> bytes:
    pixels = np.random.default_rng(4).integers(0, 1 << 16, shape, np.uint16).view(dtype)
    return native(pixels, syntax, BitsStored=bits, HighBit=bits - 1, **{**PLAIN, **more})


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize("dtype", ["int16", "uint16"])
@pytest.mark.parametrize("bits", [12, 16])
@pytest.mark.parametrize("rescaling", [(1, -1024), (2, 0), (-1, 5), (3, -1000)])
def test_a_plain_slice_is_what_pydicom_gives(
    syntax: uid.UID, dtype: str, bits: int, rescaling: tuple[int, int]
) -> None:
    slope, intercept = rescaling
    data = plain(dtype, bits, syntax, RescaleSlope=slope, RescaleIntercept=intercept)
    stored, image = read_stored(data), decode(data)
    assert stored is not None
    np.testing.assert_array_equal(
        stored.values_hw.astype(np.int64) * stored.slope + stored.intercept, image.pixels_hwc[..., 0]
    )
    assert (stored.spacing, stored.place, stored.membership) == (
        image.spacing,
        image.place,
        image.membership,
    )
    ours, theirs = read_stored_frame(stored, 3, "a.dcm", 16), read_frame(image, 3, "a.dcm", 16)
    assert ours.facts == theirs.facts
    np.testing.assert_array_equal(ours.hu_hw, theirs.hu_hw)


@pytest.mark.parametrize(
    "changes",
    [
        {"Modality": "MR"},
        {"Modality": None},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"RescaleSlope": 0.5},
        {"RescaleIntercept": 0.25},
        {"NumberOfFrames": 2},
        {"InstanceNumber": None, "ImagePositionPatient": None},
        {"syntax": uid.ExplicitVRBigEndian},
        {"syntax": uid.DeflatedExplicitVRLittleEndian},
    ],
    ids=str,
)
def test_whatever_is_not_plain_is_read_as_before(changes: dict[str, Any]) -> None:
    more = dict(changes)
    syntax = more.pop("syntax", EXPLICIT)
    values = {keyword: value for keyword, value in {**PLAIN, **more}.items() if value is not None}
    pixels = np.arange(64 * more.get("NumberOfFrames", 1), dtype=np.int16).reshape(-1, 8)
    data = native(pixels, syntax, Rows=8, **values)
    stored = decode_stored(data)
    if "InstanceNumber" in changes:  # what is missing is missing in both
        assert stored is not None and stored.place is None and stored.membership.number is None
    else:
        assert stored is None
        decode(data)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_sequences_whose_end_is_marked_are_passed_over(syntax: uid.UID) -> None:
    inner = Dataset()
    inner.CodeValue = "1"
    inner.is_undefined_length_sequence_item = True
    outer = Dataset()
    outer.CodeMeaning = "odd length"
    outer.ConceptNameCodeSequence = Sequence([inner, inner])
    outer["ConceptNameCodeSequence"].is_undefined_length = True
    outer.is_undefined_length_sequence_item = True
    sequence = Sequence([outer, inner])
    pixels = np.arange(64, dtype=np.int16).reshape(8, 8)
    files = []
    for is_marked in (False, True):
        data_set = describe(pixels, **PLAIN, ProcedureCodeSequence=sequence)
        data_set["ProcedureCodeSequence"].is_undefined_length = is_marked
        data_set.PixelData = pixels.tobytes()
        data_set["PixelData"].VR = "OW"
        files.append(write(data_set, syntax))
    assert len(files[1]) == len(files[0]) + 8
    for file in files:
        stored = read_stored(file)
        assert stored is not None
        np.testing.assert_array_equal(stored.values_hw, pixels)
    assert read_stored(files[1].replace(b"\xfe\xff\xdd\xe0", b"\xfe\xff\xde\xe0")) is None


def test_slices_of_a_scan_are_plain() -> None:
    assert decode_stored(dicom_slice(10.0)) is not None


def test_damage_and_cuts_are_left_to_pydicom() -> None:
    data = plain()
    assert read_stored(data) is not None
    for end in (100, 140, 300, 700, len(data) - 1):
        assert read_stored(data[:end]) is None, end
    assert read_stored(data + b"\0" * 7) is None
    assert read_stored(data[132:]) is None


@pytest.mark.parametrize("seed", range(60))
def test_bytes_written_over_never_give_another_answer_than_pydicom(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(plain(shape=(8, 8)))
    header = len(data) - 128
    for at in random.integers(0, header, random.integers(1, 4)):
        data[at] = random.integers(256)
    item = Item("a.dcm", bytes(data))
    ours = list(reading.read_frames(item, 0, 8))
    monkeypatch.setattr(reading, "decode_stored", lambda _: None)
    theirs = list(reading.read_frames(item, 0, 8))
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        if isinstance(one, Frame) and isinstance(other, Frame):
            assert one.facts == other.facts
            np.testing.assert_array_equal(one.hu_hw, other.hu_hw)
        else:
            assert one == other


def test_a_size_that_cannot_be_held_is_refused_before_pixels_are_read() -> None:
    data = bytearray(plain(shape=(4, 4)))
    for tag in (b"\x28\x00\x10\x00US\x02\x00", b"\x28\x00\x11\x00US\x02\x00"):
        at = data.index(tag) + len(tag)
        data[at : at + 2] = struct.pack("<H", 65535)
    with pytest.raises(ImageTooLarge):
        read_stored(bytes(data))
