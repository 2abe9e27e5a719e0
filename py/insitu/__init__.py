"""Insitu: the same image analysis in a browser tab and on the command line.

>>> import asyncio, insitu
>>> pack = insitu.load_pack("blood-cells")
>>> analysis = asyncio.run(insitu.analyse("cell.jpg", pack))  # doctest: +SKIP
>>> analysis.result.label, round(analysis.result.score, 4)  # doctest: +SKIP
"""

from __future__ import annotations

from .analysis import Analysis, Classification, Segmentation
from .errors import InsituError
from .pack_types import Pack
from .packs import find_packs, load_pack
from .pipeline import analyse
from .types import Image, Item

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Classification",
    "Image",
    "InsituError",
    "Item",
    "Pack",
    "Segmentation",
    "__version__",
    "analyse",
    "find_packs",
    "load_pack",
]
