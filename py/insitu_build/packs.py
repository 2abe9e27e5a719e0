"""Packs: validated by the zoo's own library and by ours, every hash checked, then compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from insitu.errors import InsituError
from insitu.packs import compile_description, load_pack

from .report import BuildError

DEFAULT = "blood-cells"


def build_packs(models: Path) -> dict[str, bytes]:
    """Files below `packs/` of the site, by their address.

    Raises
    ------
    BuildError
        The first pack that is not right, and why.
    """
    files: dict[str, bytes] = {}
    ids = []
    for folder in sorted(path for path in models.glob("*") if (path / "rdf.yaml").is_file()):
        values = compile_pack(folder)
        ids.append(values["id"])
        for name, data in _files_of(values, folder):
            files[f"packs/{values['id']}/{name}"] = data
    if ids:
        default = DEFAULT if DEFAULT in ids else ids[0]
        files["packs/index.json"] = _json({"default": default, "packs": ids})
    return files


def compile_pack(folder: Path) -> dict[str, Any]:
    """The plain values of a pack that has passed every check."""
    name = folder.name
    try:
        values = compile_description(folder)
        load_pack(folder)
    except InsituError as error:
        raise BuildError(f"The pack {name}: {error}") from error
    except yaml.YAMLError as error:
        raise BuildError(f"The pack {name}: rdf.yaml is not YAML ({_one_line(error)}).") from error
    except OSError as error:
        raise BuildError(f"The pack {name}: {error.filename} cannot be read ({error.strerror}).") from error
    if values["id"] != name:
        raise BuildError(f"The pack {name} calls itself {values['id']!r}; folder and id must be equal.")
    _check_hashes(folder)
    _validate(folder)
    return values


def _check_hashes(folder: Path) -> None:
    description = yaml.safe_load((folder / "rdf.yaml").read_text("utf-8"))
    for source, sha256 in _hashed(description):
        path = folder / source
        if not path.is_file():
            raise BuildError(f"The pack {folder.name}: there is no file {source}, which rdf.yaml names.")
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            raise BuildError(f"The pack {folder.name}: the sha256 of {source} is not the one in rdf.yaml.")


def _hashed(node: Any) -> Iterator[tuple[str, str]]:
    """Every (source, sha256) anywhere in a description."""
    if isinstance(node, dict):
        if isinstance(node.get("source"), str) and isinstance(node.get("sha256"), str):
            yield node["source"], node["sha256"]
        for value in node.values():
            yield from _hashed(value)
    elif isinstance(node, list):
        for value in node:
            yield from _hashed(value)


def _validate(folder: Path) -> None:
    """Ask bioimageio.spec, without letting it reach the network."""
    from bioimageio.spec import InvalidDescr, ValidationContext, build_description

    description = yaml.safe_load((folder / "rdf.yaml").read_text("utf-8"))
    context = ValidationContext(
        root=folder, file_name="rdf.yaml", perform_io_checks=False, disable_cache=True, log_warnings=False
    )
    found = build_description(description, context=context)
    if isinstance(found, InvalidDescr):
        errors = [error for detail in found.validation_summary.details for error in detail.errors]
        reasons = "; ".join(
            f"{'.'.join(map(str, error.loc))}: {_one_line(error.msg)}" for error in errors[:3]
        )
        raise BuildError(f"The pack {folder.name} is not a valid bioimage.io description: {reasons}.")


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _files_of(values: dict[str, Any], folder: Path) -> Iterator[tuple[str, bytes]]:
    yield "pack.json", _json(values)
    picture = values["expects"].get("picture")
    for name in (values["model"]["file"], *([picture] if picture else []), *values["samples"]["files"]):
        path = folder / name
        if not path.is_file():
            raise BuildError(f"The pack {folder.name} has no file {name}, which its description names.")
        yield name, path.read_bytes()


def _json(values: object) -> bytes:
    return (json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
