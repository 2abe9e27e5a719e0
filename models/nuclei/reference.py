"""What PyTorch makes of the drawn samples, with the size of nuclei given, so that each is one call of the network."""

from __future__ import annotations

import asyncio
import hashlib
import json
import platform
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from evaluate import make_pack
from network import NucleiNet
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.objects.runs import Runs, labels_of_runs
from insitu.pipeline import go_on
from insitu.segmentation import segment
from insitu.types import Image

DIAMETER_PX = 20.0


class TorchSession:
    """The network in PyTorch; keeps the hash of what it was given."""

    def __init__(self, net: NucleiNet) -> None:
        self.net = net
        self.tensors = hashlib.sha256()

    async def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run once."""
        tensor = inputs["image"]
        self.tensors.update(tensor.astype("<f4").tobytes())
        with torch.inference_mode():
            outputs = self.net(torch.from_numpy(tensor))
        return {
            name: output.numpy()
            for name, output in zip(("foreground", "offsets", "features"), outputs, strict=True)
        }


def find(image: Image, session: TorchSession) -> Runs:
    """Objects at the scale of the image."""
    return asyncio.run(segment(image, make_pack(), session, go_on, diameter_px=DIAMETER_PX)).runs


def write_reference(folder: Path, net: NucleiNet) -> None:
    """Write reference-objects.json: hashes of pixels and tensors, PyTorch's label images, and who made them."""
    samples = []
    for path in sorted((folder / "samples").glob("*.png")):
        image = decode(path.read_bytes(), path.name)
        session = TorchSession(net)
        runs = find(image, session)
        samples.append(
            {
                "file": f"samples/{path.name}",
                "pixels_sha256": _sha256(np.ascontiguousarray(image.pixels_hwc).tobytes()),
                "tensors_sha256": session.tensors.hexdigest(),
                "objects": runs.count,
                "labels_sha256": _sha256(labels_of_runs(runs).astype("<i4").tobytes()),
            }
        )
    made_by = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    content = {"made_by": made_by, "diameter_px": DIAMETER_PX, "samples": samples}
    (folder / "reference-objects.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
