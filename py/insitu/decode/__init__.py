"""Bytes to pixels: sniff by content, check the size, then decode. See `image.decode`."""

from .image import LIMIT_PX, decode, self_test_codecs

__all__ = ["LIMIT_PX", "decode", "self_test_codecs"]
