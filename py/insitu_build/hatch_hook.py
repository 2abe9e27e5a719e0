"""Puts the packs into the wheel: models/<id>/{rdf.yaml, model.onnx} as insitu/_packs/<id>/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = ("rdf.yaml", "model.onnx")


class PackHook(BuildHookInterface[Any]):
    """Only folders that hold both files are packs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for folder in sorted(Path(self.root, "models").glob("*")):
            if all((folder / name).is_file() for name in FILES):
                for name in FILES:
                    build_data["force_include"][str(folder / name)] = f"insitu/_packs/{folder.name}/{name}"
