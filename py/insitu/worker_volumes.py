"""What JavaScript may call of scans; see worker_api."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from . import decode
from .bridge.host import HostCheckpoint, HostSession, require_of_host
from .decode.families import FAMILIES, SLICES, packages_for
from .errors import InsituError
from .pack_types import LocateRecipe
from .types import Item
from .volume.frames import Frame, blank_frame
from .volume.located import locate
from .volume.look import look_at
from .volume.read import LeftOut, read_frames
from .volume.series import group_series
from .volume.wire import facts_from_bytes, facts_to_bytes, located_to_wire, looks_from_wire, looks_to_wire
from .worker_state import callable_from_js, engine, read_request

_REHEARSALS = 8
_USUAL_SIDE_PX = 512


@callable_from_js
def get_ready() -> dict[str, Any]:
    """Load the reader that scans need and rehearse with slices of air, so that the first scan finds everything warm.

    Browsers compile WebAssembly once quickly, and what is used a lot once more, better; that would take part of the
    time of the first scan.
    """
    return engine.converse(_get_ready())


async def _get_ready() -> dict[str, Any]:
    pack = engine.open_pack()
    family = FAMILIES[SLICES]
    await require_of_host(family.packages)
    import_module(f"{decode.__name__}.{family.module}")
    recipe = pack.recipe_as(LocateRecipe)
    for _ in range(_REHEARSALS):
        frames = [blank_frame(_USUAL_SIDE_PX, recipe.side_px) for _ in range(recipe.batch)]
        await look_at(frames, pack, HostSession())
    return {}


@callable_from_js
def read_slices(request: Any) -> dict[str, Any]:
    """Read, reduce and look at the slices of some files; see `SlicesRequest`; answers as `analyse` does."""
    return engine.converse(_read_slices(read_request(request)))


async def _read_slices(request: Mapping[str, Any]) -> dict[str, Any]:
    pack = engine.open_pack()
    recipe = pack.recipe_as(LocateRecipe)
    checkpoint = HostCheckpoint(engine.open_host(), time.perf_counter)
    frames: list[Frame] = []
    left_out: list[LeftOut] = []
    await checkpoint("decode")
    for file in request["files"]:
        try:
            await require_of_host(packages_for(file["bytes"]))
        except InsituError as error:
            left_out.append(LeftOut(file["number"], file["name"], error.code))
            continue
        item = Item(file["name"], file["bytes"])
        for found in read_frames(item, file["number"], recipe.side_px, checkpoint.measure):
            (left_out if isinstance(found, LeftOut) else frames).append(found)  # type: ignore[arg-type]
            await checkpoint("decode")
    await checkpoint("run")
    looks = await look_at(frames, pack, HostSession(), request["batch"])
    checkpoint.finish()
    return {
        "count": len(frames),
        "facts": facts_to_bytes([frame.facts for frame in frames]),
        "copies": np.concatenate([frame.hu_hw.reshape(-1) for frame in frames] or [np.zeros(0, np.int16)]),
        "looks": looks_to_wire(looks),
        "leftOut": [{"file": one.file, "error": one.error} for one in left_out],
        "timings": checkpoint.timings_ms,
    }


@callable_from_js
def locate_in_series(request: Any) -> dict[str, Any]:
    """Join what `read_slices` gave of all files; see `LocateRequest`."""
    values = read_request(request)
    recipe = engine.open_pack().recipe_as(LocateRecipe)
    facts, order = facts_from_bytes(values["facts"])
    looks = looks_from_wire(values["looks"], order)
    found = [locate(facts, looks, series, recipe, values["margin"]) for series in group_series(facts)]
    return {"series": [located_to_wire(one, facts, looks, recipe.side_px, order) for one in found]}
