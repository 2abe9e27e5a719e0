"""Objects in an image of any size: scaled to the size that the network knows, cut into tiles, and put together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .analysis import Segmentation
from .errors import PackInvalid
from .objects.measure import Measurements, measure, usual_diameter_px
from .objects.runs import Runs
from .pack_types import Operation, Pack, SegmentRecipe
from .postprocess.votes import Fields, quantise_logits, quantise_offsets, split_objects
from .prepare import fix_statistics, normalise
from .resample import Rescale, rescale_by, sample_window
from .signal import find_channels, find_signal
from .tiles import Tile, cut_tiles
from .types import Checkpoint, Image, Session, Spacing

MIN_SCALE, MAX_SCALE = 1 / 16, 4.0
LIMIT_SCALED_PX = 200_000_000
"""Of the scaled image: what an engine can hold of the network's answers."""
PROBE_PX = 512
"""Side, in scaled pixels, of the part of a large image in which the size of objects is estimated."""
TOLERATED_RATIO = 1.15
"""Between the usual size of the objects found and the size that the network knows best."""
_MICROMETRES = {"mm": 1000.0, "um": 1.0}


@dataclass(frozen=True)
class _Network:
    """What is the same for each tile of one image."""

    signal_hwc: NDArray[Any]
    operations: tuple[Operation, ...]
    pack: Pack
    recipe: SegmentRecipe
    session: Session
    checkpoint: Checkpoint


@dataclass(frozen=True)
class _Answer:
    """Objects of an image at one scale."""

    rescale: Rescale
    runs: Runs
    scores: NDArray[np.float32]
    features: NDArray[np.float32] | None


async def segment(
    image: Image,
    pack: Pack,
    session: Session,
    checkpoint: Checkpoint,
    *,
    channel: int | None = None,
    diameter_px: float | None = None,
) -> Segmentation:
    """Find the objects of one image.

    Parameters
    ----------
    channel
        Where to look for them, in an image of several channels; None chooses by the channels' names.
    diameter_px
        The usual diameter of objects in pixels of the image; None starts from the pixel size, if the image has one,
        and measures.
    """
    recipe = pack.recipe_as(SegmentRecipe)
    signal_hwc = find_signal(image, channel)
    operations = fix_statistics(pack.operations, signal_hwc)
    if operations is None:  # one value everywhere
        return _nothing(image)
    network = _Network(signal_hwc, operations, pack, recipe, session, checkpoint)
    if diameter_px is not None:
        answer = await _ask_whole(network, _limit_scale(recipe.diameter_px / diameter_px, signal_hwc))
    else:
        answer = await _ask_at_best_scale(network, _first_scale(recipe, image.spacing))
    await checkpoint("measure")
    return Segmentation(
        runs=answer.runs,
        scores=answer.scores,
        measurements=_measure(answer.runs, image),
        scale=answer.rescale.scale,
        diameter_px=usual_diameter_px(answer.runs),
        features=answer.features,
    )


def _nothing(image: Image) -> Segmentation:
    none = np.zeros(0, np.int32)
    runs = Runs(image.height, image.width, none, none, none, none)
    return Segmentation(runs, np.zeros(0, np.float32), _measure(runs, image), 1.0, None)


def _measure(runs: Runs, image: Image) -> Measurements:
    pixels_hwc, names = find_channels(image)
    return measure(runs, pixels_hwc, names, image.spacing)


def _first_scale(recipe: SegmentRecipe, spacing: Spacing | None) -> float:
    """By the pixel size, where it makes objects of a size that can be; else as the image is."""
    if spacing is None:
        return 1.0
    pixel_um = math.sqrt(spacing.x * spacing.y) * _MICROMETRES[spacing.unit]
    scale = recipe.diameter_px * pixel_um / recipe.diameter_um if pixel_um > 0 else 0.0
    return scale if MIN_SCALE <= scale <= MAX_SCALE else 1.0


def _limit_scale(scale: float, signal_hwc: NDArray[Any]) -> float:
    height, width = signal_hwc.shape[:2]
    return min(max(scale, MIN_SCALE), MAX_SCALE, math.sqrt(LIMIT_SCALED_PX / (height * width)))


async def _ask_at_best_scale(network: _Network, scale: float) -> _Answer:
    """Look at a part of the image, scale it by the size of what is found, and look again, until the size fits."""
    tried: dict[float, _Answer] = {}
    candidates = [scale]
    while candidates and len(tried) < 4:
        scale = _limit_scale(candidates.pop(0), network.signal_hwc)
        if scale in tried:
            continue
        tried[scale] = await _probe(network, scale)
        found_px = usual_diameter_px(tried[scale].runs)
        if found_px is None:
            candidates = [scale / 2, scale * 2] if len(tried) == 1 else candidates
            continue
        wanted = network.recipe.diameter_px / found_px
        if max(wanted / scale, scale / wanted) <= TOLERATED_RATIO:
            break
        candidates = [wanted]
    else:
        scale = max(tried, key=lambda one: len(tried[one].scores))
    if tried[scale].runs.height * tried[scale].runs.width == network.signal_hwc[..., 0].size:
        return tried[scale]
    return await _ask_whole(network, scale)


