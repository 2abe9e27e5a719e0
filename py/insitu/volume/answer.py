"""The files that say what was found in a scan, the same on the page and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import __version__
from ..pack_types import LocateRecipe, Pack
from ..postprocess.section import find_section
from .frames import FrameFacts
from .located import Located
from .look import Looks
from .places import Box3, patient_box, whole_box
from .read import LeftOut
from .report import Corrected, SliceRow, encode_box, encode_no_box, encode_slices
from .series import Series
from .slices import box_in_slice


@dataclass(frozen=True)
class Scan:
    """All slices that could be read, in the order of their files, and what could not."""

    facts: Sequence[FrameFacts]
    looks: Looks
    left_out: Sequence[LeftOut]


def box_file(scan: Scan, located: Located, number: int, pack: Pack, corrected: Box3 | None = None) -> bytes:
    """box.json of one series; the first, number 0, names the files that were left out.

    Parameters
    ----------
    corrected : Box3 or None
        In voxels, as a person wants the box; rounded to whole ones inside the volume.
    """
    names = [scan.facts[member].name for member in located.series.members]
    left_out = scan.left_out if number == 0 else []
    person = None if corrected is None else _correct(scan, located.series, corrected)
    return encode_box(located, person, names, left_out, pack, __version__)


def _correct(scan: Scan, series: Series, box: Box3) -> Corrected:
    voxels = whole_box(box, scan.facts[int(series.members[0])], len(series.members))
    return Corrected(voxels, patient_box(voxels, scan.facts, series))


def no_box_file(scan: Scan, pack: Pack) -> bytes:
    """box.json where there is no series."""
    return encode_no_box(scan.left_out, pack, __version__)


def slices_file(scan: Scan, series: Series | None, pack: Pack) -> bytes:
    """slices.csv of one series, or of all slices as they were read."""
    members = range(len(scan.facts)) if series is None else series.members.tolist()
    return encode_slices(_rows(scan, members, series, pack))


def _rows(scan: Scan, members: Sequence[int], series: Series | None, pack: Pack) -> list[SliceRow]:
    """A row for each slice; where it lies is known of those of a series, and of those that say so themselves."""
    recipe = pack.recipe_as(LocateRecipe)
    rows = []
    for at, member in enumerate(members):
        facts = scan.facts[member]
        section = find_section(
            scan.looks.chances[member], float(scan.looks.presences[member]), recipe.section
        )
        z_mm = None if facts.place is None else facts.place.position[2]
        if series is not None and series.is_spaced:
            z_mm = float(series.positions[at])
        box = box_in_slice(section, facts, recipe.side_px)
        rows.append(SliceRow(facts.name, z_mm, section.found, section.score, box))
    return rows
