"""What a person sees while things are fetched and built. Standard library only."""

from __future__ import annotations

import sys


class BuildError(Exception):
    """A build step cannot go on; `str()` is one sentence that says what is wrong and what to do."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(text, flush=True)


def size(n_bytes: int) -> str:
    """A number of bytes for a person: ``4.1 MB``."""
    if n_bytes < 1000:
        return f"{n_bytes} bytes"
    if n_bytes < 1_000_000:
        return f"{n_bytes / 1000:.0f} kB"
    return f"{n_bytes / 1_000_000:.1f} MB"


def fail(error: BuildError) -> int:
    """Print the reason on stderr; the exit status to leave with."""
    sys.stdout.flush()
    print(f"build.py: {error}", file=sys.stderr, flush=True)
    return 1
