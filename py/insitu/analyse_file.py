"""One file of a command's listing: its analysis, or the code of what is wrong with it."""

from __future__ import annotations

from typing import Any

from .analysis import Analysis
from .archive import Read
from .errors import EngineOutOfMemory, ImageCorrupt, InsituError
from .pipeline import analyse
from .types import Item


async def analyse_file(name: str, read: Read, *args: Any, **options: Any) -> Analysis | str:
    """Read and analyse one file; what follows `read` is what `analyse` takes after the item."""
    try:
        return await analyse(Item(name, read()), *args, **options)
    except InsituError as error:
        return error.code
    except OSError:
        return ImageCorrupt.code
    except MemoryError:
        return EngineOutOfMemory.code
