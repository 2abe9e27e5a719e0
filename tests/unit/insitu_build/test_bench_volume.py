from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest

from insitu.decode import decode
from insitu.volume.frames import read_frame
from insitu.volume.series import group_series
from insitu_build.bench.measure.plain_scan_page import ScanVariant, as_module
from insitu_build.bench.measure.scan_figures import (
    CPYTHON,
    PAGE,
    Figures,
    Peak,
    as_values,
    first_looks,
    report,
)
from insitu_build.bench.measure.scan_run import FirstLook, ScanRun, furthest_mm, mean_mm, to_box
from insitu_build.bench.measure.synthetic_series import (
    SyntheticSeries,
    synthetic_series,
    volume_files,
    write_series,
    write_slice,
)
from insitu_build.bench.measure.volume_grid import (
    AIR_HU,
    Volume,
    grid_around,
    load_volume,
    sample_slice,
)
from insitu_build.bench.volume import main
from insitu_build.report import BuildError

pytestmark = pytest.mark.cpython_only

MASK = (slice(2, 5), slice(1, 4), slice(3, 9))
"""Levels, rows and columns of the heart in `small_volume`."""


def small_volume() -> Volume:
    """12 x 8 x 7 voxels of 2 x 3 x 4 mm; the values rise by 10 a column, 100 a row and 1000 a level."""
    z, y, x = np.indices((7, 8, 12))
    mask = np.zeros((7, 8, 12), np.bool_)
    mask[MASK] = True
    values = (10 * x + 100 * y + 100 * z).astype(np.int16)
    return Volume(values, mask, np.array([10.0, 20.0, 30.0]), np.array([2.0, 3.0, 4.0]))


def test_the_box_of_the_mask_ends_at_the_edges_of_its_voxels() -> None:
    assert small_volume().box_mm == (15.0, 21.5, 36.0, 27.0, 30.5, 48.0)


def test_nifti_files_are_turned_to_the_directions_of_dicom(tmp_path: Path) -> None:
    volume = small_volume()
    to_right_front_head = np.diag([-2.0, -3.0, 4.0, 1.0])
    to_right_front_head[:3, 3] = [-10, -20, 30]
    for name, values in (("ct.nii", volume.hu_zyx), ("mask.nii", volume.mask_zyx.astype(np.uint8))):
        nibabel.save(nibabel.Nifti1Image(values.transpose(2, 1, 0), to_right_front_head), tmp_path / name)
    found = load_volume(tmp_path / "ct.nii", tmp_path / "mask.nii")
    assert np.array_equal(found.hu_zyx, volume.hu_zyx)
    assert found.box_mm == pytest.approx(volume.box_mm)


def test_slices_lie_around_the_volume_and_are_linear_between_its_voxels() -> None:
    volume = small_volume()
    grid = grid_around(volume, frames=14, side=24, pixel_mm=1.0, extent_mm=28.0)
    assert grid.step_mm == 2
    assert grid.origin_mm + 11.5 == pytest.approx([21.0, 30.5, 40.5])
    level = (grid.z_mm(6) - 30) / 4
    slice_hw = sample_slice(volume, grid, 6)
    x, y = (grid.origin_mm[0] + 12 - 10) / 2, (grid.origin_mm[1] + 10 - 20) / 3
    assert slice_hw[10, 12] == pytest.approx(10 * x + 100 * y + 100 * level, abs=1e-3)
    assert slice_hw[0, 0] == AIR_HU
    assert (sample_slice(volume, grid, 0) == AIR_HU).all()


def test_a_written_slice_is_read_with_its_values_and_its_place(tmp_path: Path) -> None:
    volume = small_volume()
    grid = grid_around(volume, frames=14, side=24, pixel_mm=1.0, extent_mm=28.0)
    hu_hw = np.rint(sample_slice(volume, grid, 6)).astype(np.int16)
    write_slice(hu_hw, grid, 6, tmp_path / "slice.dcm")
    image = decode((tmp_path / "slice.dcm").read_bytes())
    assert np.array_equal(image.pixels_hwc[..., 0], hu_hw)
    assert image.place is not None and image.place.position == pytest.approx(
        [*grid.origin_mm[:2], grid.z_mm(6)]
    )


def test_names_of_files_say_nothing_of_the_order_in_which_slices_lie(tmp_path: Path) -> None:
    write_series(small_volume(), 4, tmp_path)
    names = sorted(path.name for path in tmp_path.glob("*.dcm"))
    facts = [
        read_frame(decode((tmp_path / name).read_bytes()), number, name, 128).facts
        for number, name in enumerate(names)
    ]
    (series,) = group_series(facts)
    assert series.step == pytest.approx(75)
    assert sorted(series.members) == [0, 1, 2, 3]
    assert list(series.members) not in ([0, 1, 2, 3], [3, 2, 1, 0])


