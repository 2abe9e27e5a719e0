"""Counting what the test runners report."""

from __future__ import annotations

from pathlib import Path

import pytest

from insitu_build.suites import Count, read_junit, read_tap

pytestmark = pytest.mark.cpython_only

JUNIT = (
    """<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10"/></testsuites>"""
)
TAP = "TAP version 13\nok 1 - a\n1..1\n# tests 7\n# pass {0}\n# fail {1}\n# cancelled {2}\n# skipped 1\n# todo 0\n"


def test_failures_and_errors_are_both_failed(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(JUNIT, "utf-8")
    assert read_junit(tmp_path / "r.xml", 1) == Count(4, 3, 3)


def test_a_status_that_no_test_explains_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text('<testsuite errors="0" failures="0" skipped="0" tests="2"/>', "utf-8")
    assert read_junit(tmp_path / "r.xml", 0) == Count(2, 0, 0)
    assert read_junit(tmp_path / "r.xml", 3) == Count(2, 1, 0, "pytest ended with status 3")


def test_a_suite_without_a_report_or_without_tests_is_a_failure(tmp_path: Path) -> None:
    assert read_junit(tmp_path / "none.xml", 0).failed == 1
    (tmp_path / "r.xml").write_text('<testsuite errors="0" failures="0" skipped="0" tests="0"/>', "utf-8")
    assert read_junit(tmp_path / "r.xml", 5).failed == 1
    assert read_tap("", 0).failed == 1


def test_the_summary_of_node_is_read() -> None:
    assert read_tap(TAP.format(6, 0, 0), 0) == Count(6, 0, 1)
    assert read_tap(TAP.format(4, 1, 1), 1) == Count(4, 2, 1)
    assert read_tap(TAP.format(6, 0, 0), 1) == Count(6, 1, 1, "node ended with status 1")
