"""`reference.json` of packs that classify: what PyTorch makes of the samples, and hashes at each step."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import PIL
import torch
from numpy.typing import NDArray

from .scores import softmax

Entry = dict[str, object]


def sample_entry(
    path: Path,
    pixels_hwc: NDArray[np.uint8],
    tensor_chw: NDArray[np.float32],
    textbook_chw: NDArray[np.float32],
    logits: NDArray[np.float32],
    temperature: float,
    class_ids: Sequence[str],
) -> Entry:
    """One sample: Insitu's pixels and tensor by their hashes; textbook preprocessing by its distance; logits (1, n)."""
    return {
        "file": f"samples/{path.name}",
        "sha256": _sha256(path.read_bytes()),
        "pixels_shape": list(pixels_hwc.shape),
        "pixels_sha256": _sha256(np.ascontiguousarray(pixels_hwc).tobytes()),
        "tensor_shape": [1, *tensor_chw.shape],
        "tensor_sha256": _sha256(tensor_chw.astype("<f4").tobytes()),
        "textbook_difference": float(np.abs(tensor_chw - textbook_chw).max()),
        "logits": [float(value) for value in logits[0]],
        "probabilities": [float(value) for value in softmax(logits, temperature)[0]],
        "label": class_ids[int(logits.argmax())],
    }


def write_entries(folder: Path, samples: Sequence[Entry], temperature: float, weights: Sequence[str]) -> None:
    """Write the file; `weights` are the files that the network was read from."""
    made_by = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "pillow": PIL.__version__,
        "weights_sha256": _sha256(b"".join((folder / name).read_bytes() for name in weights)),
    }
    content = {"made_by": made_by, "temperature": temperature, "samples": list(samples)}
    (folder / "reference.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
