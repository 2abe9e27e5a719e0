"""`.venv`, Node and a browser: found, made or fetched once, and then left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from insitu_build import apt, browser, node, venv
from insitu_build.pins import BASE, DEVELOPMENT, INDIRECT, NODE, PYTHON_MIN
from insitu_build.report import BuildError, size

pytestmark = pytest.mark.cpython_only


class Pip:
    """Remembers what pip was asked for; fails where it is told to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.failures: list[str] = []

    def __call__(self, arguments: Sequence[str], doing: str, pip: Sequence[str] | None = None) -> None:
        self.calls.append(arguments[0])
        if arguments[0] in self.failures:
            self.failures.remove(arguments[0])
            raise BuildError(f"{doing} failed")


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    monkeypatch.setattr(venv, "VENV", tmp_path / "venv")
    monkeypatch.setenv("INSITU_CACHE", str(tmp_path / "cache"))
    (tmp_path / "venv").mkdir()
    recorder = Pip()
    monkeypatch.setattr(venv, "run_pip", recorder)
    return recorder


def test_a_second_run_asks_pip_for_nothing(pip: Pip) -> None:
    venv.ensure_extra("some", {"thing": "1.0"})
    assert pip.calls == ["wheel", "install"]
    venv.ensure_extra("some", {"thing": "1.0"})
    assert pip.calls == ["wheel", "install"]


def test_another_pin_is_fetched_and_installed(pip: Pip) -> None:
    venv.ensure_extra("some", {"thing": "1.0"})
    venv.ensure_extra("some", {"thing": "1.1"})
    assert pip.calls == ["wheel", "install"] * 2


def test_a_new_environment_is_filled_from_the_cache(pip: Pip, tmp_path: Path) -> None:
    venv.ensure_extra("some", {"thing": "1.0"})
    for stamp in (tmp_path / "venv").glob("*.stamp"):
        stamp.unlink()
    venv.ensure_extra("some", {"thing": "1.0"})
    assert pip.calls == ["wheel", "install", "install"]


def test_a_cache_that_has_lost_files_is_filled_again(pip: Pip) -> None:
    pip.failures = ["install"]
    venv.ensure_extra("some", {"thing": "1.0"})
    assert pip.calls == ["wheel", "install", "wheel", "install"]


def test_a_failure_is_not_taken_for_done(pip: Pip) -> None:
    pip.failures = ["wheel", "wheel"]
    with pytest.raises(BuildError):
        venv.ensure_extra("some", {"thing": "1.0"})
    venv.ensure_extra("some", {"thing": "1.0"})
    assert pip.calls[-1] == "install"


@pytest.mark.parametrize(("said", "usable"), [("v20.1.0", True), ("v18.19.0", False), ("nonsense", False)])
def test_only_a_new_enough_node_is_taken_from_the_path(
    said: str, usable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {said}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(tmp_path / name))
    fetched: list[str] = []

    def fetch(name: str, packages: object) -> None:
        fetched.append(name)
        raise BuildError("no network")

    monkeypatch.setattr(venv, "ensure_extra", fetch)
    if usable:
        assert node.find_node().node == (str(tmp_path / "node"),)
    else:
        with pytest.raises(BuildError, match="no network"):
            node.find_node()
    assert fetched == ([] if usable else ["node"])


def test_node_that_fails_or_hangs_is_one_sentence(tmp_path: Path) -> None:
    python = node.Node((sys.executable,), ())
    script = tmp_path / "script.py"
    script.write_text("import sys; sys.exit('it broke')")
    with pytest.raises(BuildError, match=r"script\.py failed: it broke"):
        node.run_node(python, [str(script)], cwd=tmp_path, timeout_s=60)
    script.write_text("import time; time.sleep(60)")
    with pytest.raises(BuildError, match="did not end"):
        node.run_node(python, [str(script)], cwd=tmp_path, timeout_s=0.5)


def test_a_browser_is_looked_for_before_one_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for name in ("_installed", "_playwrights", "_fetch_playwrights", "_fetch_debians"):

        def find(name: str = name) -> Path | None:
            asked.append(name)
            return Path("/browser") if name == "_fetch_playwrights" else None

        monkeypatch.setattr(browser, name, find)
    assert browser.find_browser.__wrapped__() == Path("/browser")
    assert asked == ["_installed", "_playwrights", "_fetch_playwrights"]


def test_no_browser_at_all_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_installed", "_playwrights", "_fetch_playwrights", "_fetch_debians"):
        monkeypatch.setattr(browser, name, lambda: None)
    with pytest.raises(BuildError, match="No browser"):
        browser.find_browser.__wrapped__()


def test_packages_are_installed_only_where_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert apt.install("chromium") is False
    asked: list[Sequence[str]] = []

    def refuse(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr("subprocess.run", refuse)
    assert apt.install("chromium") is False
    assert asked == [["sudo", "-n", "true"]]


def test_every_package_is_pinned_once() -> None:
    groups = (BASE, DEVELOPMENT, NODE, INDIRECT)
    names = [name.lower().replace("_", "-") for group in groups for name in group]
    assert len(names) == len(set(names))
    assert PYTHON_MIN == (3, 11)


def test_sizes_are_written_for_people() -> None:
    assert [size(12), size(4_200), size(4_068_999)] == ["12 bytes", "4 kB", "4.1 MB"]


def test_an_environment_whose_python_is_gone_is_made_anew(pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(venv, "_create", lambda: made.append("venv"))
    monkeypatch.setattr(venv, "_stamp", lambda *_: None)
    monkeypatch.setattr(venv, "_stamped", lambda *_: True)
    for tag, count in (("cpython-311-linux", 0), ("", 1)):
        monkeypatch.setattr(venv, "_tag", lambda tag=tag: tag)
        venv._ensure_environment()
        assert len(made) == count
