"""The parent: gives seeds, starts workers until the time is up, and reports."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ..pins import FUZZING
from ..places import TESTS, cache
from ..report import BuildError, say
from ..venv import ensure_extra
from .seeds import seeds
from .target import TIME_LIMIT_S

_START_S = 60
"""A worker imports and instruments the libraries before its time begins."""
_DEATHS = {70: "timeout", 71: "memory", 77: "crash"}
"""Exit statuses of libFuzzer."""


@dataclass(frozen=True)
class Outcome:
    """What a campaign found.

    Attributes
    ----------
    finds : tuple of Path
        Inputs that did what they must not.
    """

    reader: str
    seconds: float
    executions: int
    finds: tuple[Path, ...]
    coverage: bool


def fuzz(reader: str, seconds: int) -> int:
    """`build.py fuzz`; 1 when something was found."""
    finds = TESTS / "output" / "fuzz" / reader
    outcome = run_campaign(reader, seconds, finds, cache() / "fuzz" / reader, coverage=_have_atheris())
    say(report(outcome))
    return 1 if outcome.finds else 0


def _have_atheris() -> bool:
    try:
        ensure_extra("fuzzing", FUZZING)
    except BuildError as error:
        say(f"Without coverage, by chance only: {error}")
        return False
    return True


def run_campaign(reader: str, seconds: int, finds: Path, corpus: Path, *, coverage: bool) -> Outcome:
    """Fuzz with as many workers, one after the other, as it takes.

    Parameters
    ----------
    finds
        Emptied first.
    corpus
        Kept from campaign to campaign; seeds are added.
    """
    _plant(reader, corpus)
    finds.mkdir(parents=True, exist_ok=True)
    for path in finds.iterdir():
        path.unlink()
    since = time.monotonic()
    workers = 0
    while (left := seconds - (time.monotonic() - since)) >= 1 or workers == 0:
        workers += 1
        _run_worker(reader, corpus, finds, max(1, int(left)), workers, coverage=coverage)
    executions = 0
    for path in finds.glob("executions-*"):
        executions += int(path.read_text("utf-8"))
        path.unlink()
    found = tuple(sorted(path for path in finds.iterdir() if path.suffix == ".bin"))
    return Outcome(reader, time.monotonic() - since, executions, found, coverage)


def _plant(reader: str, corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    for data in seeds(reader):
        (corpus / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)


def _run_worker(reader: str, corpus: Path, finds: Path, seconds: int, number: int, *, coverage: bool) -> None:
    command = worker_command(reader, corpus, finds, seconds, number, coverage)
    log = finds / "worker.log"
    with log.open("wb") as output:
        try:
            limit = seconds + _START_S + 4 * TIME_LIMIT_S
            status = subprocess.run(
                command, stdout=output, stderr=subprocess.STDOUT, timeout=limit, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            status = 70
    if status == 0:
        return
    if not _keep_death(finds, _DEATHS.get(status, f"status{status}"), log):
        raise BuildError(f"A worker ended with status {status} before it began; see {log}.")


def worker_command(
    reader: str, corpus: Path, finds: Path, seconds: int, number: int, coverage: bool
) -> list[str]:
    """What starts a worker; its number is the seed of its chance."""
    command = [sys.executable, "-m", "insitu_build.fuzz.worker", reader, str(corpus), str(finds)]
    return [
        *command,
        f"--seconds={seconds}",
        f"--seed={number}",
        *([] if coverage else ["--without-coverage"]),
    ]


def _keep_death(finds: Path, kind: str, log: Path) -> bool:
    """Keep the input on which a worker died: libFuzzer's own file, or the one it was at."""
    left = [*finds.glob("timeout-*"), *finds.glob("oom-*"), *finds.glob("crash-*"), *finds.glob("current")]
    left = [path for path in left if not path.suffix]
    for path in left:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:6]
        path.rename(finds / f"{kind}-{digest}.bin")
        log.rename(finds / f"{kind}-{digest}.txt")
        return True
    return False


def report(outcome: Outcome) -> str:
    """A line, and one for each find."""
    way = "guided by coverage" if outcome.coverage else "by chance"
    lines = [
        f"{outcome.reader}: {outcome.executions} executions in {outcome.seconds:.0f} s ({way}), "
        f"{len(outcome.finds)} finds"
    ]
    return "\n".join([*lines, *(f"  {path}" for path in outcome.finds)])
