from __future__ import annotations

import contextlib
import gzip
import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nibabel.nifti1 import Nifti1Header, Nifti1Image
from nibabel.nifti2 import Nifti2Header, Nifti2Image
from nibabel.orientations import (
    apply_orientation,
    axcodes2ornt,
    inv_ornt_aff,
    io_orientation,
    ornt_transform,
)
from numpy.typing import NDArray

from insitu.decode import decode, decode_planes, nifti, packages_for
from insitu.display import display
from insitu.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported, InsituError
from insitu.types import Image, Selection, Spacing

SHARED = Path(__file__).parents[3] / "shared" / "data" / "heart_ct" / "totalseg_cta"

DTYPES = ("u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")
RGB = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])
RGBA = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1"), ("A", "u1")])

SEVERAL_WAYS = ("RAS", "LPS", "LAS", "RPI", "ASR", "SLP", "PIR", "IRA")
"""Directions in which stored axes run: standing, lying, mirrored, sagittal and coronal first."""


def values(shape: tuple[int, ...], dtype: str = "i2") -> NDArray[Any]:
    """Values that differ everywhere, over the whole range of the type."""
    counted = np.random.default_rng(3).permutation(int(np.prod(shape))).reshape(shape)
    if dtype.startswith("f"):
        return (counted / 7 - 11).astype(dtype)
    limits = np.iinfo(dtype)
    low, step = int(limits.min), (int(limits.max) - int(limits.min)) // counted.size
    return np.array([low + step * int(count) for count in counted.reshape(-1)], dtype).reshape(shape)


def affine(codes: str = "RAS", zooms: tuple[float, float, float] = (2.0, 3.0, 4.0)) -> NDArray[np.float64]:
    """A matrix whose stored axes run in the directions of `codes`."""
    matrix = inv_ornt_aff(ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(tuple(codes))), (5, 5, 5))
    matrix[:3, :3] *= np.asarray(zooms)
    return np.asarray(matrix, np.float64)


def save(
    data: NDArray[Any],
    matrix: NDArray[np.float64] | None = None,
    kind: type[Nifti1Image] = Nifti1Image,
    *,
    slope: float = 1.0,
    inter: float = 0.0,
    big: bool = False,
    **fields: Any,
) -> bytes:
    """A file whose stored values are `data` themselves."""
    header_class: Any = Nifti2Header if kind is Nifti2Image else Nifti1Header
    header = header_class(endianness=">" if big else "<")
    header.set_data_dtype(data.dtype)
    image = kind(data, affine() if matrix is None else matrix, header)
    image.header.set_slope_inter(1.0, 0.0)
    image.header.set_xyzt_units("mm", "sec")
    written = bytearray(image.to_bytes())
    order = ">" if big else "<"
    if kind is Nifti2Image:
        struct.pack_into(f"{order}dd", written, 176, slope, inter)
    else:
        struct.pack_into(f"{order}ff", written, 112, slope, inter)
    for place, (form, value) in {int(name[1:]): value for name, value in fields.items()}.items():
        struct.pack_into(f"{order}{form}", written, place, value)
    return bytes(written)


def desktop(data: bytes) -> NDArray[Any]:
    """What nibabel makes of a file, next to right, anterior, superior."""
    kind = Nifti2Image if data[4:7] == b"n+2" else Nifti1Image
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = kind.from_bytes(data)
        stored = np.asanyarray(image.dataobj)
    stored = stored.reshape(stored.shape + (1,) * (3 - stored.ndim))
    return np.asarray(apply_orientation(stored, io_orientation(image.affine)))


def axial(canonical: NDArray[Any], z: int) -> NDArray[Any]:
    """A plane as radiologists see it: right on the left, front on top."""
    return np.swapaxes(canonical[::-1, ::-1, z], 0, 1)


def assert_same(image: Image, expected: NDArray[Any]) -> None:
    pixels = image.pixels_hwc
    assert pixels.dtype == expected.dtype.newbyteorder("=")
    np.testing.assert_array_equal(pixels, expected.astype(pixels.dtype).reshape(pixels.shape))
    assert pixels.tobytes() == np.ascontiguousarray(expected.astype(pixels.dtype)).tobytes()


@pytest.mark.parametrize("kind", [Nifti1Image, Nifti2Image])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_plane_has_the_values_that_nibabel_gives(
    dtype: str, big: bool, kind: type[Nifti1Image]
) -> None:
    data = save(values((5, 4, 3), dtype), kind=kind, big=big)
    for z in range(3):
        assert_same(decode(data, selection=Selection(z=z)), axial(desktop(data), z))


