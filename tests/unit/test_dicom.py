from __future__ import annotations

import io
import struct
from typing import Any

import imagecodecs
import numpy as np
import pytest
from helpers.dicom_files import (
    COMPRESSED,
    NATIVE,
    colours,
    compressed,
    describe,
    native,
    pixels_of,
    rle,
    slope,
    write,
)
from pydicom import dcmread, uid
from pydicom.dataset import Dataset
from pydicom.pixels.processing import convert_color_space

from insitu.decode import decode, decode_planes
from insitu.display import display
from insitu.errors import ImageCorrupt, ImageUnsupported
from insitu.types import Membership, Selection, Spacing

PREAMBLE = bytes(128) + b"DICM"


@pytest.mark.parametrize("encoding", NATIVE)
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4"])
def test_uncompressed_values_come_back_exactly_with_their_dtype(encoding: str, dtype: str) -> None:
    info = np.iinfo(dtype)
    pixels = np.linspace(info.min, info.max, 35).astype(dtype).reshape(5, 7)
    found = pixels_of(native(pixels, NATIVE[encoding]))
    assert found.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(found, pixels)


@pytest.mark.parametrize("encoding", NATIVE)
def test_uncompressed_colours_come_back_exactly(encoding: str) -> None:
    pixels = colours()
    np.testing.assert_array_equal(pixels_of(native(pixels, NATIVE[encoding])), pixels)


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_grey_comes_back_within_what_the_compression_loses(name: str) -> None:
    pixels, made = slope(), COMPRESSED[name]
    found = pixels_of(compressed([made.encode(pixels)], pixels, made.syntax, BitsStored=12, HighBit=11))
    assert found.dtype == np.uint16
    assert np.abs(found.astype(int) - pixels).max() <= made.error


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_colours_come_back_within_what_the_compression_loses(name: str) -> None:
    pixels, made = colours(), COMPRESSED[name]
    found = pixels_of(compressed([made.encode(pixels)], pixels, made.syntax))
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - pixels).max() <= made.error


