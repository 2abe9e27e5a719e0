"""Model descriptions: from a bioimage.io folder to a typed, checked pack.

`compile_description` turns `rdf.yaml` into the plain values of `pack.json`; `parse_pack`
turns those into a `Pack`. The page gets the first, Python in both runtimes the second.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .errors import PackInvalid, PackMismatch, PackMissing
from .pack_types import (
    MOST_SMOOTHING,
    ClassifyRecipe,
    ClassLabel,
    FeatureStatistics,
    Geometry,
    LocateRecipe,
    Operation,
    Pack,
    PictureLimits,
    Recipe,
    SectionSettings,
    SegmentRecipe,
    SplitSettings,
    Tiling,
)
from .prepare import FILTERS, OPERATIONS
from .types import Selection

FORMAT = 3
_THRESHOLD = 0.5
"""Of packs that name none: a class is accepted where it is more probable than not."""
_PLACES = (
    Path(__file__).parent / "_packs",  # inside an installed wheel
    Path(__file__).parents[2] / "models",  # beside the source
)


def find_packs() -> dict[str, Path]:
    """Folders of the packs that came with this package, by id."""
    found: dict[str, Path] = {}
    for place in _PLACES:
        for folder in sorted(place.glob("*")) if place.is_dir() else []:
            if (folder / "rdf.yaml").is_file():
                found.setdefault(folder.name, folder)
    return found


def load_pack(name_or_folder: str | Path) -> Pack:
    """Read a pack by its id, or from a folder with `rdf.yaml` or `pack.json`.

    Raises
    ------
    PackMissing
        There is no such pack.
    PackInvalid
        The description asks for something Insitu cannot do.
    PackMismatch
        The network's bytes are not those that the description names.
    """
    folder = Path(name_or_folder)
    if not folder.is_dir():
        packs = find_packs()
        if str(name_or_folder) not in packs:
            known = ", ".join(packs) or "none"
            raise PackMissing(f"There is no pack or folder {str(name_or_folder)!r}. Packs here: {known}.")
        folder = packs[str(name_or_folder)]
    values = _read_folder(folder)
    file = folder / str(values["model"]["file"])
    if not file.is_file():
        raise PackMissing(f"The pack {folder.name!r} has no file {file.name!r}.")
    return with_model(parse_pack(values), file.read_bytes())


def _read_folder(folder: Path) -> dict[str, Any]:
    if (folder / "rdf.yaml").is_file():
        return compile_description(folder)
    if (folder / "pack.json").is_file():
        values = json.loads((folder / "pack.json").read_text("utf-8"))
        if isinstance(values, dict) and isinstance(values.get("model"), dict):
            return values
        raise PackInvalid(f"{folder.name}/pack.json is not a compiled pack.")
    raise PackMissing(f"The folder {folder.name!r} has neither rdf.yaml nor pack.json.")


def with_model(pack: Pack, model: bytes) -> Pack:
    """The pack together with its network, whose sha256 is checked."""
    if hashlib.sha256(model).hexdigest() != pack.model_sha256:
        raise PackMismatch(
            f"The network of the pack {pack.id!r} is not the file that its description names. Fetch it again."
        )
    return replace(pack, model=model)


def compile_description(folder: Path) -> dict[str, Any]:
    """Turn `folder/rdf.yaml` into the plain values of `pack.json` (see ARCHITECTURE.md).

    Raises
    ------
    PackInvalid
        With the reason: a key is missing, an operation, filter or axis is not known, ...
    """
    import yaml  # only where descriptions are compiled; the browser reads pack.json

    description = yaml.safe_load((folder / "rdf.yaml").read_text("utf-8"))
    try:
        values = _compile(description, folder)
    except (KeyError, TypeError, IndexError) as error:
        raise PackInvalid(f"{folder.name}/rdf.yaml lacks a value or has a wrong one: {error}.") from error
    parse_pack(values)
    return values


def _compile(description: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    ours = description["config"]["insitu"]
    weights = description["weights"]["onnx"]
    source = _file_name(weights["source"])
    model = folder / source
    tensor = _single_input(description["inputs"])
    return {
        "format": FORMAT,
        "id": ours["id"],
        "name": description["name"],
        "version": str(description.get("version", "0")),
        "description": description["description"],
        "licence": description.get("license", ""),
        "task": ours["task"],
        "model": {
            "file": source,
            "sha256": weights["sha256"],
            "size": model.stat().st_size if model.is_file() else 0,
        },
        "input": {
            "name": tensor["id"],
            "plane": dict(ours.get("plane", {})),
            "operations": [
                {"id": step["id"], "kwargs": dict(step.get("kwargs") or {})}
                for step in tensor.get("preprocessing", [])
            ],
        },
        "outputs": dict(ours["outputs"]),
        ours["task"]: _compile_recipe(ours),
        **_compile_statistics(ours, folder),
        "classes": [dict(entry) for entry in ours["classes"]],
        "expects": dict(ours.get("expects", {})),
        "notice": ours.get("notice", ""),
        "tolerance": float(ours.get("tolerance", 1e-4)),
        "samples": _samples(ours.get("samples"), folder),
        "metrics": dict(ours.get("metrics", {})),
    }


def _compile_recipe(ours: Mapping[str, Any]) -> dict[str, Any]:
    """What one task needs, under the name of the task."""
    if ours["task"] in ("segment", "locate"):
        return dict(ours[ours["task"]])
    return {
        "geometry": dict(ours["geometry"]),
        "activation": ours["activation"],
        "temperature": float(ours.get("temperature", 1.0)),
        "threshold": float(ours.get("threshold", _THRESHOLD)),
        **({"limits": dict(ours["limits"])} if "limits" in ours else {}),
    }


def _compile_statistics(ours: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The statistics of the training images, which the description keeps in a file of their own."""
    if "training_features" not in ours:
        return {}
    path = folder / _file_name(ours["training_features"])
    try:
        return {"training_features": json.loads(path.read_text("utf-8"))}
    except (OSError, ValueError) as error:
        raise PackInvalid(f"The file {path.name}, which rdf.yaml names, cannot be read as JSON.") from error