@pytest.mark.parametrize(
    ("slope", "inter"), [(2.0, 0.0), (1.0, -1024.0), (0.1, 3.3), (0.0, 5.0), (float("nan"), 0.0)]
)
@pytest.mark.parametrize("dtype", ["u1", "i2", "u8", "f4", "f8"])
def test_values_are_scaled_as_nibabel_scales_them(dtype: str, slope: float, inter: float) -> None:
    data = save(values((3, 4, 2), dtype), slope=slope, inter=inter)
    assert_same(decode(data, selection=Selection(z=1)), axial(desktop(data), 1))


def test_integers_stay_integers_where_nothing_is_scaled() -> None:
    assert decode(save(values((3, 4, 2)))).pixels_hwc.dtype == np.int16
    assert decode(save(values((3, 4, 2)), slope=2.0)).pixels_hwc.dtype == np.float64


@pytest.mark.parametrize("codes", SEVERAL_WAYS)
def test_an_axial_plane_is_shown_whichever_way_the_axes_run(codes: str) -> None:
    data = save(values((5, 4, 3)), affine(codes))
    canonical = desktop(data)
    for z in range(canonical.shape[2]):
        assert_same(decode(data, selection=Selection(z=z)), axial(canonical, z))


def test_the_patients_right_is_on_the_left_and_the_front_on_top() -> None:
    stored = np.zeros((4, 5, 3), np.uint8)
    stored[3, 0, 0] = 1  # with RAS: rightmost, at the back, at the feet
    stored[0, 4, 2] = 2  # leftmost, at the front, at the head
    feet, head = (decode(save(stored), selection=Selection(z=z)).pixels_hwc[..., 0] for z in (0, 2))
    assert feet.shape == (5, 4)
    assert feet[4, 0] == 1
    assert head[0, 3] == 2


