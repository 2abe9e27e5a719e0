"""The second half of `build.py`: runs a command inside `.venv`."""

from __future__ import annotations

import argparse
import importlib
import sys
import webbrowser
from contextlib import suppress
from pathlib import Path

from .report import BuildError, fail, say
from .start import parser


def main() -> int:
    """Run one command; the exit status."""
    options = parser().parse_args()
    try:
        return COMMANDS[options.command](options)
    except BuildError as error:
        return fail(error)
    except KeyboardInterrupt:
        return 130


def _build(options: argparse.Namespace) -> int:
    from .site import build_site

    build_site()
    return 0


def _serve(options: argparse.Namespace) -> int:
    from .places import DIST
    from .server import SiteServer
    from .site import build_site

    server = SiteServer(DIST, port=options.port, sub_path=options.sub_path)
    server.bind()
    say(f"Insitu will be at {server.url} as soon as it is built ...")
    build_site()
    with server:
        say(f"\nInsitu is at {server.url}  (Ctrl+C ends it)\n")
        if not options.no_open:
            webbrowser.open(server.url)
        with suppress(KeyboardInterrupt):
            server.wait()
    return 0


def _check(options: argparse.Namespace) -> int:
    from .check import run_checks

    return run_checks(fix=options.fix)


def _test(options: argparse.Namespace) -> int:
    from .suites import run_suites

    return run_suites(options.suites)


def _fuzz(options: argparse.Namespace) -> int:
    from .fuzz.campaign import fuzz

    return fuzz(options.reader, options.seconds)


def _bench(options: argparse.Namespace) -> int:
    from .site import build_site

    name = options.name.replace("-", "_")
    known = sorted(path.stem for path in (Path(__file__).parent / "bench").glob("[a-z]*.py"))
    if name not in known:
        names = ", ".join(stem.replace("_", "-") for stem in known)
        raise BuildError(f"There is no benchmark {options.name}; there are {names}.")
    build_site()
    status: int = importlib.import_module(f"insitu_build.bench.{name}").main(options.args)
    return status


COMMANDS = {
    "build": _build,
    "serve": _serve,
    "check": _check,
    "test": _test,
    "fuzz": _fuzz,
    "bench": _bench,
}

if __name__ == "__main__":
    sys.exit(main())
