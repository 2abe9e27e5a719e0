"""The only orchestrator: from the bytes of one item to its analysis."""

from __future__ import annotations

from pathlib import Path

from . import bridge
from .decode import decode, packages_for
from .display import display
from .postprocess.classify import classify
from .prepare import prepare
from .render import render_overlay
from .types import Analysis, Checkpoint, Item, Pack, Require, Selection, Session, Stage


async def go_on(stage: Stage) -> None:
    """The checkpoint of a caller who never cancels."""


async def have_all(packages: tuple[str, ...]) -> None:
    """The packages of readers are installed beside this one."""


async def analyse(
    source: Item | bytes | str | Path,
    pack: Pack,
    session: Session | None = None,
    *,
    selection: Selection | None = None,
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
    image = decode(item.data, item.name, selection or pack.plane)
    await checkpoint("prepare")
    picture = display(image)
    tensor_nchw = prepare(picture, pack.geometry, pack.operations)
    await checkpoint("run")
    outputs = await session.run({pack.input_name: tensor_nchw})
    await checkpoint("postprocess")
    result = classify(outputs, pack)
    drawing = None
    if drawing_side:
        await checkpoint("render")
        drawing = render_overlay(picture, result.probabilities, pack, drawing_side)
    return Analysis(
        name=item.name,
        width=image.width,
        height=image.height,
        extent=image.extent,
        selection=image.selection,
        spacing=image.spacing,
        dtype=image.pixels_hwc.dtype.name,
        label=pack.classes[result.index].id,
        score=result.score,
        result=result,
        drawing=drawing,
    )


def _as_item(source: Item | bytes | str | Path) -> Item:
    if isinstance(source, Item):
        return source
    if isinstance(source, bytes):
        return Item("", source)
    path = Path(source)
    return Item(path.name, path.read_bytes())