def test_a_matrix_that_is_turned_a_little_counts_as_the_next_straight_one() -> None:
    turned = affine("LPS") @ np.array([[0.9, -0.3, 0, 0], [0.3, 0.9, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    data = save(values((5, 4, 3)), turned)
    assert_same(decode(data, selection=Selection(z=2)), axial(desktop(data), 2))


def test_a_matrix_without_a_direction_leaves_the_axes_as_they_are() -> None:
    stored = values((5, 4, 3))
    nothing: dict[str, Any] = {f"s{280 + 4 * index}": ("f", 0.0) for index in range(12)}
    flat = save(stored, **nothing)
    assert_same(decode(flat, selection=Selection(z=1)), axial(stored, 1))


@pytest.mark.parametrize("frame", [0, 1, 4])
@pytest.mark.parametrize("packed", [False, True])
def test_the_fourth_axis_is_frames(frame: int, packed: bool) -> None:
    data = save(values((4, 3, 2, 5)), affine("LPS"))
    image = decode(gzip.compress(data) if packed else data, selection=Selection(frame=frame, z=1))
    assert (image.extent.frames, image.extent.z) == (5, 2)
    assert_same(image, axial(desktop(data)[..., frame], 1))


def test_further_axes_count_on_as_frames() -> None:
    data = save(values((4, 3, 2, 2, 3)))
    image = decode(data, selection=Selection(frame=3))
    assert image.extent.frames == 6
    assert_same(image, axial(desktop(data)[..., 1, 1], 0))


def test_a_file_of_one_plane_is_read() -> None:
    data = save(values((4, 3)))
    assert_same(decode(data), axial(desktop(data), 0))


@pytest.mark.parametrize(("dtype", "samples"), [(RGB, "rgb"), (RGBA, "rgb+alpha")])
def test_colours_are_colours(dtype: np.dtype[Any], samples: str) -> None:
    count = len(dtype.names or ())
    stored = np.random.default_rng(1).integers(0, 255, (4, 3, 2, count), np.uint8)
    data = save(stored.view(dtype)[..., 0], affine("LPS"))
    image = decode(data, selection=Selection(z=1))
    assert image.samples == samples
    np.testing.assert_array_equal(image.pixels_hwc, stored[:, :, 1].swapaxes(0, 1))
    assert display(image).pixels_hwc.shape == (3, 4, 3)


def test_gzip_is_known_by_its_content_and_several_members_follow_each_other() -> None:
    data = save(values((5, 4, 3)))
    packed = gzip.compress(data[:400]) + gzip.compress(data[400:])
    assert packages_for(packed) == packages_for(data) == ("insitu-readers", "nibabel")
    assert_same(decode(packed, selection=Selection(z=2)), axial(desktop(data), 2))


def test_gzip_of_something_else_is_not_read() -> None:
    with pytest.raises(ImageUnsupported, match="gzip"):
        decode(gzip.compress(b"a text" * 100))


def test_only_the_frame_that_is_asked_for_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    unpack = nifti._unpack
    monkeypatch.setattr(nifti, "_unpack", lambda *args: held.append(len(unpack(*args))) or unpack(*args))
    decode(gzip.compress(save(values((8, 8, 8, 9)))), selection=Selection(frame=7))
    assert held == [8 * 8 * 8 * 2]


def test_spacing_follows_the_axes_and_is_in_the_files_unit() -> None:
    assert decode(save(values((5, 4, 3)), affine("RAS"))).spacing == Spacing(2.0, 3.0, "mm", 4.0)
    assert decode(save(values((5, 4, 3)), affine("ASR"))).spacing == Spacing(4.0, 2.0, "mm", 3.0)
    metres = save(values((5, 4, 3)), s123=("B", 1))
    assert decode(metres).spacing == Spacing(2000.0, 3000.0, "mm", 4000.0)
    assert decode(save(values((5, 4, 3)), s123=("B", 3))).spacing == Spacing(2.0, 3.0, "um", 4.0)
    assert decode(save(values((5, 4, 3)), s123=("B", 0))).spacing == Spacing(2.0, 3.0, "mm", 4.0)
    assert decode(save(values((5, 4, 3)), s80=("f", float("inf")))).spacing is None


def test_the_range_that_a_file_asks_for_is_its_window() -> None:
    assert decode(save(values((5, 4, 3)))).window is None
    assert decode(save(values((5, 4, 3)), s124=("f", 40.0), s128=("f", -160.0))).window == (-160.0, 40.0)


@pytest.mark.parametrize(("depth", "middle"), [(1, 0), (2, 1), (3, 1), (4, 2)])
def test_the_plane_in_the_middle_can_be_asked_for(depth: int, middle: int) -> None:
    stored = values((5, 4, depth))
    image = decode(save(stored), selection=Selection(z=None))
    assert image.selection == Selection(z=middle)
    np.testing.assert_array_equal(
        image.pixels_hwc, decode(save(stored), selection=Selection(z=middle)).pixels_hwc
    )


def test_a_plane_that_is_not_there_is_corrupt_with_the_numbers() -> None:
    for selection in (Selection(z=3), Selection(frame=1), Selection(z=-1)):
        with pytest.raises(ImageCorrupt, match="it has (1|3)"):
            decode(save(values((5, 4, 3))), selection=selection)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_file_cut_short_is_corrupt(share: float, packed: bool) -> None:
    data = save(values((30, 20, 10)))
    if packed:
        data = gzip.compress(data)
    with pytest.raises(ImageCorrupt):
        decode(data[: 600 + int((len(data) - 650) * share)])


def test_damage_behind_the_plane_is_found_in_gzip() -> None:
    packed = bytearray(gzip.compress(save(values((30, 20, 10))), 1))
    packed[len(packed) // 2] ^= 255
    with pytest.raises(ImageCorrupt):
        decode(bytes(packed))


@pytest.mark.parametrize(("code", "bits"), [("complex64", 64), ("complex128", 128)])
def test_complex_numbers_are_refused(code: str, bits: int) -> None:
    with pytest.raises(ImageUnsupported, match="complex"):
        decode(save(np.ones((3, 3, 2), code)))


def test_numbers_of_128_bits_are_refused() -> None:
    data = save(np.zeros((4, 3, 2)), s70=("h", 1536), s72=("h", 128))
    with pytest.raises((ImageUnsupported, ImageCorrupt)):  # nibabel itself refuses where the machine has none
        decode(data + bytes(500))


def test_half_of_a_pair_is_named() -> None:
    data = bytearray(save(values((3, 3, 2))))
    data[344:348] = b"ni1\0"
    with pytest.raises(ImageUnsupported, match="one half of a NIfTI"):
        decode(bytes(data))


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_plane_is_refused_before_decoding(packed: bool) -> None:
    data = save(values((3, 3, 2)), s42=("h", 30_000), s44=("h", 30_000))
    with pytest.raises(ImageTooLarge, match="30000 x 30000 pixels"):
        decode(gzip.compress(data) if packed else data)


def test_a_bomb_in_gzip_is_refused_with_its_numbers_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nifti, "_unpack", lambda *_: pytest.fail("it was unpacked"))
    data = save(values((3, 3, 2)), s42=("h", 1000), s44=("h", 1000), s46=("h", 1000))
    with pytest.raises(ImageTooLarge, match="takes 2000 MB when unpacked; the limit is 1000 MB"):
        decode(gzip.compress(data))


def test_what_gzip_holds_behind_the_values_is_not_unpacked() -> None:
    data = save(values((5, 4, 3)))
    bomb = gzip.compress(data + bytes(50_000_000))
    assert_same(decode(bomb), axial(desktop(data), 0))


@pytest.mark.parametrize(
    "fields",
    [
        {"s42": ("h", 0)},
        {"s42": ("h", -4)},
        {"s46": ("h", 0)},
        {"s70": ("h", 999)},
        {"s108": ("f", float("nan"))},
        {"s108": ("f", float("inf"))},
        {"s108": ("f", -400.0)},
        {"s108": ("f", 1e9)},
        {"s40": ("h", 9)},
        {"s116": ("f", float("inf"))},
    ],
)
def test_a_header_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InsituError):
        decode(save(values((5, 4, 3)), **fields))


@pytest.mark.parametrize("seed", range(150))
def test_any_bytes_changed_in_the_header_give_an_image_or_a_sentence(seed: int) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(save(values((5, 4, 3)), kind=Nifti2Image if seed % 2 else Nifti1Image))
    for _ in range(int(random.integers(1, 5))):
        data[int(random.integers(12, 340))] = int(random.integers(256))
    packed = gzip.compress(bytes(data)) if seed % 3 == 0 else bytes(data)
    with contextlib.suppress(InsituError):
        assert decode(packed).pixels_hwc.ndim == 3


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize("name", ["ct_cropped.nii.gz", "heart_mask_aligned.nii.gz"])
def test_a_real_scan_has_nibabels_values(name: str) -> None:
    packed = (SHARED / name).read_bytes()
    canonical = desktop(gzip.decompress(packed))
    for z in range(0, canonical.shape[2], 37):
        image = decode(packed, selection=Selection(z=z))
        assert_same(image, axial(canonical, z))
    assert image.spacing == Spacing(1.5, 1.5, "mm", 1.5)


@pytest.mark.parametrize("codes", SEVERAL_WAYS)
def test_the_place_of_a_plane_leads_to_the_voxels_that_it_shows(codes: str) -> None:
    matrix = affine(codes)
    data = save(values((5, 4, 3)), matrix)
    image = decode(data, selection=Selection(z=1))
    place, spacing = image.place, image.spacing
    assert place is not None and spacing is not None
    for row, column in ((0, 0), (2, 1), (image.height - 1, image.width - 1)):
        left_back_head = (
            np.array(place.position)
            + np.array(place.along_row) * column * spacing.x
            + np.array(place.along_column) * row * spacing.y
        )
        voxel = np.linalg.inv(matrix) @ [*(left_back_head * (-1, -1, 1)), 1]
        stored = values((5, 4, 3))[tuple(np.rint(voxel[:3]).astype(int))]
        assert image.pixels_hwc[row, column, 0] == stored
    assert place.along_row[0] > 0.9 and place.along_column[1] > 0.9


@pytest.mark.parametrize("codes", SEVERAL_WAYS)
@pytest.mark.parametrize("packed", [False, True])
def test_all_planes_are_those_that_are_read_one_by_one(codes: str, packed: bool) -> None:
    data = save(values((5, 4, 3, 2)), affine(codes))
    data = gzip.compress(data) if packed else data
    planes = list(decode_planes(data))
    assert sorted(image.selection.z or 0 for image in planes) == list(range(planes[0].extent.z))
    for image in planes:
        alone = decode(data, selection=image.selection)
        assert_same(image, alone.pixels_hwc)
        assert image.place == alone.place


def test_planes_before_damage_are_read() -> None:
    data = gzip.compress(save(np.random.default_rng(1).integers(0, 1000, (64, 64, 40)).astype(np.int16)))
    planes = decode_planes(data[: len(data) // 2])
    assert next(planes).extent.z == 40
    with pytest.raises(ImageCorrupt):
        list(planes)
