"""Bytes to pixels: sniff by content, check the size, then decode. See `image.decode`."""

import sys

from .families import packages_for
from .image import decode, decode_planes, decode_stored
from .limits import LIMIT_PX

if sys.platform == "emscripten":
    from .codecs_wasm import self_test_codecs
else:
    from .codecs_native import self_test_codecs

__all__ = ["LIMIT_PX", "decode", "decode_planes", "decode_stored", "packages_for", "self_test_codecs"]
