"""Slices and what was found in them, as values that cross to JavaScript and back.

What JavaScript only carries from engine to engine (where slices lie) crosses as bytes: hundreds of slices as objects
would cost more than to look at them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..types import Membership, Place, Spacing
from .frames import FrameFacts, find_reduction
from .located import Located
from .look import Looks, join_looks
from .places import find_affine
from .report import ODDITIES, REASONS
from .turn import Turn


def facts_to_bytes(facts: Sequence[FrameFacts]) -> bytes:
    """JSON of where slices lie."""
    return json.dumps(facts, default=vars).encode()


def facts_from_bytes(parts: Sequence[bytes]) -> tuple[list[FrameFacts], NDArray[np.intp]]:
    """What `facts_to_bytes` wrote of several groups of slices, in the order of files whatever that of the groups is.

    Also the number that each slice has among those of the groups.
    """
    given = [_facts(values) for part in parts for values in json.loads(part)]
    order = sorted(range(len(given)), key=lambda number: (given[number].file, given[number].plane))
    return [given[number] for number in order], np.array(order, np.intp)


def _facts(values: dict[str, Any]) -> FrameFacts:
    spacing, place, membership = (values[key] for key in ("spacing", "place", "membership"))
    values["turn"] = Turn(**values["turn"])
    values["spacing"] = None if spacing is None else Spacing(**spacing)
    values["place"] = None if place is None else Place(**{key: tuple(at) for key, at in place.items()})
    values["membership"] = None if membership is None else Membership(**membership)
    return FrameFacts(**values)


def looks_to_wire(looks: Looks) -> dict[str, Any]:
    """Flat arrays, and the side of the maps."""
    return {
        "side": looks.chances.shape[1],
        "chances": looks.chances.reshape(-1),
        "presences": looks.presences,
    }


def looks_from_wire(parts: Sequence[Mapping[str, Any]], order: NDArray[np.intp]) -> Looks:
    """What `looks_to_wire` sent of several groups of slices, in the order that `facts_from_bytes` gave."""
    looks = join_looks(
        [
            Looks(
                np.frombuffer(part["chances"], np.uint8).reshape(-1, int(part["side"]), int(part["side"])),
                np.asarray(part["presences"], np.float32),
            )
            for part in parts
            if len(part["presences"])
        ]
    )
    return Looks(looks.chances[order], looks.presences[order]) if len(order) else looks


def located_to_wire(
    located: Located, facts: Sequence[FrameFacts], looks: Looks, side: int, order: NDArray[np.intp]
) -> dict[str, Any]:
    """See `FoundSeries` in protocol.d.ts; `order` as `facts_from_bytes` gave it."""
    series = located.series
    first = facts[int(series.members[0])]
    affine = find_affine(facts, series)
    shown = looks.chances[series.members] > 127
    return {
        "members": order[series.members].astype(np.int32),
        "files": np.array([facts[member].file for member in series.members], np.int32),
        "planes": np.array([facts[member].plane for member in series.members], np.int32),
        "positions": series.positions,
        "step": series.step,
        "isSpaced": series.is_spaced,
        "isAxial": series.is_axial,
        "notes": [{**asdict(note), "words": ODDITIES[note.kind]} for note in series.notes],
        "reason": located.reason,
        "why": None if located.reason is None else REASONS[located.reason],
        "confidence": located.confidence,
        "voxels": None if located.voxels is None else asdict(located.voxels),
        "patient": None if located.patient_mm is None else asdict(located.patient_mm),
        "presences": looks.presences[series.members],
        "shares": (shown.sum(axis=(1, 2)) / shown[0].size).astype(np.float32),
        "width": first.width,
        "height": first.height,
        "spacing": None if first.spacing is None else asdict(first.spacing),
        "affine": affine.matrix.reshape(-1) if affine is not None and affine.is_even else None,
        "turn": asdict(first.turn),
        "reduction": asdict(find_reduction(first.width, first.height, side)),
        "modality": "" if first.membership is None else first.membership.modality,
    }
