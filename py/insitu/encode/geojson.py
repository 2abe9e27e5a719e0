"""Objects to GeoJSON as QuPath (0.4 and later) exports and imports it.

Coordinates count pixels from the upper left corner of the image, so that corners of pixels are whole numbers.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..objects.outlines import Outlines, Polygons, group_rings, trace_in_parts
from ..objects.runs import Runs

ObjectType = Literal["detection", "annotation"]
Colour = tuple[int, int, int]

_EXACT = 2.0**53  # from here on, whole numbers of 64 bits have gaps
_COORDINATE = np.dtype([("open", "S1"), ("x", "S9"), ("comma", "S1"), ("y", "S9"), ("close", "S6")])


def encode_geojson(
    runs: Runs,
    file_name: str,
    class_name: str,
    colour: Colour,
    measurement_names: Sequence[str] = (),
    measurement_values: NDArray[np.float64] | None = None,
    object_type: ObjectType = "detection",
) -> Iterator[bytes]:
    """A collection of one feature for each object that has pixels, one in a line, in ascending order.

    Parameters
    ----------
    file_name
        Of the image. With the number of the object it makes the id of a feature, which is the same each time.
    class_name, colour
        What QuPath shows the objects as; red, green and blue are 0 ... 255.
    measurement_names
        Of k measurements.
    measurement_values : (k, n) float64
        Object 1 first. Numbers read back as they are; one that is not finite is left out.

    Yields
    ------
    bytes
        ASCII, some objects at a time.
    """
    values_kn = np.zeros((0, runs.count)) if measurement_values is None else measurement_values
    if len(measurement_names) != len(values_kn) or values_kn.shape[1] < runs.count:
        raise ValueError("Each measurement needs a name, and a value of each object.")
    keys = [json.dumps(name) for name in measurement_names]
    classification = json.dumps({"name": class_name, "color": list(colour)}, separators=(",", ":"))
    return _encode_all(runs, file_name, f'"objectType":"{object_type}"', classification, keys, values_kn)


def _encode_all(
    runs: Runs,
    file_name: str,
    kind: str,
    classification: str,
    keys: list[str],
    values_kn: NDArray[np.float64],
) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    separator = "\n"
    for outlines in trace_in_parts(runs):
        polygons = group_rings(outlines)
        geometries = _geometries(outlines, polygons)
        numbers = polygons.ids.tolist()
        columns = values_kn[:, polygons.ids - 1].T.tolist()
        features = [
            f'{{"type":"Feature","id":"{uuid.uuid5(uuid.NAMESPACE_URL, f"{file_name}#{number}")}",'
            f'"geometry":{geometry},"properties":{{{kind},"name":"{number}","classification":{classification},'
            f'"measurements":{_measurements(keys, values)}}}}}'
            for number, geometry, values in zip(numbers, geometries, columns, strict=True)
        ]
        yield (separator + ",\n".join(features)).encode("ascii")
        separator = ",\n"
    yield b"\n]}\n"


def _measurements(keys: list[str], values: list[float]) -> str:
    pairs = [
        f"{key}:{_number(value)}" for key, value in zip(keys, values, strict=True) if math.isfinite(value)
    ]
    return f"{{{','.join(pairs)}}}"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _geometries(outlines: Outlines, polygons: Polygons) -> list[str]:
    """The geometry of each object; text is put together as bytes of fixed width whose padding is then taken out."""
    starts = outlines.starts
    closed = np.insert(np.arange(starts[-1]), starts[1:], starts[:-1])
    lasts = starts[1:] + np.arange(len(starts) - 1)
    digits = np.arange(outlines.points_xy.max(initial=0) + 1).astype("S9")
    text = np.empty(len(closed), _COORDINATE)
    text["open"], text["comma"], text["close"] = b"[", b",", b"],"
    text["x"], text["y"] = digits[outlines.points_xy[closed]].T
    text["close"][lasts] = b"]],["
    text["close"][lasts[polygons.rings[1:] - 1]] = b"]]],[["
    text["close"][lasts[polygons.rings[polygons.objects[1:]] - 1]] = b"]\n"
    bodies = text.tobytes().replace(b"\0", b"").decode("ascii").splitlines()
    several = np.diff(polygons.objects) > 1
    return [
        f'{{"type":"MultiPolygon","coordinates":[[[{body}]]]}}'
        if multi
        else f'{{"type":"Polygon","coordinates":[[{body}]]}}'
        for body, multi in zip(bodies, several.tolist(), strict=True)
    ]
