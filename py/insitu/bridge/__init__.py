"""The runtime underneath, chosen once: sessions, and conversion of what crosses to JavaScript.

Only `_browser.py` imports `js` or `pyodide`; only `_native.py` imports `onnxruntime`. Both are
imported when first needed, so that `import insitu` stays light.
"""

from __future__ import annotations

import sys

from ..errors import PackInvalid
from ..pack_types import Pack
from ..types import Session


def open_session(pack: Pack) -> Session:
    """A session for the pack's network, shared by later calls with the same network.

    Raises
    ------
    PackInvalid
        The pack has no network in this process, or onnxruntime cannot open it.
    """
    if sys.platform == "emscripten" or pack.model is None:
        raise PackInvalid(f"The pack {pack.id!r} has no network here; give analyse() a session.")
    from ._native import open_native_session

    return open_native_session(pack)
