"""The first of the two commands, as a person types it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial

import pytest

from insitu_build.places import ROOT

COMMAND = [sys.executable, "build.py", "serve", "--no-open", "--port", "0", "--sub-path", "/insitu/"]


@pytest.fixture
def serving() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=partial(
            signal.signal, signal.SIGINT, signal.SIG_DFL
        ),  # ignored in what a script runs behind
    )
    watchdog = threading.Timer(300, process.kill)  # a command that hangs fails its test
    watchdog.start()
    yield process
    watchdog.cancel()
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_serve_prints_its_address_early_answers_and_ends_on_an_interrupt(
    serving: subprocess.Popen[str],
) -> None:
    assert serving.stdout is not None
    lines = iter(serving.stdout.readline, "")
    early = next(line for line in lines if "localhost" in line)
    assert "will be" in early
    address = next(line for line in lines if "localhost" in line).split()[3]
    assert address.startswith("http://localhost:")
    assert address.endswith("/insitu/")
    with urllib.request.urlopen(address, timeout=30) as page:
        assert b"<title>" in page.read()
    serving.send_signal(signal.SIGINT)
    assert serving.wait(timeout=30) == 0