@pytest.mark.parametrize("name", ["RLE", "JPEG lossless", "JPEG-LS", "JPEG 2000"])
def test_signed_values_survive_compression(name: str) -> None:
    pixels, made = slope().astype(np.int16) - np.int16(2048), COMPRESSED[name]
    stored = {
        "JPEG lossless": pixels.view(np.uint16) & np.uint16(0xFFF),  # 12 bits are encoded
        "JPEG-LS": pixels.view(np.uint16),  # 16 bits are encoded
    }.get(name, pixels)
    data = compressed([made.encode(stored)], pixels, made.syntax, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(pixels_of(data), pixels)


@pytest.mark.parametrize(("subsampling", "photometric"), [("444", "YBR_FULL"), ("420", "YBR_FULL_422")])
def test_a_baseline_jpeg_is_turned_from_ybr_to_rgb(subsampling: str, photometric: str) -> None:
    pixels = colours()
    frame = imagecodecs.jpeg8_encode(pixels, level=95, subsampling=subsampling)
    found = pixels_of(compressed([frame], pixels, uid.JPEGBaseline8Bit, photometric))
    assert np.abs(found.astype(int) - pixels).max() <= 24


def test_a_jpeg_that_adobe_marks_as_ycbcr_is_rgb_whatever_the_data_set_says() -> None:
    pixels = colours()
    frame = imagecodecs.jpeg8_encode(pixels, level=95, subsampling="444")
    marked = frame[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x01" + frame[20:]
    for photometric in ("RGB", "YBR_FULL_422"):
        found = pixels_of(compressed([marked], pixels, uid.JPEGBaseline8Bit, photometric))
        assert np.abs(found.astype(int) - pixels).max() <= 4


def test_colours_of_each_plane_by_itself_are_put_together() -> None:
    pixels = colours()
    data_set = describe(pixels, PlanarConfiguration=1)
    data_set.PixelData = np.ascontiguousarray(pixels.transpose(2, 0, 1)).tobytes()
    data_set["PixelData"].VR = "OB"
    np.testing.assert_array_equal(pixels_of(write(data_set)), pixels)


def test_ybr_becomes_rgb_as_pydicom_turns_it() -> None:
    ybr = np.stack(np.meshgrid(*[np.arange(0, 256, 15)] * 3), axis=-1).reshape(18, -1, 3).astype(np.uint8)
    np.testing.assert_array_equal(
        pixels_of(native(ybr, photometric="YBR_FULL")), convert_color_space(ybr, "YBR_FULL", "RGB")
    )


@pytest.mark.parametrize("bits", [8, 16])
def test_a_palette_is_looked_up(bits: int) -> None:
    indexes = np.arange(16, dtype=np.uint8).reshape(4, 4)
    ramp = (np.arange(16) * (2**bits // 16)).astype(f"u{bits // 8}")
    tables = {"Red": ramp, "Green": ramp[::-1], "Blue": np.roll(ramp, 3)}
    data_set = Dataset()
    for name, table in tables.items():
        setattr(data_set, f"{name}PaletteColorLookupTableDescriptor", [16, 0, bits])
        setattr(data_set, f"{name}PaletteColorLookupTableData", table.tobytes())
    elements = {element.keyword: element.value for element in data_set}
    image = decode(native(indexes, photometric="PALETTE COLOR", **elements))
    assert image.samples == "rgb"
    np.testing.assert_array_equal(
        image.pixels_hwc, np.stack([table[indexes] for table in tables.values()], axis=2)
    )


def segmented(words: list[int]) -> bytes:
    elements: dict[str, Any] = {}
    for name in ("Red", "Green", "Blue"):
        elements[f"{name}PaletteColorLookupTableDescriptor"] = [4, 0, 16]
        elements[f"Segmented{name}PaletteColorLookupTableData"] = np.asarray(words, "<u2").tobytes()
    return native(np.arange(4, dtype=np.uint8).reshape(2, 2), photometric="PALETTE COLOR", **elements)


def test_a_palette_in_segments_is_looked_up() -> None:
    found = pixels_of(segmented([0, 2, 100, 200, 1, 2, 400]))
    np.testing.assert_array_equal(found[..., 0], [[100, 200], [300, 400]])


def test_a_palette_that_refers_to_itself_is_refused() -> None:
    with pytest.raises(ImageUnsupported, match="palette"):
        decode(segmented([0, 2, 100, 200, 2, 60000, 0, 0]))


def test_a_palette_without_end_is_refused() -> None:
    with pytest.raises(ImageCorrupt):
        decode(segmented([0, 2, 100, 200] + [1, 65535, 7] * 5000))


def test_only_the_frame_that_is_asked_for_is_decoded() -> None:
    frames = [slope(), slope()[::-1], slope() // 2]
    made = COMPRESSED["JPEG-LS"]
    data = compressed(
        [made.encode(np.ascontiguousarray(frame)) for frame in frames], frames[0], made.syntax, BitsStored=12
    )
    assert decode(data).extent.frames == 3
    for index, frame in enumerate(frames):
        np.testing.assert_array_equal(pixels_of(data, index), frame)
    broken = data[: data.rindex(b"\xff\xd8")] + bytes(8) + data[data.rindex(b"\xff\xd8") + 8 :]
    np.testing.assert_array_equal(pixels_of(broken, 1), frames[1])
    with pytest.raises(ImageCorrupt):
        decode(broken, selection=Selection(frame=2))


@pytest.mark.parametrize("frame", [-1, 3])
def test_a_frame_that_is_not_there_is_named(frame: int) -> None:
    stack = np.zeros((12, 4), np.uint8)
    data = native(stack, NumberOfFrames=3, Rows=4)
    with pytest.raises(ImageCorrupt, match="it has 3"):
        decode(data, selection=Selection(frame=frame))


def test_a_file_without_preamble_or_without_file_meta_information_is_read() -> None:
    pixels = slope()
    for syntax in (uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian):
        data = native(pixels, syntax, SOPClassUID=uid.CTImageStorage, StudyDate="20200101", Modality="CT")
        np.testing.assert_array_equal(pixels_of(data[132:]), pixels)
        first = struct.pack(">HH" if syntax == uid.ExplicitVRBigEndian else "<HH", 0x0008, 0x0016)
        np.testing.assert_array_equal(pixels_of(data[data.index(first) :]), pixels)


def test_a_preamble_that_is_a_tiff_header_is_still_a_preamble() -> None:
    data = native(slope())
    np.testing.assert_array_equal(pixels_of(b"II*\0" + data[4:]), slope())


def test_rle_with_more_than_its_pixels_is_read_as_pydicom_reads_it() -> None:
    pixels = slope()[:, :39]
    frame = rle(pixels)
    longer = frame + b"\x03\x01\x02\x03\x04"
    for data in (frame, longer):
        found = pixels_of(compressed([data], pixels, uid.RLELossless))
        np.testing.assert_array_equal(found, pixels)


# What the values mean


@pytest.mark.parametrize(
    ("bits", "factor", "offset", "dtype"),
    [
        (16, 1, 0, "u2"),
        (12, 1, -1024, "i2"),
        (16, 1, -1024, "i4"),
        (12, -2, 5, "i2"),
        (16, 100000, 0, "f4"),
        (12, 0.5, 0, "f4"),
    ],
)
def test_rescaled_values_have_the_smallest_dtype_that_holds_all_of_them(
    bits: int, factor: float, offset: float, dtype: str
) -> None:
    pixels = slope()
    image = decode(
        native(pixels, BitsStored=bits, HighBit=bits - 1, RescaleSlope=factor, RescaleIntercept=offset)
    )
    assert image.pixels_hwc.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], (pixels * float(factor) + offset).astype(dtype))


def test_a_rescaling_that_is_no_number_is_refused() -> None:
    data = native(slope(), RescaleSlope="1.25", RescaleIntercept=0).replace(b"1.25", b"ab.c")
    with pytest.raises(ImageCorrupt):
        decode(data)


@pytest.mark.parametrize("kind", ["US", "OW"])
@pytest.mark.parametrize("encoding", NATIVE)
def test_a_modality_table_is_looked_up_and_its_ends_hold_beyond(kind: str, encoding: str) -> None:
    table = Dataset()
    table.LUTDescriptor = [4, 10, 16]
    order = ">" if encoding == "big endian" else "<"
    values = np.asarray([5, 60, 700, 8000], f"{order}u2")
    table.add_new("LUTData", kind, values.tolist() if kind == "US" else values.tobytes())
    pixels = np.asarray([[0, 10, 11], [12, 13, 200]], np.uint16)
    image = decode(native(pixels, NATIVE[encoding], ModalityLUTSequence=[table]))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], [[5, 5, 60], [700, 8000, 8000]])


def test_an_enhanced_image_is_rescaled_and_measured_frame_by_frame() -> None:
    def group(keyword: str, **elements: Any) -> Dataset:
        inner, outer = Dataset(), Dataset()
        for name, value in elements.items():
            setattr(inner, name, value)
        setattr(outer, keyword, [inner])
        return outer

    shared = group("PixelMeasuresSequence", PixelSpacing=[0.5, 0.25], SliceThickness=2)
    each = [
        group("PixelValueTransformationSequence", RescaleSlope=1, RescaleIntercept=-offset)
        for offset in (0, 100)
    ]
    pixels = np.full((8, 4), 7, np.uint16)
    data = native(
        pixels,
        Rows=4,
        NumberOfFrames=2,
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=each,
    )
    assert pixels_of(data, 0)[0, 0] == 7
    assert pixels_of(data, 1)[0, 0] == -93
    assert decode(data).spacing == Spacing(0.25, 0.5, "mm", 2.0)


@pytest.mark.parametrize(
    ("function", "window"),
    [(None, (-110.0, 189.0)), ("LINEAR_EXACT", (-110.0, 190.0)), ("SIGMOID", (-110.0, 190.0))],
)
def test_the_window_is_the_files_first(function: str | None, window: tuple[float, float]) -> None:
    extra: dict[str, Any] = {} if function is None else {"VOILUTFunction": function}
    data = native(slope(), WindowCenter=[40, 500], WindowWidth=[300, 2000], **extra)
    assert decode(data).window == window


@pytest.mark.parametrize(("centre", "width"), [("40", "1"), ("40", "0"), ("", "300")])
def test_a_window_that_says_nothing_is_left_out(centre: str, width: str) -> None:
    assert decode(native(slope(), WindowCenter=centre, WindowWidth=width)).window is None


def test_where_the_lowest_value_is_white_the_values_stay_and_the_picture_turns() -> None:
    pixels = slope()
    data = native(pixels, photometric="MONOCHROME1", WindowCenter=2048, WindowWidth=4096)
    image = decode(data)
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], pixels)
    assert image.window == (4095.0, 0.0)
    picture = display(image).pixels_hwc
    assert picture[0, 0].tolist() == [255] * 3 and picture[-1, -1].tolist() == [0] * 3
    unsaid = display(decode(native(pixels, photometric="MONOCHROME1"))).pixels_hwc
    assert unsaid[0, 0, 0] == 255 and unsaid[-1, -1, 0] == 0


