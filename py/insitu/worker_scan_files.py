"""What JavaScript may call for the files of a scan to take away; see worker_api."""

from __future__ import annotations

from typing import Any

from .pack_types import LocateRecipe
from .volume.answer import Scan, box_file, slices_file
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
    scan = Scan(
        [one for part in values["facts"] for one in facts_from_bytes(part)],
        looks_from_wire(values["looks"]),
        left_out,
    )
    series = group_series(scan.facts)[values["series"]]
    located = locate(scan.facts, scan.looks, series, pack.recipe_as(LocateRecipe), values["margin"])
    corrected = None if values["corrected"] is None else Box3(**values["corrected"])
    return {
        "box": box_file(scan, located, values["series"], pack, corrected),
        "slices": slices_file(scan, series, pack),
    }
