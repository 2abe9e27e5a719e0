"""Insitu: the same image analysis in a browser tab and on the command line.

>>> import asyncio, insitu
>>> pack = insitu.load_pack("blood-cells")
>>> analysis = asyncio.run(insitu.analyse("cell.jpg", pack))  # doctest: +SKIP
>>> analysis.label, round(analysis.score, 4)  # doctest: +SKIP
"""

from __future__ import annotations

from .errors import InsituError
from .packs import find_packs, load_pack
from .pipeline import analyse
from .types import Analysis, Classification, Image, Item, Pack

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Classification",
    "Image",
    "InsituError",
    "Item",
    "Pack",
    "__version__",
    "analyse",
    "find_packs",
    "load_pack",
]
