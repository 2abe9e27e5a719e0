"""Boundary B: plain Python values to plain JavaScript values and back.

Facts this relies on (Pyodide 314): JavaScript's null arrives as `jsnull`, and None leaves as undefined; objects and
typed arrays arrive as proxies, released with their last reference; a one-dimensional float32 buffer leaves as a
copied Float32Array, a two-dimensional one as an array of rows, so tensors leave flat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from js import Object
from pyodide.ffi import JsProxy, jsnull, to_js


def from_js(value: Any) -> Any:
    """Dicts, lists, bytes (from byte buffers) and arrays (from other typed arrays)."""
    return _plain(value.to_py() if isinstance(value, JsProxy) else value)


def _plain(value: Any) -> Any:
    if value is jsnull:
        return None
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, memoryview):
        return value.tobytes() if value.itemsize == 1 else np.asarray(value)
    return value


def to_wire(value: Any) -> Any:
    """A plain JavaScript value; anything that would need a proxy is an error here, not a leak."""
    return to_js(_with_null(value), dict_converter=Object.fromEntries, create_pyproxies=False)


def _with_null(value: Any) -> Any:
    """None would leave as undefined."""
    if value is None:
        return jsnull
    if isinstance(value, dict):
        return {key: _with_null(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_null(entry) for entry in value]
    return value
