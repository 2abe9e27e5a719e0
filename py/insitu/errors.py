"""Every way in which an analysis can fail, each with a stable code.

The codes are part of the public interface: the page, the CSV and scripts read them.
"""

from __future__ import annotations


class InsituError(Exception):
    """Base of all errors that Insitu raises on purpose; `str()` is a sentence for a person."""

    code = "bug"


class ImageUnsupported(InsituError):
    """The bytes are not an image of a kind that this version reads."""

    code = "image/unsupported"


class ImageCorrupt(InsituError):
    """The file claims to be an image but cannot be decoded in full."""

    code = "image/corrupt"


class ImageTooLarge(InsituError):
    """More pixels than an engine can hold; raised before any pixel is decoded."""

    code = "image/too-large"

    def __init__(self, width: int, height: int, limit_px: int) -> None:
        super().__init__(
            f"This image is {width} x {height} pixels; the limit is {limit_px / 1e6:.0f} MP. "
            "Crop or scale it and drop it again."
        )


class ImageTooHeavy(ImageTooLarge):
    """More bytes in one plane than an engine can hold, because of its depth or its number of channels."""

    def __init__(self, width: int, height: int, size: int, limit: int) -> None:
        InsituError.__init__(
            self,
            f"A plane of this image is {width} x {height} pixels and takes {size / 1e6:.0f} MB; the limit is "
            f"{limit / 1e6:.0f} MB. Crop it, or save fewer channels, and drop it again.",
        )


class FileTooLarge(ImageTooLarge):
    """More bytes or more files than can be unpacked; raised before they are."""

    def __init__(self, sentence: str) -> None:
        InsituError.__init__(self, sentence)


class FrameTooLarge(ImageTooLarge):
    """A frame inside the file is larger than the file itself says."""

    def __init__(self) -> None:
        InsituError.__init__(
            self, "A frame of this file has more pixels than can be held. It may be damaged."
        )


class PackMissing(InsituError):
    """No pack of this name or no folder at this place."""

    code = "pack/missing"


class PackInvalid(InsituError):
    """The description of a pack says something that Insitu cannot do."""

    code = "pack/invalid"


class PackMismatch(InsituError):
    """The bytes of a pack are not the bytes its description names."""

    code = "pack/mismatch"


class EngineBoot(InsituError):
    """The engine started but failed its self-test."""

    code = "engine/boot"


class EngineOutOfMemory(InsituError):
    """The engine has no memory left for this image."""

    code = "engine/out-of-memory"

    def __init__(self) -> None:
        super().__init__(
            "The engine has no memory left for this image. Close other tabs, or scale the image down."
        )


class EditImpossible(InsituError):
    """A correction that changes nothing, for example a line that divides no object."""

    code = "edit/impossible"


class JobCancelled(InsituError):
    """The person cancelled; never shown as an error."""

    code = "job/cancelled"


ERRORS: tuple[type[InsituError], ...] = (
    ImageUnsupported,
    ImageCorrupt,
    ImageTooLarge,
    PackMissing,
    PackInvalid,
    PackMismatch,
    EngineBoot,
    EngineOutOfMemory,
    EditImpossible,
    JobCancelled,
)
"""All classes above; a test asserts that the page knows each code."""
