"""Boundary B: plain Python values to plain JavaScript values and back.

Facts this relies on (Pyodide 314): JavaScript's null arrives as `jsnull`, and None leaves as undefined; objects and
typed arrays arrive as proxies, released with their last reference; a one-dimensional float32 buffer leaves as a
copied Float32Array, a two-dimensional one as an array of rows, so tensors leave flat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from js import Object
from pyodide.ffi import JsBuffer, JsProxy, jsnull, to_js

_PLAIN = (str, int, float)
"""Told first, because to ask whether something is a proxy takes many times as long."""


def from_js(value: Any) -> Any:
    """Dicts, lists, bytes (from byte buffers) and arrays (from other typed arrays)."""
    if value is jsnull:
        return None
    if isinstance(value, dict):
        return {key: from_js(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [from_js(entry) for entry in value]
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, JsBuffer):
        return _from_buffer(value)
    # Not deeper, which would copy byte buffers once more.
    return from_js(value.to_py(depth=1)) if isinstance(value, JsProxy) else value


def _from_buffer(buffer: JsBuffer) -> Any:
    is_bytes = getattr(buffer, "BYTES_PER_ELEMENT", 1) == 1
    return buffer.to_bytes() if is_bytes else np.asarray(buffer.to_py())


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
