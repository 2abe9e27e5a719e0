"""Conversion at the boundary to JavaScript; under CPython, where there is none, values pass as they are."""

from __future__ import annotations

import sys
from typing import Any

if sys.platform == "emscripten":
    from ._browser import from_js, to_wire
else:

    def from_js(value: Any) -> Any:
        return value

    def to_wire(value: Any) -> Any:
        return value


__all__ = ["from_js", "to_wire"]
