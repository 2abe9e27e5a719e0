"""Where a DICOM image lies in the patient and which series it belongs to."""

from __future__ import annotations

from typing import Any

from ..types import Membership, Place
from .dicom_metadata import Elements, Groups, find_group, read_number
from .place import make_place


def read_place(data_set: Elements, groups: Groups) -> Place | None:
    """Position and directions (PS3.3, C.7.6.2.1.1); None where they are missing or make no right angle."""
    at: Elements = find_group(groups, "PlanePositionSequence") or data_set
    along: Elements = find_group(groups, "PlaneOrientationSequence") or data_set
    position = _numbers(at, "ImagePositionPatient", 3)
    directions = _numbers(along, "ImageOrientationPatient", 6)
    if position is None or directions is None:
        return None
    return make_place(position, directions[:3], directions[3:])


def read_membership(data_set: Elements) -> Membership:
    """The series; files without its identifier belong together."""
    number = read_number(data_set, "InstanceNumber")
    return Membership(
        series=_text(data_set, "SeriesInstanceUID"),
        number=None if number is None else int(number),
        modality=_text(data_set, "Modality"),
        is_localiser="LOCALIZER" in _text(data_set, "ImageType"),
    )


def _numbers(place: Elements, keyword: str, count: int) -> list[float] | None:
    found = [read_number(place, keyword, index) for index in range(count)]
    numbers = [number for number in found if number is not None]
    return numbers if len(numbers) == count else None


def _text(data_set: Elements, keyword: str) -> str:
    try:
        value: Any = data_set.get(keyword)
    except (ValueError, TypeError, NotImplementedError):
        return ""
    return "" if value is None else str(value)
