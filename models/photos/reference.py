"""What PyTorch makes of the drawn samples, by textbook preprocessing that shares no code with Insitu."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import torch
from network import PhotoNet
from numpy.typing import NDArray
from pack import CENTRE, GEOMETRY, OPERATIONS, SCALE, SIZE_PX, About
from PIL import Image
from torch import Tensor

from insitu.decode import decode
from insitu.display import display
from insitu.prepare import normalise, resample
from insitu_training.reference import Entry, sample_entry, write_entries


def sample_files(folder: Path) -> list[Path]:
    """The drawn samples in order of name; none for a pack without any."""
    return sorted((folder / "samples").glob("*.jpg"))


def fitted(path: Path) -> NDArray[np.uint8]:
    """(224, 224, 3), as the pipeline prepares it."""
    return resample(display(decode(path.read_bytes(), path.name)).pixels_hwc, GEOMETRY)


def textbook_tensor(data: bytes) -> Tensor:
    """The whole picture at 224 x 224, (x - 127) / 128. (1, 3, 224, 224) float32."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    picture = picture.resize((SIZE_PX, SIZE_PX), Image.Resampling.BICUBIC, reducing_gap=GEOMETRY.reducing_gap)
    x = torch.from_numpy(np.array(picture)).permute(2, 0, 1).to(torch.float32)
    return ((x - CENTRE) / SCALE)[None]


def write_reference(folder: Path, net: PhotoNet, temperature: float, about: About) -> None:
    """Write reference.json: hashes at each step, PyTorch's logits and probabilities, and who made them."""
    entries: list[Entry] = []
    for path in sample_files(folder):
        textbook = textbook_tensor(path.read_bytes())
        with torch.inference_mode():
            logits = net(textbook)[0].numpy()
        pixels = display(decode(path.read_bytes(), path.name)).pixels_hwc
        tensor = normalise(resample(pixels, GEOMETRY), OPERATIONS)
        labels = [label.id for label in about.classes]
        entries.append(sample_entry(path, pixels, tensor, textbook[0].numpy(), logits, temperature, labels))
    write_entries(folder, entries, temperature, ("trunk.npz", "head.npz"))