def _file_name(source: str | Mapping[str, Any]) -> str:
    return str(source["source"] if isinstance(source, Mapping) else source)


def _single_input(inputs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if len(inputs) != 1:
        raise PackInvalid(f"A pack has one input; this description has {len(inputs)}.")
    axes = [axis.get("id", axis["type"]) for axis in inputs[0]["axes"]]
    if axes != ["batch", "channel", "y", "x"]:
        raise PackInvalid(f"The input's axes must be batch, channel, y, x; they are {', '.join(axes)}.")
    return inputs[0]


def _samples(samples: Mapping[str, Any] | None, folder: Path) -> dict[str, Any]:
    if not samples:
        return {"note": "", "files": []}
    names = sorted(path.name for path in (folder / samples["folder"]).glob("*.*"))
    return {"note": samples["note"], "files": [f"{samples['folder']}/{name}" for name in names]}


def parse_pack(values: Mapping[str, Any]) -> Pack:
    """Turn the values of `pack.json` into a `Pack`; every name in it is checked.

    Raises
    ------
    PackInvalid
    """
    if values.get("format") != FORMAT:
        raise PackInvalid(
            f"This pack has format {values.get('format')!r}; this version reads {FORMAT}. Build it again."
        )
    try:
        return _parse(values)
    except (KeyError, TypeError, ValueError) as error:
        raise PackInvalid(f"The pack lacks a value or has a wrong one: {error}.") from error


def _parse(values: Mapping[str, Any]) -> Pack:
    _expect(values["task"], tuple(_RECIPES), "task")
    parse_recipe, least_classes = _RECIPES[values["task"]]
    return Pack(
        id=str(values["id"]),
        name=str(values["name"]),
        version=str(values["version"]),
        description=str(values["description"]),
        recipe=parse_recipe(values[values["task"]], values["outputs"]),
        operations=tuple(_parse_operation(step) for step in values["input"]["operations"]),
        input_name=str(values["input"]["name"]),
        features_name=values["outputs"].get("features"),
        classes=_parse_classes(values["classes"], least_classes),
        notice=str(values["notice"]),
        tolerance=float(values["tolerance"]),
        model_sha256=str(values["model"]["sha256"]),
        model_size=int(values["model"]["size"]),
        plane=_parse_plane(values["input"].get("plane", {})),
        familiar=_parse_statistics(values.get("training_features")),
    )


def _parse_classify(values: Mapping[str, Any], outputs: Mapping[str, Any]) -> ClassifyRecipe:
    _expect(values["activation"], ("softmax", "sigmoid"), "activation")
    threshold = float(values["threshold"])
    if not 0 <= threshold <= 1:
        raise PackInvalid("The threshold of the classes must be from 0 to 1.")
    return ClassifyRecipe(
        geometry=_parse_geometry(values["geometry"]),
        logits_name=str(outputs["logits"]),
        activation=values["activation"],
        temperature=_positive(values, "temperature"),
        threshold=threshold,
        limits=_parse_limits(values.get("limits")),
    )


def _parse_limits(values: Mapping[str, Any] | None) -> PictureLimits | None:
    if values is None:
        return None
    contrast, sharpness = (float(values[key]) for key in ("least_contrast", "least_sharpness"))
    side = int(values["least_side_px"])
    if side < 1 or not 0 <= contrast < math.inf or not 0 <= sharpness < math.inf:
        raise PackInvalid("The limits of a picture must be 0 or more, and its least side at least 1.")
    return PictureLimits(side, contrast, sharpness)


def _parse_segment(values: Mapping[str, Any], outputs: Mapping[str, Any]) -> SegmentRecipe:
    return SegmentRecipe(
        foreground_name=str(outputs["foreground"]),
        offsets_name=str(outputs["offsets"]),
        diameter_px=_positive(values, "diameter_px"),
        diameter_um=_positive(values, "diameter_um"),
        tiling=_parse_tiling(values["tiling"]),
        split=_parse_split(values["split"]),
    )


def _parse_locate(values: Mapping[str, Any], outputs: Mapping[str, Any]) -> LocateRecipe:
    recipe = LocateRecipe(
        mask_name=str(outputs["mask"]),
        presence_name=str(outputs["presence"]),
        side_px=int(values["side_px"]),
        batch=int(values["batch"]),
        section=SectionSettings(*(_positive(values["section"], key) for key in ("threshold", "least_share"))),
        least_volume_ml=_positive(values, "least_volume_ml"),
    )
    if min(recipe.side_px, recipe.batch) < 1 or recipe.section.threshold >= 1:
        raise PackInvalid(
            "The pack's side_px and batch must be at least 1, the threshold of a section below 1."
        )
    return recipe


def _parse_statistics(values: Mapping[str, Any] | None) -> FeatureStatistics | None:
    if values is None:
        return None
    means, components, variances = (
        np.asarray(values[key], dtype=np.float64) for key in ("means", "components", "variances")
    )
    fitting = means.ndim == 2 and len(means) > 0 and variances.ndim == 1
    if not fitting or components.shape != (len(variances), means.shape[1]):
        raise PackInvalid("The shapes in training_features do not fit each other.")
    finite = all(np.isfinite(values).all() for values in (means, components, variances))
    if not finite or not (variances > 0).all():
        raise PackInvalid("The training_features hold a value that is not finite, or no variance.")
    residual, limit = (_positive(values, key) for key in ("residual_variance", "limit"))
    return FeatureStatistics(means, components, variances, residual, bool(values["normalised"]), limit)


def _parse_tiling(values: Mapping[str, Any]) -> Tiling:
    tiling = Tiling(**{key: int(value) for key, value in values.items()})
    if min(tiling.tile_px, tiling.multiple) < 1 or min(tiling.halo_px, tiling.edge_px) < 0:
        raise PackInvalid("The tiling has a side that is too small.")
    if tiling.tile_px % tiling.multiple or tiling.halo_px % tiling.multiple:
        raise PackInvalid("The tiling's tile_px and halo_px must be multiples of its multiple.")
    return tiling


def _parse_split(values: Mapping[str, Any]) -> SplitSettings:
    smoothing = int(values["smoothing"])
    if not 0 <= smoothing <= MOST_SMOOTHING:
        raise PackInvalid(f"The smoothing of votes must be from 0 to {MOST_SMOOTHING}.")
    return SplitSettings(
        threshold=float(values["threshold"]),
        smoothing=smoothing,
        least_area=_positive(values, "least_area"),
        least_score=float(values["least_score"]),
    )


def _positive(values: Mapping[str, Any], key: str) -> float:
    value = float(values[key])
    if not 0 < value < math.inf:
        raise PackInvalid(f"The {key} must be a positive number.")
    return value


_RECIPES: Mapping[str, tuple[Callable[[Mapping[str, Any], Mapping[str, Any]], Recipe], int]] = {
    "classify": (_parse_classify, 2),
    "segment": (_parse_segment, 1),
    "locate": (_parse_locate, 1),
}
"""By task: how its recipe is read, and the least number of classes."""


def _parse_plane(values: Mapping[str, Any]) -> Selection:
    for key in values:
        _expect(key, ("z", "channel"), "key of plane")
    z, channel = values.get("z", "first"), values.get("channel", "all")
    _expect(z, ("first", "middle"), "z of plane")
    if channel != "all" and (type(channel) is not int or channel < 0):
        raise PackInvalid(f"The channel of plane is 'all' or a number from 0; it is {channel!r}.")
    return Selection(
        z=None if z == "middle" else 0, channel=None if channel == "all" else channel, level=None
    )


def _parse_geometry(values: Mapping[str, Any]) -> Geometry:
    _expect(values["fit"], ("stretch", "crop", "letterbox"), "fit")
    _expect(values["filter"], tuple(FILTERS), "filter")
    geometry = Geometry(**values)
    if min(geometry.width, geometry.height) < 1:
        raise PackInvalid("The geometry's width and height must be at least 1.")
    if geometry.reducing_gap is not None and geometry.reducing_gap < 1:
        raise PackInvalid("The geometry's reducing_gap must be at least 1.")
    if geometry.fit == "crop" and (geometry.shorter_side or 0) < max(geometry.width, geometry.height):
        raise PackInvalid("With fit: crop, shorter_side must be at least the larger of width and height.")
    return geometry


def _parse_operation(step: Mapping[str, Any]) -> Operation:
    _expect(step["id"], tuple(sorted(OPERATIONS)), "operation")
    return Operation(str(step["id"]), dict(step["kwargs"]))


def _parse_classes(entries: Sequence[Mapping[str, str]], least: int) -> tuple[ClassLabel, ...]:
    classes = tuple(ClassLabel(**{key: str(value) for key, value in entry.items()}) for entry in entries)
    for attribute in ("id", "letter"):
        values = [getattr(label, attribute) for label in classes]
        if len(set(values)) != len(values):
            raise PackInvalid(f"Two classes have the same {attribute}.")
    if len(classes) < least:
        raise PackInvalid(f"The pack has too few classes: {len(classes)}; its task needs {least}.")
    return classes


def _expect(value: object, known: Sequence[str], what: str) -> None:
    if value not in known:
        raise PackInvalid(f"The {what} {value!r} is not known. Known are: {', '.join(known)}.")
