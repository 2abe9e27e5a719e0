"""What an engine can hold: refused with numbers, before any pixel is decoded."""

from __future__ import annotations

from ..errors import ImageCorrupt, ImageTooHeavy, ImageTooLarge

LIMIT_PX = 100_000_000
"""Pixels of one plane; 100 MP are 300 MB as RGB, about what one engine can hold beside its work."""

_device_px = LIMIT_PX
"""What a device with little memory holds."""

LIMIT_BYTES = 400_000_000
"""Bytes of one decoded plane with all its channels."""

LIMIT_FRAMES = 100_000
"""Planes of one file: more is a mistake in its header."""


def limit(limit_px: int) -> None:
    """Hold fewer pixels than `LIMIT_PX` from now on; more than that are never held."""
    global _device_px
    _device_px = max(1, limit_px)


def check_size(width: int, height: int) -> None:
    """Raise unless an image of this size can be held."""
    if width < 1 or height < 1:
        raise ImageCorrupt("This image says that it has no pixels. Copy it again from its source.")
    limit_px = min(LIMIT_PX, _device_px)
    if width * height > limit_px:
        raise ImageTooLarge(width, height, limit_px)


def check_bytes(width: int, height: int, samples: int, sample_bytes: int) -> None:
    """Raise unless a plane of this size and depth can be held."""
    check_size(width, height)
    size = width * height * samples * sample_bytes
    if size > LIMIT_BYTES:
        raise ImageTooHeavy(width, height, size, LIMIT_BYTES)


def check_frames(frames: int) -> None:
    """Raise unless this number of planes is one that a file can have."""
    if frames < 1:
        raise ImageCorrupt("This file says that it holds no image. Copy it again from its source.")
    if frames > LIMIT_FRAMES:
        raise ImageCorrupt(
            f"This file says that it holds {frames} images; the limit is {LIMIT_FRAMES}. It may be damaged."
        )
