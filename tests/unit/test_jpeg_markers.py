from __future__ import annotations

from insitu.decode.jpeg import is_complete

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
APP1 = b"\xff\xe1\x00\x06" + EOI + b"ab"
SCAN = b"\xff\xda\x00\x04\x01\x02" + b"data\xff\x00more\xff\xd0rest"


def test_the_end_marker_after_a_scan_completes_the_file() -> None:
    assert is_complete(SOI + SCAN + EOI)


def test_stuffed_bytes_and_restart_markers_are_data() -> None:
    assert not is_complete(SOI + SCAN)


def test_an_end_marker_inside_a_segment_does_not_count() -> None:
    assert not is_complete(SOI + APP1 + SCAN)
    assert is_complete(SOI + APP1 + SCAN + EOI)


def test_a_file_without_its_last_byte_is_incomplete() -> None:
    assert not is_complete((SOI + SCAN + EOI)[:-1])


def test_bytes_after_the_end_do_not_matter() -> None:
    assert is_complete(SOI + SCAN + EOI + b"\xff\xda\x00")


def test_fill_bytes_may_stand_before_a_marker() -> None:
    assert is_complete(SOI + SCAN + b"\xff\xff\xff" + EOI)


def test_a_segment_longer_than_the_file_is_incomplete() -> None:
    assert not is_complete(SOI + b"\xff\xe1\xff\xff" + EOI)


def test_a_segment_with_an_impossible_length_is_incomplete() -> None:
    assert not is_complete(SOI + b"\xff\xe1\x00\x00" + EOI)
