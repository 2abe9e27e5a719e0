"""The bytes of a DICOM file, handed out with limited patience."""

from __future__ import annotations

import io
import zlib

from ..errors import ImageTooLarge, InsituError
from .limits import LIMIT_BYTES

_LIMIT_READS = 800_000
_LIMIT_REPEATS, _LIMIT_SMALL = 64, 1 << 20


class Source(io.BytesIO):
    """A file in memory that refuses to be read again and again.

    Data sets can be nested so that pydicom looks for their ends over and over, which takes hours; a sound file
    is read once or twice.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._size = len(data)
        self._reads = _LIMIT_READS
        self._bytes = _LIMIT_REPEATS * len(data) + _LIMIT_SMALL
        self.ran_out = False

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(-1 if size is None else min(size, self._size))
        self._reads -= 1
        self._bytes -= len(found)
        if self._reads < 0 or self._bytes < 0:
            raise ValueError("the data set is nested without end")
        return found

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.ran_out = self.ran_out or offset > self._size
        return super().seek(min(offset, self._size), whence)


class ContentTooLarge(ImageTooLarge):
    """The file is small only because it is compressed as a whole."""

    def __init__(self) -> None:
        InsituError.__init__(
            self,
            f"This DICOM file holds more than {LIMIT_BYTES / 1e6:.0f} MB once it is unpacked. "
            "Save fewer frames, or save it without deflate, and drop it again.",
        )


def inflate(data: bytes) -> bytes:
    """Undo the deflate of a whole data set (PS3.5, A.5).

    Raises
    ------
    ContentTooLarge
        There is more than can be held.
    zlib.error
        It ends early or is damaged.
    """
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    content = stream.decompress(data, LIMIT_BYTES + 1)
    if len(content) > LIMIT_BYTES:
        raise ContentTooLarge
    if not stream.eof:
        raise zlib.error("incomplete stream")
    return content
