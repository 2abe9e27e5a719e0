"""The files of a scan, as the page has them made, against those that the command line writes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.scan_host import ScanHost
from helpers.scans import BrightSession, dicom_slice, locator, locator_values, scan_files, slice_hu
from nibabel.nifti1 import Nifti1Image

from insitu import cli, predict_volumes, worker_api, worker_scan_files, worker_volumes
from insitu.worker_state import engine

pytestmark = [
    pytest.mark.cpython_only,
    pytest.mark.skipif(sys.platform == "emscripten", reason="values are JavaScript's there"),
]

SECRETS = {"PatientName": "Doe^Jane", "PatientID": "A-4711", "PatientBirthDate": "19700102"}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> ScanHost:
    for name in ("host", "pack", "conversation"):
        monkeypatch.setattr(engine, name, None)
    monkeypatch.setattr(cli, "load_pack", lambda _: locator())
    monkeypatch.setattr(predict_volumes, "open_session", lambda _: BrightSession())
    host = ScanHost()
    worker_api.connect(host)
    assert worker_api.open_pack(locator_values())["ok"]
    return host


def files_of_a_scan() -> dict[str, bytes]:
    """Two series and a damaged file, by the names that the command line gives them."""
    files = {f"scan/{name}": data for name, data in scan_files().items()}
    files |= {f"scan/other{z}.dcm": dicom_slice(z, SeriesInstanceUID="1.9", **SECRETS) for z in (40.0, 44.0)}
    files["scan/broken.dcm"] = dicom_slice(0.0)[:900]
    return dict(sorted(files.items()))


def predict(tmp_path: Path, files: dict[str, bytes], *options: str) -> Path:
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    out = tmp_path / "out"
    arguments = ["predict", str(tmp_path / "scan"), "--pack", "any", "--out", str(out), *options]
    assert cli.main(arguments) == 0
    return out


def ask(read: dict[str, Any], series: int = 0, corrected: dict[str, float] | None = None) -> dict[str, Any]:
    answer = worker_scan_files.scan_files({**read, "margin": 10.0, "series": series, "corrected": corrected})
    assert answer["ok"], answer["error"]
    return answer["value"]  # type: ignore[no-any-return]


def test_page_and_command_line_write_the_same_bytes(host: ScanHost, tmp_path: Path) -> None:
    files = files_of_a_scan()
    out = predict(tmp_path, files, "--margin", "10")
    read = host.read(files)
    for number, folder in enumerate((out, out / "series-2")):
        found = ask(read, number)
        assert found["box"] == (folder / "box.json").read_bytes()
        assert found["slices"] == (folder / "slices.csv").read_bytes()
    first = json.loads((out / "box.json").read_bytes())
    assert first["found"] and first["corrected"] is None
    assert first["left_out"] == [{"file": "scan/broken.dcm", "error": "image/corrupt"}]
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert not any(secret.encode() in everything for secret in SECRETS.values())


def test_a_correction_stands_beside_what_was_found(host: ScanHost) -> None:
    read = host.read(files_of_a_scan())
    before = json.loads(ask(read)["box"])
    box = {"x0": 10.4, "y0": 20, "z0": 3, "x1": 90, "y1": 500, "z1": 12}
    after = json.loads(ask(read, corrected=box)["box"])
    corrected = after.pop("corrected")
    assert after == {key: value for key, value in before.items() if key != "corrected"}
    assert corrected["voxel"] == {"x0": 10, "y0": 20, "z0": 3, "x1": 90, "y1": 128, "z1": 12}
    assert corrected["patient_mm"]["z0"] == pytest.approx(3 * 4 - 2)
    assert corrected["patient_mm"]["x1"] - corrected["patient_mm"]["x0"] == pytest.approx(80 * 2.5)
    assert corrected["slices"]["first"] == 3 and corrected["slices"]["last"] == 11


def test_a_box_can_be_drawn_where_none_was_found(host: ScanHost) -> None:
    files = {f"{z}.dcm": dicom_slice(-300.0 + z) for z in range(4)}
    answer = json.loads(
        ask(host.read(files), corrected={"x0": 1, "y0": 2, "z0": 0, "x1": 5, "y1": 6, "z1": 2})["box"]
    )
    assert not answer["found"] and answer["voxel"] is None and answer["reason"]
    assert answer["corrected"]["slices"] == {
        "first": 0, "last": 1, "first_file": "0.dcm", "last_file": "1.dcm",
    }  # fmt: skip


def named_scan() -> dict[str, bytes]:
    """Of one named patient, by names that say nothing of where slices lie."""
    order = np.random.default_rng(4).permutation(30)
    files = {
        f"scan/IM{order[number]:03}.dcm": dicom_slice(
            number * 4.0, SOPInstanceUID=f"1.2.3.{number}", **SECRETS
        )
        for number in range(30)
    }
    return dict(sorted(files.items()))


def located(host: ScanHost, read: dict[str, Any]) -> Any:
    answer = worker_volumes.locate_in_series({**read, "margin": 0.0})
    assert answer["ok"], answer["error"]
    return answer["value"]["series"][0]


def test_page_and_command_line_cut_out_the_same_bytes(host: ScanHost, tmp_path: Path) -> None:
    files = named_scan()
    out = predict(tmp_path, files, "--crop", "nifti,dicom")
    read = host.read(files)
    series = located(host, read)
    box = series["voxels"]
    head = host.converse(worker_scan_files.nifti_head({"facts": read["facts"], "series": 0, "box": box}))
    assert head["isEven"]
    parts, dicoms = [head["head"]], []
    for number, file in enumerate(series["files"][box["z0"] : box["z1"]], 1):
        name = list(files)[file]
        request = {"name": name, "bytes": files[name], "box": box}
        plane = {"planes": np.zeros(1, np.int32)}
        parts.append(host.converse(worker_scan_files.crop_planes(request | plane))["voxels"])
        more = {"number": number, "keepIdentity": False}
        dicoms.append(host.converse(worker_scan_files.crop_dicom(request | more))["file"])
    assert (out / "crop.nii").read_bytes() == b"".join(parts)
    written = sorted((out / "crop-dicom").iterdir())
    assert [path.name for path in written] == [f"{number + 1:04}.dcm" for number in range(len(dicoms))]
    assert [path.read_bytes() for path in written] == dicoms
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert not any(secret.encode() in everything for secret in SECRETS.values())


def test_the_cropped_volume_lies_where_the_box_says(host: ScanHost, tmp_path: Path) -> None:
    out = predict(tmp_path, named_scan(), "--crop", "nifti")
    answer = json.loads((out / "box.json").read_bytes())
    image = Nifti1Image.from_filename(out / "crop.nii")
    box, patient = answer["voxel"], answer["patient_mm"]
    assert image.shape == (box["x1"] - box["x0"], box["y1"] - box["y0"], box["z1"] - box["z0"])
    corner = image.affine @ [-0.5, -0.5, -0.5, 1]
    assert corner[:3].tolist() == pytest.approx([-patient["x0"], -patient["y0"], patient["z0"]], abs=1e-3)
    assert np.asarray(image.dataobj).max() == 400
    assert not (out / "crop-dicom").exists()


def test_names_are_written_only_when_asked_for(host: ScanHost, tmp_path: Path) -> None:
    out = predict(tmp_path, named_scan(), "--crop", "dicom", "--keep-identity")
    data = (out / "crop-dicom" / "0001.dcm").read_bytes()
    assert all(secret.encode() in data for secret in SECRETS.values())


def test_slices_of_a_run_before_do_not_stay(host: ScanHost, tmp_path: Path) -> None:
    wide = predict(tmp_path, named_scan(), "--crop", "dicom", "--margin", "20") / "crop-dicom"
    many = len(list(wide.iterdir()))
    assert len(list((predict(tmp_path, named_scan(), "--crop", "dicom") / "crop-dicom").iterdir())) < many


def test_what_is_no_dicom_is_cropped_as_nifti_alone(
    host: ScanHost, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    volume = np.stack([slice_hu(number * 4.0) for number in range(30)], axis=2).transpose(1, 0, 2)
    image = Nifti1Image(volume, np.diag([-2.5, -2.5, 4.0, 1.0]))
    out = predict(tmp_path, {"scan/a.nii": image.to_bytes()}, "--crop", "dicom", "--crop", "nifti")
    assert (out / "crop.nii").exists() and not (out / "crop-dicom").exists()
    assert "Take the NIfTI file instead" in capsys.readouterr().err


def test_unknown_formats_and_slices_without_a_box_are_refused(host: ScanHost, tmp_path: Path) -> None:
    arguments = ["predict", str(tmp_path), "--pack", "any", "--out", str(tmp_path / "out"), "--crop"]
    with pytest.raises(SystemExit):
        cli.main([*arguments, "tiff"])
    (tmp_path / "a.dcm").write_bytes(dicom_slice(0.0))
    assert cli.main([*arguments, "nifti", "--per-slice"]) == 2
