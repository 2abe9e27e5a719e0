"""Pillow's reader of GIF with a guard: a frame may be larger than the picture, which grows with it."""

from __future__ import annotations

from PIL import GifImagePlugin

from .limits import check_size


class GuardedGif(GifImagePlugin.GifImageFile):
    """Raises `ImageTooLarge` where a frame enlarges the picture beyond the limit, before Pillow makes room for it.

    Pillow keeps the size in `_size`, and sets that when it has read where a frame lies.
    """

    _width_height = (0, 0)

    @property
    def _size(self) -> tuple[int, int]:
        return self._width_height

    @_size.setter
    def _size(self, size: tuple[int, int]) -> None:
        check_size(*(max(1, side) for side in size))  # a screen without pixels may still grow
        self._width_height = size
