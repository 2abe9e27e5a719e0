"""The same network in transformers.js: its package, and the files by which it knows what to do."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from ...node import find_node
from ...places import DIST, NODE_MODULES, cache
from ...report import BuildError

PACKAGE = "@huggingface/transformers"
VERSION = "4.3.1"
SHA512 = (
    "e7ebe849e50214ae8f08a958d7974f84d38aab7ff3393c4337ba02f96cbd7456"
    "f5419d13490a26651472ed44512bc611b94a04f5f18c4134cf0b977fa5604984"
)
_MODULE = "transformers.web.min.js"
_RUNTIME = (
    "ort.webgpu.bundle.min.mjs",
    "ort-wasm-simd-threaded.asyncify.mjs",
    "ort-wasm-simd-threaded.asyncify.wasm",
)
"""Of onnxruntime-web: the build that transformers.js uses for every device."""


def stage_transformers(pack: str, target: Path) -> None:
    """Put the library, its runtime and the network of a pack, described its way, into `target`."""
    folder = target / "transformers"
    folder.mkdir(parents=True)
    (folder / _MODULE).write_bytes(_library())
    for name in _RUNTIME:
        shutil.copy(NODE_MODULES / "onnxruntime-web" / "dist" / name, folder)
    model = folder / "models" / "pack"
    (model / "onnx").mkdir(parents=True)
    shutil.copy(DIST / "packs" / pack / "model.onnx", model / "onnx")
    values = json.loads((DIST / "packs" / pack / "pack.json").read_text("utf-8"))
    for name, described in describe(values).items():
        (model / name).write_text(json.dumps(described), "utf-8")


def describe(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The two descriptions that transformers.js reads, from a pack.json."""
    geometry = values["classify"]["geometry"]
    size = {"width": geometry["width"], "height": geometry["height"]}
    crops = geometry["fit"] == "crop"
    normal = {operation["id"]: operation["kwargs"] for operation in values["input"]["operations"]}.get(
        "fixed_zero_mean_unit_variance"
    )
    return {
        "config.json": {"model_type": "vit", "architectures": ["ViTForImageClassification"]},
        "preprocessor_config.json": {
            "image_processor_type": "ViTImageProcessor",
            "do_resize": True,
            "size": {"shortest_edge": geometry["shorter_side"]} if crops else size,
            "do_center_crop": crops,
            "crop_size": size,
            "resample": 3,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": normal is not None,
            "image_mean": normal["mean"] if normal else [0, 0, 0],
            "image_std": normal["std"] if normal else [1, 1, 1],
        },
    }


def _library() -> bytes:
    """The module for browsers, of the package that npm fetches once."""
    folder = cache() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"huggingface-transformers-{VERSION}.tgz"
    if not kept.is_file():
        command = [
            *find_node().npm,
            "pack",
            f"{PACKAGE}@{VERSION}",
            "--silent",
            "--pack-destination",
            str(folder),
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise BuildError(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-300:]}")
    if hashlib.sha512(kept.read_bytes()).hexdigest() != SHA512:
        kept.unlink()
        raise BuildError(f"{kept.name} is not the package that it should be; it was removed.")
    with tarfile.open(kept) as archive:
        found = archive.extractfile(f"package/dist/{_MODULE}")
        assert found is not None
        return found.read()