async def _probe(network: _Network, scale: float) -> _Answer:
    """The objects of the whole image if it is small at this scale, else of its liveliest part."""
    height, width = network.signal_hwc.shape[:2]
    side = math.ceil(PROBE_PX / scale)
    if height <= side and width <= side:
        return await _ask_whole(network, scale)
    y, x = _find_liveliest(network.signal_hwc, side)
    part_hwc = network.signal_hwc[y : y + side, x : x + side]
    part = _Network(
        part_hwc, network.operations, network.pack, network.recipe, network.session, network.checkpoint
    )
    return await _ask_whole(part, scale)


def _find_liveliest(signal_hwc: NDArray[Any], side: int) -> tuple[int, int]:
    """Upper left corner of the part, of a grid of them, in which values vary most; on every fourth pixel."""
    height, width = signal_hwc.shape[:2]
    corners = [
        (min(y, max(height - side, 0)), min(x, max(width - side, 0)))
        for y in range(0, height, side)
        for x in range(0, width, side)
    ]

    def spread(corner: tuple[int, int]) -> float:
        y, x = corner
        return float(signal_hwc[y : y + side : 4, x : x + side : 4].astype(np.float64).std())

    return max(corners, key=spread)


async def _ask_whole(network: _Network, scale: float) -> _Answer:
    """All objects of the network's image at a scale."""
    rescale = rescale_by(scale, *network.signal_hwc.shape[:2])
    shape = (rescale.scaled_height, rescale.scaled_width)
    fields = Fields(np.zeros(shape, np.int8), np.zeros((2, *shape), np.int8))
    tiles = list(cut_tiles(*shape, network.recipe.tiling))
    features = []
    for number, tile in enumerate(tiles):
        await network.checkpoint("prepare", number / len(tiles))
        tensor_nchw = _prepare_tile(network, rescale, tile)
        await network.checkpoint("run", number / len(tiles))
        outputs = await network.session.run({network.pack.input_name: tensor_nchw})
        _store(fields, outputs, network.recipe, tile)
        if network.pack.features_name is not None:
            features.append((_output(outputs, network.pack.features_name).reshape(-1), tile.window_px))
    await network.checkpoint("postprocess", 1.0)
    runs, scores = split_objects(fields, rescale, network.recipe.split)
    return _Answer(rescale, runs, scores, _mean(features))


def _prepare_tile(network: _Network, rescale: Rescale, tile: Tile) -> NDArray[np.float32]:
    window_hwc = sample_window(network.signal_hwc, rescale, tile.window_rows, tile.window_columns)
    tensor_chw = normalise(window_hwc, network.operations)
    if len(tensor_chw) == 1:
        tensor_chw = np.repeat(tensor_chw, 3, axis=0)
    return np.ascontiguousarray(tensor_chw[np.newaxis])


def _store(fields: Fields, outputs: Any, recipe: SegmentRecipe, tile: Tile) -> None:
    """Write what the network says of a tile, without what it saw around it."""
    rows, columns = slice(*tile.rows), slice(*tile.columns)
    window = (
        tile.window_rows[1] - tile.window_rows[0],
        tile.window_columns[1] - tile.window_columns[0],
    )
    logits = _map(outputs, recipe.foreground_name, (1, 1, *window))
    offsets = _map(outputs, recipe.offsets_name, (1, 2, *window))
    fields.logits_hw[rows, columns] = quantise_logits(logits[0, 0][tile.crop])
    fields.offsets_2hw[:, rows, columns] = quantise_offsets(offsets[0][:, *tile.crop])


def _map(outputs: Any, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    found = _output(outputs, name)
    if found.shape != shape or not np.isfinite(found).all():
        raise PackInvalid(
            f"The network should give finite {name!r} of shape {shape}; it gave an array of shape {found.shape}."
        )
    return found


def _output(outputs: Any, name: str) -> NDArray[np.float32]:
    if name not in outputs:
        raise PackInvalid(f"The network has no output {name!r}; it has {', '.join(outputs)}.")
    found: NDArray[np.float32] = outputs[name]
    return found


def _mean(features: Sequence[tuple[NDArray[np.float32], int]]) -> NDArray[np.float32] | None:
    """Over tiles by the pixels that each saw, in order, so that every runtime adds alike."""
    if not features:
        return None
    total = np.zeros(features[0][0].shape, np.float64)
    for one, pixels in features:
        total += one.astype(np.float64) * pixels
    return (total / sum(pixels for _, pixels in features)).astype(np.float32)
