"""Boxes cut out of a scan as DICOM, read back by pydicom and by Insitu."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from helpers.dicom_files import COMPRESSED, NATIVE, compressed, describe, native, write
from helpers.pictures import encoded
from helpers.scans import WAYS, centre_mm, placed_elements, placed_hu, placed_slice
from pydicom import dcmread
from pydicom.dataset import Dataset

from insitu.decode import decode
from insitu.errors import ImageCorrupt, ImageUnsupported
from insitu.types import Item
from insitu.volume.dicom_crop import EMPTY, crop_dicom
from insitu.volume.frames import Frame
from insitu.volume.places import Box3
from insitu.volume.read import read_frames
from insitu.volume.series import group_series

BOX = Box3(3, 5, 2, 17, 12, 7)
PART = (slice(5, 12), slice(3, 17))
WAY = "oblique"
SECRETS = {
    "PatientName": "Doe^Jane",
    "PatientID": "A-4711",
    "PatientBirthDate": "19700102",
    "AccessionNumber": "ACC99",
    "InstitutionName": "Charite",
    "ReferringPhysicianName": "House^Gregory",
    "PhysiciansOfRecord": "Wilson^James",
    "OperatorsName": "Cameron^A",
    "StudyDescription": "Heart of Jane",
    "SeriesDescription": "Thorax Jane",
    "ProtocolName": "Jane special",
    "StudyDate": "20240229",
    "StationName": "CT-ROOM-5",
    "DeviceSerialNumber": "SN-8899",
    "ImageComments": "seen by Dr House",
    "PatientComments": "afraid of magnets",
    "OtherPatientIDs": "B-0815",
    "PatientAddress": "Baker Street",
}
TOLD = ("PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "InstitutionName", "StudyDate")


def named(number: int = 2, **elements: Any) -> bytes:
    """A slice whose file says who the patient is, also in private elements and in a sequence."""
    data_set = describe((placed_hu(number) + 1024).astype(np.uint16), **placed_elements(WAY, number))
    data_set.SeriesInstanceUID = "1.3.6.1.4.1.99.4"
    for keyword, value in {**SECRETS, **elements}.items():
        setattr(data_set, keyword, value)
    block = data_set.private_block(0x0009, "MAKER OF SCANNERS", create=True)
    block.add_new(0x01, "LO", "Private Jane")
    item = Dataset()
    item.PatientID = "A-4711"
    data_set.OtherPatientIDsSequence = [item]
    data_set.SmallestImagePixelValue, data_set.LargestImagePixelValue = 0, 4000
    data_set.PixelData = (placed_hu(number) + 1024).astype("<u2").tobytes()
    data_set["PixelData"].VR = "OW"
    return write(data_set)


def read(data: bytes) -> Dataset:
    return dcmread(io.BytesIO(data))


def stored_part(number: int = 2) -> np.ndarray[Any, Any]:
    return np.asarray(placed_hu(number) + 1024)[PART]


@pytest.mark.parametrize("way", WAYS)
def test_stored_values_and_places_are_those_of_the_part(way: str) -> None:
    crop = read(crop_dicom(placed_slice(way, 4), BOX, 3))
    np.testing.assert_array_equal(crop.pixel_array, stored_part(4))
    assert (crop.Rows, crop.Columns, crop.InstanceNumber) == (7, 14, 3)
    np.testing.assert_allclose(
        np.array(crop.ImagePositionPatient, np.float64), centre_mm(way, 3, 5, 4), atol=1e-5
    )
    assert crop.PixelSpacing == [0.5, 0.75] and crop.SliceThickness == 2.5
    assert (crop.RescaleSlope, crop.RescaleIntercept) == (1, -1024)


@pytest.mark.parametrize("way", WAYS)
def test_insitu_reads_the_crop_as_one_series_with_the_same_step(way: str) -> None:
    files = [crop_dicom(placed_slice(way, number), BOX, number - 1) for number in range(2, 7)]
    frames = [
        frame for at, data in enumerate(files) for frame in read_frames(Item(f"{at}.dcm", data), at, 32)
    ]
    facts = [frame.facts for frame in frames if isinstance(frame, Frame)]
    (series,) = group_series(facts)
    whole = [
        frame.facts
        for at in range(2, 7)
        for frame in read_frames(Item("a", placed_slice(way, at)), at, 32)
        if isinstance(frame, Frame)
    ]
    (before,) = group_series(whole)
    assert series.step == pytest.approx(before.step, abs=1e-6) and series.notes == ()
    assert series.members.tolist() == before.members.tolist()
    np.testing.assert_array_equal(decode(files[1]).pixels_hwc[..., 0], placed_hu(3)[PART])


def test_nothing_says_who_the_patient_is() -> None:
    source = named()
    data = crop_dicom(source, BOX, 1)
    for secret in SECRETS.values():
        assert secret.encode() in source
        for part in secret.replace("^", " ").split():
            assert len(part) < 4 or part.encode() not in data
    crop = read(data)
    for uid in ("SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID"):
        assert read(source)[uid].value.encode() not in data and crop[uid].value.is_valid
    assert not any(element.tag.is_private for element in crop.iterall())
    assert b"Private Jane" not in data and b"Jane" not in data
    assert (crop.PatientIdentityRemoved, crop.PatientName, crop.PatientID) == ("YES", "", "")
    assert all(keyword in crop for keyword in EMPTY)
    assert "SmallestImagePixelValue" not in crop and "LargestImagePixelValue" not in crop
    assert crop.ImageType == ["DERIVED", "SECONDARY", "AXIAL"]
    assert "Insitu" in crop.SeriesDescription and "columns 4 to 17 of 24" in crop.DerivationDescription


def test_names_stay_when_asked_for_but_private_elements_do_not() -> None:
    source = named(SpecificCharacterSet="ISO_IR 192", PatientName="Müller^Zoë")
    crop = read(crop_dicom(source, BOX, 1, keep_identity=True))
    assert crop.PatientName == "Müller^Zoë" and crop.PatientIdentityRemoved == "NO"
    assert [crop[keyword].value for keyword in TOLD[1:]] == [SECRETS[keyword] for keyword in TOLD[1:]]
    assert crop.StudyInstanceUID == read(source).StudyInstanceUID
    assert crop.SeriesInstanceUID != read(source).SeriesInstanceUID
    assert not any(element.tag.is_private for element in crop.iterall())
    without = read(crop_dicom(source, BOX, 1))
    assert crop.SOPInstanceUID != without.SOPInstanceUID


def test_identifiers_follow_from_the_original_and_the_box() -> None:
    first, again = (crop_dicom(named(2), BOX, 1) for _ in range(2))
    assert first == again
    one, two = read(first), read(crop_dicom(named(3), BOX, 2))
    other = read(crop_dicom(named(2), Box3(3, 5, 2, 18, 12, 7), 1))
    assert one.SeriesInstanceUID == two.SeriesInstanceUID != other.SeriesInstanceUID
    assert one.SOPInstanceUID != two.SOPInstanceUID
    assert one.StudyInstanceUID == two.StudyInstanceUID == other.StudyInstanceUID
    assert one.FrameOfReferenceUID == other.FrameOfReferenceUID
    assert one.file_meta.MediaStorageSOPInstanceUID == one.SOPInstanceUID


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_slices_become_plain_ones(name: str) -> None:
    compression = COMPRESSED[name]
    values = np.asarray(placed_hu(2) + 1024, np.uint16)
    data = compressed(
        [compression.encode(values)],
        values,
        compression.syntax,
        BitsStored=12,
        HighBit=11,
        **placed_elements(WAY, 2),
    )
    cropped = crop_dicom(data, BOX, 1)
    expected = decode(data).pixels_hwc[..., 0][PART]
    np.testing.assert_array_equal(decode(cropped).pixels_hwc[..., 0], expected)
    assert abs(expected - placed_hu(2)[PART]).max() <= compression.error
    assert read(cropped).file_meta.TransferSyntaxUID == NATIVE["explicit"]


@pytest.mark.parametrize("name", NATIVE)
def test_every_plain_syntax_is_read_and_explicit_little_endian_written(name: str) -> None:
    values = np.asarray(placed_hu(2) + 1024, np.uint16)
    more: dict[str, Any] = {"PixelPaddingValue": 63, "WindowCenter": [40, 400], "WindowWidth": [400, 2000]}
    crop = read(crop_dicom(native(values, NATIVE[name], **placed_elements(WAY, 2), **more), BOX, 1))
    assert crop.file_meta.TransferSyntaxUID == NATIVE["explicit"]
    np.testing.assert_array_equal(crop.pixel_array, stored_part())
    assert crop.PixelPaddingValue == 63 and crop.WindowCenter == [40, 400]


@pytest.mark.parametrize("dtype", [np.int16, np.uint8, np.int32])
def test_signs_and_depths_stay(dtype: Any) -> None:
    values = (np.arange(24 * 30).reshape(24, 30) % 97).astype(dtype)
    if dtype != np.uint8:
        values -= 40
    elements: dict[str, Any] = {"Modality": "CT", "RescaleSlope": 2, "RescaleIntercept": -100}
    crop = read(crop_dicom(native(values, **elements), Box3(1, 2, 0, 6, 5, 1), 1))
    np.testing.assert_array_equal(crop.pixel_array, values[2:5, 1:6])
    assert crop.pixel_array.dtype == dtype
    assert "ImagePositionPatient" not in crop


def test_a_value_that_is_not_what_it_should_be_is_left_behind() -> None:
    odd = placed_slice(WAY, 2, KVP="120", Exposure="100", BodyPartExamined="CHEST", TableHeight="100")
    for before, after in (
        (b"IS\x04\x00100 ", b"IS\x04\x00Jane"),
        (b"CHEST ", b"Jane_D"),
        (b"DS\x04\x00100 ", b"LO\x04\x00Jane"),
    ):
        assert before in odd
        odd = odd.replace(before, after)
    data = crop_dicom(odd, BOX, 1)
    assert b"Jane" not in data and read(data).KVP == 120


@pytest.mark.filterwarnings("ignore:The value length")
def test_a_figure_with_too_many_digits_is_kept() -> None:
    crop = read(crop_dicom(placed_slice(WAY, 2, RescaleSlope="1.50000000000000000000"), BOX, 1))
    assert crop.RescaleSlope == 1.5


def test_what_cannot_be_written_as_dicom_is_refused() -> None:
    grey = np.zeros((8, 8), np.uint8)
    with pytest.raises(ImageUnsupported, match="Take the NIfTI file instead"):
        crop_dicom(encoded(grey), BOX, 1)
    values = np.zeros((8, 8), np.uint16)
    rgb = np.zeros((8, 8, 3), np.uint8)
    frames = describe(values, frames=2)
    frames.PixelData = bytes(256)
    frames["PixelData"].VR = "OW"
    for data in (write(frames), native(rgb)):
        with pytest.raises(ImageUnsupported, match="DICOM again"):
            crop_dicom(data, BOX, 1)


@pytest.mark.parametrize("length", [200, 900, -30])
def test_a_cut_file_is_reported_as_corrupt(length: int) -> None:
    with pytest.raises(ImageCorrupt):
        crop_dicom(placed_slice(WAY, 2)[:length], BOX, 1)
