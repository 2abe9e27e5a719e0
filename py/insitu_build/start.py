"""The first half of `build.py`, under the system's Python: read the command, make `.venv`, go on inside it.

Standard library only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from . import venv
from .lock import only_one
from .places import cache
from .report import BuildError, fail

SUITES = ("unit", "parity", "pyodide", "web", "e2e")


def parser() -> argparse.ArgumentParser:
    """The commands of `build.py` and their options."""
    top = argparse.ArgumentParser(
        prog="build.py", description="Build, serve, check and test Insitu.", allow_abbrev=False
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="build the site and serve it on this machine")
    serve.add_argument("--port", type=int, default=8000, help="default 8000; 0 takes a free one")
    serve.add_argument("--no-open", action="store_true", help="do not open a browser")
    serve.add_argument("--sub-path", default="/", metavar="/insitu/", help="serve below this path")

    commands.add_parser("build", help="build dist/, ready for any static host")

    check = commands.add_parser("check", help="format, lint and types of both languages")
    check.add_argument("--fix", action="store_true", help="format, and repair what can be repaired")

    test = commands.add_parser("test", help="build, check, and run every suite")
    test.add_argument("suites", nargs="*", metavar="SUITE", help=f"check, {', '.join(SUITES)}; default all")

    fuzz = commands.add_parser("fuzz", help="feed a reader with damaged files")
    fuzz.add_argument("reader", metavar="READER", help="for example tiff, dicom or zip")
    fuzz.add_argument("--seconds", type=int, default=60, help="default 60")

    bench = commands.add_parser("bench", help="run one benchmark")
    bench.add_argument("name", metavar="NAME", help="for example throughput or model-store")
    bench.add_argument("args", nargs=argparse.REMAINDER, help="passed on to the benchmark")
    return top


def main(argv: Sequence[str]) -> int:
    """Prepare `.venv`, then run the same command inside it; the exit status."""
    options = parser().parse_args(argv)
    if options.command == "test" and (unknown := set(options.suites) - {"check", *SUITES}):
        parser().error(f"no suite {', '.join(sorted(unknown))}; there are check, {', '.join(SUITES)}")
    development = options.command not in ("build", "serve")
    try:
        with only_one(cache()):
            python = venv.ensure(development)
    except BuildError as error:
        return fail(error)
    return _go_on([str(python), "-m", "insitu_build", *argv])


def _go_on(command: list[str]) -> int:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("PYTHONPATH", None)
    if os.name != "nt":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 130