def test_a_mask_of_one_bit_is_seen_in_black_and_white() -> None:
    bits = np.asarray([[0, 1, 1, 0], [1, 0, 0, 1]], np.uint8)
    data_set = describe(bits, BitsAllocated=1, BitsStored=1, HighBit=0)
    data_set.PixelData = np.packbits(bits.reshape(-1), bitorder="little").tobytes() + b"\0"
    data_set["PixelData"].VR = "OB"
    image = decode(write(data_set))
    np.testing.assert_array_equal(image.pixels_hwc[..., 0], bits)
    np.testing.assert_array_equal(display(image).pixels_hwc[..., 0], bits * 255)


@pytest.mark.parametrize(
    ("elements", "spacing"),
    [
        ({"PixelSpacing": [0.5, 0.25], "SpacingBetweenSlices": 3, "SliceThickness": 5}, (0.25, 0.5, 3.0)),
        ({"ImagerPixelSpacing": [0.2, 0.1], "SliceThickness": 5}, (0.1, 0.2, 5.0)),
        ({"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [2, 1]}, (1.0, 2.0, None)),
    ],
)
def test_spacing_is_the_patients_before_the_detectors(
    elements: dict[str, Any], spacing: tuple[float, float, float | None]
) -> None:
    found = decode(native(slope(), **elements)).spacing
    assert found == Spacing(spacing[0], spacing[1], "mm", spacing[2])
    keyword = "PixelSpacing" if "PixelSpacing" in elements else "ImagerPixelSpacing"
    assert found.origin == f"DICOM {keyword}"


@pytest.mark.parametrize("values", [[0, 1], [1, -1], [0.5]])
def test_a_spacing_that_cannot_be_is_left_out(values: list[float]) -> None:
    assert decode(native(slope(), PixelSpacing=values)).spacing is None


def test_a_slice_says_where_it_lies_and_which_series_it_belongs_to() -> None:
    data = native(
        slope(),
        ImagePositionPatient=[-10, 20.5, 300],
        ImageOrientationPatient=[1, 0, 0, 0, 0.9397, -0.342],
        SeriesInstanceUID="1.2.3",
        InstanceNumber=7,
        Modality="CT",
        ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"],
    )
    image = decode(data)
    place = image.place
    assert place is not None
    assert list(place.position) == [-10, 20.5, 300]
    assert place.along_column == pytest.approx((0, 0.9397, -0.342), abs=1e-4)
    assert np.linalg.norm(place.along_column) == pytest.approx(1, abs=1e-12)
    assert image.membership == Membership("1.2.3", 7, "CT", is_localiser=True)


@pytest.mark.parametrize(
    "elements",
    [
        {"ImagePositionPatient": [0, 0, 0]},
        {"ImagePositionPatient": [0, 0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
        {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [1, 0, 0, 1, 0, 0]},
        {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [0, 0, 0, 0, 1, 0]},
    ],
)
def test_a_place_that_cannot_be_is_none(elements: dict[str, Any]) -> None:
    assert decode(native(slope(), **elements)).place is None


def test_each_frame_of_an_enhanced_image_has_its_own_place() -> None:
    def item(keyword: str, **elements: Any) -> Dataset:
        inner, outer = Dataset(), Dataset()
        for name, value in elements.items():
            setattr(inner, name, value)
        setattr(outer, keyword, [inner])
        return outer

    each = [item("PlanePositionSequence", ImagePositionPatient=[0, 0, z]) for z in (4, 6)]
    shared = item("PlaneOrientationSequence", ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    data = native(
        np.zeros((8, 4), np.uint16),
        Rows=4,
        NumberOfFrames=2,
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=each,
    )
    planes = list(decode_planes(data))
    assert [image.place and image.place.position[2] for image in planes] == [4, 6]
    assert [image.selection.frame for image in planes] == [0, 1]


@pytest.mark.parametrize("encoding", ["explicit", "implicit"])
@pytest.mark.parametrize("dtype", ["uint16", "int16"])
@pytest.mark.parametrize("bits", [5, 12, 16])
@pytest.mark.parametrize("frame", [0, 1])
def test_what_is_read_without_pydicoms_decoders_is_what_they_give(
    encoding: str, dtype: str, bits: int, frame: int
) -> None:
    pixels = np.random.default_rng(5).integers(0, 1 << 16, (8, 6), np.uint16).view(dtype)
    syntax = uid.ExplicitVRLittleEndian if encoding == "explicit" else uid.ImplicitVRLittleEndian
    data = native(pixels, syntax, Rows=4, NumberOfFrames=2, BitsStored=bits, HighBit=bits - 1)
    expected = dcmread(io.BytesIO(data)).pixel_array[frame]
    np.testing.assert_array_equal(pixels_of(data, frame), expected)
    assert pixels_of(data, frame).dtype == expected.dtype
