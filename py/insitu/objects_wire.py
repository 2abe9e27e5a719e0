"""Objects as plain values that cross to JavaScript and back; `Objects` in protocol.d.ts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .analysis import Segmentation
from .objects.measure import Column, Measurements
from .objects.outlines import Outlines
from .objects.runs import Runs


def objects_to_wire(found: Segmentation) -> dict[str, Any]:
    """Flat arrays only: the first dimension of none is more than one."""
    return {
        "runs": runs_to_wire(found.runs),
        "scores": found.scores,
        "measurements": measurements_to_wire(found.measurements),
        "scale": found.scale,
        "diameter": found.diameter_px,
    }


def runs_to_wire(runs: Runs) -> dict[str, Any]:
    """See `Runs`."""
    return {
        "height": runs.height,
        "width": runs.width,
        "rows": runs.rows,
        "starts": runs.starts,
        "stops": runs.stops,
        "ids": runs.ids,
    }


def measurements_to_wire(measurements: Measurements) -> dict[str, Any]:
    """Values column after column."""
    columns = [
        {"id": column.id, "title": column.title, "unit": column.unit, "kind": column.kind}
        for column in measurements.columns
    ]
    return {
        "columns": columns,
        "count": measurements.values.shape[1],
        "values": np.ascontiguousarray(measurements.values).reshape(-1),
    }


def outlines_to_wire(outlines: Outlines) -> dict[str, Any]:
    """See `Outlines` in objects-types.d.ts."""
    return {
        "points": np.ascontiguousarray(outlines.points_xy, dtype=np.int32).reshape(-1),
        "starts": outlines.starts.astype(np.int32),
        "ids": outlines.ids.astype(np.int32),
        "holes": outlines.holes.astype(np.uint8),
    }


def runs_from_wire(values: Mapping[str, Any]) -> Runs:
    """The runs that `runs_to_wire` sent."""
    parts = (np.asarray(values[name], dtype=np.int32) for name in ("rows", "starts", "stops", "ids"))
    return Runs(int(values["height"]), int(values["width"]), *parts)


def objects_from_wire(values: Mapping[str, Any]) -> Segmentation:
    """What `objects_to_wire` sent, without features."""
    measured = values["measurements"]
    columns = tuple(Column(**column) for column in measured["columns"])
    table = np.asarray(measured["values"], dtype=np.float64).reshape(len(columns), int(measured["count"]))
    diameter = values["diameter"]
    return Segmentation(
        runs_from_wire(values["runs"]),
        np.asarray(values["scores"], dtype=np.float32),
        Measurements(columns, table),
        float(values["scale"]),
        None if diameter is None else float(diameter),
    )
