"""What JavaScript may call for the files of a scan to take away; see worker_api."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .bridge.host import HostCheckpoint, require_of_host
from .decode import packages_for
from .decode.families import FAMILIES
from .pack_types import LocateRecipe
from .volume.answer import Scan, box_file, slices_file
from .volume.crop import crop_planes as planes_of
from .volume.located import locate
from .volume.places import Box3
from .volume.read import LeftOut
from .volume.series import group_series
from .volume.wire import facts_from_bytes, looks_from_wire
from .worker_state import callable_from_js, engine, read_request


@callable_from_js
def scan_files(request: Any) -> dict[str, Any]:
    """box.json and slices.csv of one series; see `ScanFilesRequest`."""
    values = read_request(request)
    pack = engine.open_pack()
    left_out = [LeftOut(number, one["name"], one["error"]) for number, one in enumerate(values["leftOut"])]
    facts, order = facts_from_bytes(values["facts"])
    scan = Scan(facts, looks_from_wire(values["looks"], order), left_out)
    series = group_series(scan.facts)[values["series"]]
    located = locate(scan.facts, scan.looks, series, pack.recipe_as(LocateRecipe), values["margin"])
    corrected = None if values["corrected"] is None else Box3(**values["corrected"])
    return {
        "box": box_file(scan, located, values["series"], pack, corrected),
        "slices": slices_file(scan, series, pack),
    }


@callable_from_js
def nifti_head(request: Any) -> dict[str, Any]:
    """How the NIfTI file of a box begins; see `NiftiHeadRequest`; answers as `analyse` does."""
    return engine.converse(_nifti_head(read_request(request)))


async def _nifti_head(request: Mapping[str, Any]) -> dict[str, Any]:
    await require_of_host(FAMILIES["nifti"].packages)
    from .volume.nifti_head import nifti_head as head_of

    facts, _ = facts_from_bytes(request["facts"])
    head = head_of(facts, group_series(facts)[request["series"]], Box3(**request["box"]))
    return {"head": head.data, "isEven": head.is_even}


@callable_from_js
def crop_planes(request: Any) -> dict[str, Any]:
    """What of some planes of a file lies in a box; see `CropPlanesRequest`; answers as `analyse` does."""
    return engine.converse(_crop_planes(read_request(request)))


async def _crop_planes(request: Mapping[str, Any]) -> dict[str, Any]:
    await require_of_host(packages_for(request["bytes"]))
    await HostCheckpoint(engine.open_host(), time.perf_counter)("decode")
    planes = [int(plane) for plane in request["planes"]]
    return {"voxels": planes_of(request["bytes"], planes, Box3(**request["box"]))}


@callable_from_js
def crop_dicom(request: Any) -> dict[str, Any]:
    """One file of a cropped series; see `CropDicomRequest`; answers as `analyse` does."""
    return engine.converse(_crop_dicom(read_request(request)))


async def _crop_dicom(request: Mapping[str, Any]) -> dict[str, Any]:
    await require_of_host(FAMILIES["dicom"].packages)
    await HostCheckpoint(engine.open_host(), time.perf_counter)("decode")
    from .volume.dicom_crop import crop_dicom as file_of

    box = Box3(**request["box"])
    return {"file": file_of(request["bytes"], box, request["number"], request["keepIdentity"])}