def test_a_thinned_series_keeps_its_extent() -> None:
    files = tuple(Path(f"{number}.dcm") for number in range(8))
    series = SyntheticSeries(files, (0, 0, 0, 1, 1, 1), 0.5)
    assert series.thinned(4).files == files[::2]
    assert series.thinned(4).step_mm == 1
    with pytest.raises(BuildError, match="cannot be thinned to 3"):
        series.thinned(3)


def test_without_the_real_volume_the_benchmark_says_so_and_skips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert volume_files(tmp_path) is None
    with pytest.raises(BuildError, match="needs the volume"):
        synthetic_series(tmp_path, tmp_path, 8)
    assert main(["--data", str(tmp_path)]) == 0
    assert "Skipped" in capsys.readouterr().out


def test_boxes_are_compared_edge_by_edge() -> None:
    one = to_box({"x0": 0, "y0": 0, "z0": 0, "x1": 10, "y1": 10, "z1": 10})
    other = (0.0, 1.0, -2.0, 10.0, 10.0, 13.0)
    assert furthest_mm(one, other) == 3
    assert mean_mm(one, other) == 1
    assert furthest_mm(one, to_box(None)) is None


def test_a_script_becomes_a_module_that_exports_its_global() -> None:
    assert as_module("this.answer = 42;", "answer").endswith("export default scope.answer;\n")


def test_a_variant_of_plain_javascript_says_what_it_is() -> None:
    assert ScanVariant(workers=0, batch=64).name == "JavaScript, main thread, batch 64"
    assert (
        ScanVariant(workers=2, batch=1, threads=2, ahead=4).name
        == "JavaScript, 2 workers, batch 1, 2 threads, reads ahead"
    )


def measured() -> Figures:
    """Two sizes, two rounds; the page takes twice as long as CPython, JavaScript three times as long."""
    figures = Figures((400, 800), (0, 0, 0, 10, 10, 10))
    box = (0.0, 0.0, 0.0, 10.0, 10.0, 12.0)
    speeds = {PAGE[1]: 4.0, PAGE[2]: 2.0, CPYTHON[1]: 2.0, CPYTHON[2]: 1.0, "plain": 3.0, "clever": 1.5}
    for name, ms in speeds.items():
        for frames in figures.frames:
            for late in (0.0, 8.0):
                figures.add(name, frames, ScanRun(ms * frames + late, {"read": 0.5 * frames}, None, box))
    figures.peaks[PAGE[1]] = {800: Peak(400.0, 700.0)}
    figures.cold[800] = [(figures.runs[PAGE[2]][800][0], 2500.0)]
    return figures


def test_figures_are_medians_over_rounds_and_ratios_within_one_run() -> None:
    values = as_values(measured(), ["plain"], ["clever"])
    ratios = values["ratios"]
    assert isinstance(ratios, dict)
    found = {name: round(value, 2) for name, value in ratios[800].items()}
    assert found == {
        "page_over_cpython": 2.0,
        "javascript_over_page": 1.5,
        "javascript_of_all_over_page": 0.75,
        "one_over_two_engines": 2.0,
    }
    assert values["unequal_boxes"] == []


def test_the_report_shows_times_growth_stages_errors_memory_and_the_cold_page() -> None:
    text = report(measured(), ["plain"], ["clever"])
    assert "| this page, 2 engines | 0.80 | 1.60 |" in text
    assert "| this page, 2 engines | 2.00 |" in text
    assert "| this page, 2 engines | 0.50 | - | - | - | - | - | 0.50 |" in text
    assert "| this page, 2 engines | 2.0, 0.3 | 2.0, 0.3 |" in text
    assert "| this page, 1 engine | - | 400, 700 |" in text
    assert "1.60 s from the files to the box, 2.50 s since the page was opened" in text
    assert "are equal at every size" in text


def test_first_boxes_are_medians_and_told_by_how_far_they_are_off() -> None:
    figures = measured()
    assert "first box" not in report(figures, ["plain"], ["clever"])
    for ms, z1 in ((300.0, 12.5), (500.0, 13.0)):
        early = FirstLook(ms, (0.0, 0.0, 0.0, 10.0, 10.0, z1))
        figures.add(PAGE[2], 800, ScanRun(1600.0, {}, None, (0.0, 0.0, 0.0, 10.0, 10.0, 12.0), early))
    assert first_looks(figures) == {PAGE[2]: {800: (400.0, 0.75)}}
    assert "| this page, 2 engines | - | 0.40, 0.8 |" in report(figures, ["plain"], ["clever"])


def test_one_box_that_differs_is_reported() -> None:
    figures = measured()
    figures.add(CPYTHON[1], 400, ScanRun(1.0, {}, None, (0.0, 0.0, 0.0, 10.0, 10.0, 12.5)))
    assert "**The boxes of this page and of CPython differ** at 400 frames." in report(
        figures, ["plain"], ["clever"]
    )
