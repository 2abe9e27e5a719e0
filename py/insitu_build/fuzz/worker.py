"""The child: atheris where it can be had, else damage by chance. Ends when its time is up or a limit is met."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

from .mutate import mutate
from .target import MEMORY_LIMIT_MB, TIME_LIMIT_S, Watch, scale_limits, target_of

_TOLD_EVERY = 50
_INSTRUMENTED = ["insitu", "tifffile", "PIL", "pydicom", "nibabel"]


def main() -> None:
    """Fuzz one reader for some seconds; the last input lies in ``<finds>/current`` when this process dies."""
    parser = argparse.ArgumentParser()
    parser.add_argument("reader")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("finds", type=Path)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-coverage", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    _limit_memory()
    watch = Watch(target_of(options.reader), options.finds)
    watch.kinds |= {path.stem for path in options.finds.glob("*.bin")}
    if options.without_coverage:
        scale_limits()
        _by_chance(watch, options.corpus, options.seconds, options.seed)
    else:
        _by_coverage(watch, options.corpus, options.finds, options.seconds, options.seed)


def _limit_memory() -> None:
    """More than this is a MemoryError, which is a find; where the system knows such limits."""
    if sys.platform == "linux":
        import resource

        taken = int(Path("/proc/self/statm").read_text("utf-8").split()[0]) * resource.getpagesize()
        limit = taken + MEMORY_LIMIT_MB * 1_000_000 + 800_000_000  # libraries that are mapped later, stacks
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _by_coverage(watch: Watch, corpus: Path, finds: Path, seconds: int, seed: int) -> None:
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        scale_limits()
        for path in sorted(corpus.iterdir())[:200]:  # imports all that the reader does, which takes seconds
            with suppress(Exception):  # which comes again when it is timed
                watch.target(path.read_bytes())

    def once(data: bytes) -> None:
        watch(data)
        _tell(watch, finds)

    arguments = [
        f"-max_total_time={seconds}",
        f"-timeout={int(2 * TIME_LIMIT_S)}",
        f"-rss_limit_mb={MEMORY_LIMIT_MB}",
        f"-artifact_prefix={finds}/",
        f"-seed={seed}",
        "-max_len=65536",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup(["fuzz", *arguments], once)
    atheris.Fuzz()


def _by_chance(watch: Watch, corpus: Path, seconds: int, seed: int) -> None:
    source = random.Random(seed)
    files = [path.read_bytes() for path in sorted(corpus.iterdir())]
    end = time.monotonic() + seconds
    current = watch.folder / "current"
    while time.monotonic() < end:
        data = mutate(source.choice(files), source)
        current.write_bytes(data)
        watch(data)
        _tell(watch, watch.folder)
    current.unlink(missing_ok=True)
    _tell(watch, watch.folder, now=True)


def _tell(watch: Watch, finds: Path, *, now: bool = False) -> None:
    """For the parent, which learns in no other way how far a child came that was ended."""
    if now or watch.executions % _TOLD_EVERY == 0:
        (finds / f"executions-{os.getpid()}").write_text(str(watch.executions), "utf-8")


if __name__ == "__main__":
    main()
