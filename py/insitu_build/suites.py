"""Runs every suite, one after the other, and counts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .browser import find_browser
from .check import run_all
from .node import find_node
from .places import DIST, ROOT, TESTS
from .pyodide_suite import gather_libraries
from .report import BuildError, say
from .site import build_site
from .start import SUITES

OUTPUT = TESTS / "output"


@dataclass(frozen=True)
class Count:
    """How a suite ended. A suite that did not run at all counts as one failure."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""

    def __add__(self, other: Count) -> Count:
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            "; ".join(note for note in (self.note, other.note) if note),
        )


def run_suites(names: Sequence[str]) -> int:
    """Run the named suites (all, when none is named); 0 when nothing failed."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    wanted = list(names) or ["check", *SUITES]
    if set(wanted) & {"pyodide", "e2e"}:
        build_site()
    counts: dict[str, tuple[Count, float]] = {}
    for name in wanted:
        say(f"\n== {name} ==")
        start = time.monotonic()
        try:
            count = _RUN[name]()
        except BuildError as error:
            count = Count(failed=1, note=str(error))
            say(f"{name}: {error}")
        counts[name] = (count, time.monotonic() - start)
    return _report(counts)


def _report(counts: Mapping[str, tuple[Count, float]]) -> int:
    say(f"\n{'suite':<10}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for name, (count, seconds) in counts.items():
        note = f"  {count.note.splitlines()[0]}" if count.note else ""
        say(f"{name:<10}{count.passed:>8}{count.failed:>8}{count.skipped:>9}{seconds:>9.1f}{note}")
    total = sum((count for count, _ in counts.values()), Count())
    say(f"\n{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed else 0


def _check() -> Count:
    results = run_all(fix=False)
    failed = [name for name, good in results.items() if not good]
    return Count(len(results) - len(failed), len(failed), note=f"see {', '.join(failed)}" if failed else "")


def _pytest(name: str) -> Callable[[], Count]:
    def run() -> Count:
        if name == "e2e":
            say(f"Browser: {find_browser()}")
        report = OUTPUT / f"{name}.xml"
        report.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--continue-on-collection-errors",
            f"--junitxml={report}",
            str(TESTS / name),
        ]
        environment = {**os.environ, "INSITU_BUILT": "1"}
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        return read_junit(report, status)

    return run


def _pyodide() -> Count:
    return _pyodide_pytest() + _node_tests(sorted((TESTS / "pyodide").glob("*.test.mjs")), "pyodide")


def _pyodide_pytest() -> Count:
    report = OUTPUT / "pyodide.xml"
    report.unlink(missing_ok=True)
    libraries = gather_libraries(OUTPUT / "pyodide-libraries")
    script = [str(TESTS / "pyodide" / "run.mjs"), str(DIST), str(ROOT), str(libraries), str(report)]
    command = [*find_node().node, *script, "tests/unit", "tests/parity", "tests/pyodide"]
    try:  # a crashed interpreter hangs
        status = subprocess.run(command, cwd=ROOT, timeout=600, check=False).returncode
    except subprocess.TimeoutExpired:
        return Count(failed=1, note="Pyodide did not end within 600 s")
    return read_junit(report, status)


def _web() -> Count:
    return _node_tests(sorted((TESTS / "web").rglob("*.test.js")), "web")


def _node_tests(files: Sequence[Path], name: str) -> Count:
    if not files:
        return Count(failed=1, note="there are no tests")
    report = OUTPUT / f"{name}.tap"
    report.unlink(missing_ok=True)
    reporters = [
        *("--test-reporter=spec", "--test-reporter-destination=stdout"),
        *("--test-reporter=tap", f"--test-reporter-destination={report}"),
    ]
    command = [*find_node().node, "--test", *reporters, *map(str, files)]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    return read_tap(report.read_text("utf-8") if report.exists() else "", status)


def read_junit(report: Path, status: int) -> Count:
    """Counts of pytest's XML; an exit status that the counts do not explain is one more failure."""
    if not report.is_file():
        return Count(failed=1, note=f"pytest ended with status {status} and no report")
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    tests = failed = skipped = 0
    for suite in suites:
        tests += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    passed = max(0, tests - failed - skipped)
    if tests == 0:
        return Count(failed=1, note="there are no tests")
    if status != 0 and failed == 0:
        return Count(passed, 1, skipped, f"pytest ended with status {status}")
    return Count(passed, failed, skipped)


def read_tap(text: str, status: int) -> Count:
    """Counts of the summary that Node's test runner ends its TAP with."""
    found = {name: int(number) for name, number in re.findall(r"^# (\w+) (\d+)\s*$", text, re.MULTILINE)}
    failed = found.get("fail", 0) + found.get("cancelled", 0)
    skipped = found.get("skipped", 0) + found.get("todo", 0)
    if not found.get("tests"):
        return Count(failed=1, note="there are no tests")
    if status != 0 and failed == 0:
        return Count(found.get("pass", 0), 1, skipped, f"node ended with status {status}")
    return Count(found.get("pass", 0), failed, skipped)


_RUN: Mapping[str, Callable[[], Count]] = {
    "check": _check,
    "unit": _pytest("unit"),
    "parity": _pytest("parity"),
    "pyodide": _pyodide,
    "web": _web,
    "e2e": _pytest("e2e"),
}
