"""Puts the packs into the wheel: what predicting needs of models/<id>/ as insitu/_packs/<id>/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = ("rdf.yaml", "model.onnx")
OPTIONAL = ("training_features.json",)


class PackHook(BuildHookInterface[Any]):
    """Only folders that hold what is needed are packs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for folder in sorted(Path(self.root, "models").glob("*")):
            if not all((folder / name).is_file() for name in NEEDED):
                continue
            for name in (*NEEDED, *OPTIONAL):
                if (folder / name).is_file():
                    build_data["force_include"][str(folder / name)] = f"insitu/_packs/{folder.name}/{name}"
