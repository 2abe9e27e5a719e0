"""The only orchestrator: from the bytes of one item to its analysis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image as PilImage

from . import bridge
from .analysis import Analysis, Classification, Segmentation
from .decode import decode, packages_for
from .display import display
from .flaws import Flaw, find_flaw
from .pack_types import ClassifyRecipe, Pack, SegmentRecipe
from .postprocess.classify import classify
from .prepare import as_input, fit
from .render import render_overlay
from .types import Checkpoint, Image, Item, Require, Selection, Session, Stage
from .unlikeness import measure_unlikeness


async def go_on(stage: Stage, done: float = 0.0) -> None:
    """The checkpoint of a caller who never cancels."""


async def have_all(packages: tuple[str, ...]) -> None:
    """The packages of readers are installed beside this one."""


async def analyse(
    source: Item | bytes | str | Path,
    pack: Pack,
    session: Session | None = None,
    *,
    selection: Selection | None = None,
    diameter_px: float | None = None,
    drawing_side: int = 0,
    checkpoint: Checkpoint = go_on,
    require: Require = have_all,
) -> Analysis:
    """Decode, prepare, run and postprocess one plane of one image.

    Parameters
    ----------
    source
        A path, the bytes of a file, or an `Item` of both bytes and name.
    pack
        From `load_pack`.
    session
        The pack's network, ready to run; by default one is opened and kept for the next call
        (under CPython only).
    selection
        Which plane of a file that holds several; None takes the one that the pack wants.
    diameter_px
        The usual diameter of objects, in pixels of the image, for packs that look for objects; None estimates it.
    drawing_side
        Longest side in pixels of `Analysis.drawing`; 0 for none.
    checkpoint
        Awaited before each step; may raise `JobCancelled`.
    require
        Awaited with the packages that a reader needs besides those of every engine.

    Raises
    ------
    InsituError
        With a `code`, for example `ImageCorrupt`.
    FileNotFoundError
        `source` is a path and there is nothing.
    """
    item = _as_item(source)
    session = session or bridge.open_session(pack)
    if packages := packages_for(item.data):
        await require(packages)
    await checkpoint("decode")
    result: Classification | Segmentation
    flaw: Flaw | None
    work = _Work(pack, session, checkpoint, drawing_side)
    chosen = selection or pack.plane
    if isinstance(pack.recipe, SegmentRecipe):
        # Objects are measured in all channels, wherever they are looked for.
        image = decode(item.data, item.name, replace(chosen, channel=None))
        result, drawing = await _segment(image, work, chosen.channel, diameter_px)
        flaw = None
        image = replace(image, selection=replace(image.selection, channel=chosen.channel))
    else:
        image = decode(item.data, item.name, chosen)
        result, drawing, flaw = await _classify(image, work)
    return Analysis(
        name=item.name,
        width=image.width,
        height=image.height,
        extent=image.extent,
        selection=image.selection,
        spacing=image.spacing,
        dtype=image.pixels_hwc.dtype.name,
        result=result,
        unlikeness=_unlikeness(result, pack),
        flaw=flaw,
        drawing=drawing,
    )


@dataclass(frozen=True)
class _Work:
    pack: Pack
    session: Session
    checkpoint: Checkpoint
    drawing_side: int


async def _classify(image: Image, work: _Work) -> tuple[Classification, PilImage.Image | None, Flaw | None]:
    pack, recipe = work.pack, work.pack.recipe_as(ClassifyRecipe)
    await work.checkpoint("prepare")
    picture = display(image)
    fitted_hwc = fit(picture, recipe.geometry)
    flaw = find_flaw(min(image.height, image.width), fitted_hwc, recipe.limits) if recipe.limits else None
    await work.checkpoint("run")
    outputs = await work.session.run({pack.input_name: as_input(fitted_hwc, pack.operations)})
    await work.checkpoint("postprocess")
    result = classify(outputs, pack)
    if not work.drawing_side:
        return result, None, flaw
    await work.checkpoint("render")
    return result, render_overlay(picture, result.probabilities, pack, work.drawing_side), flaw


async def _segment(
    image: Image, work: _Work, channel: int | None, diameter_px: float | None
) -> tuple[Segmentation, PilImage.Image | None]:
    from .render_objects import render_objects  # engines that classify start without them
    from .segmentation import segment

    result = await segment(
        image, work.pack, work.session, work.checkpoint, channel=channel, diameter_px=diameter_px
    )
    if not work.drawing_side:
        return result, None
    await work.checkpoint("render")
    return result, render_objects(display(image), result.runs, work.drawing_side)


def _unlikeness(result: Classification | Segmentation, pack: Pack) -> float | None:
    if result.features is None or pack.familiar is None:
        return None
    return measure_unlikeness(result.features, pack.familiar)


def _as_item(source: Item | bytes | str | Path) -> Item:
    if isinstance(source, Item):
        return source
    if isinstance(source, bytes):
        return Item("", source)
    path = Path(source)
    return Item(path.name, path.read_bytes())
