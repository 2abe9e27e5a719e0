"""What PyTorch makes of the drawn samples, by textbook preprocessing that shares no code with Insitu."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from network import BloodCellNet
from numpy.typing import NDArray
from pack import FOLDER_CLASSES, GEOMETRY, MEAN, OPERATIONS, REDUCING_GAP, SHORTER_SIDE_PX, SIZE_PX, STD
from PIL import Image
from torch import Tensor

from insitu.decode import decode
from insitu.display import display
from insitu.prepare import normalise, resample
from insitu_training.reference import sample_entry, write_entries


def sample_files(folder: Path) -> list[Path]:
    """The drawn samples in order of name."""
    return sorted((folder / "samples").glob("*.png"))


def decoded(path: Path) -> NDArray[np.uint8]:
    """Pixels (H, W, 3) as the pipeline decodes them."""
    return display(decode(path.read_bytes(), path.name)).pixels_hwc


def textbook_tensor(path: Path) -> Tensor:
    """Shorter side to 128, centre 96 x 96, (x / 255 - mean) / std. (1, 3, 96, 96) float32."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    shorter = min(picture.size)
    width, height = (int(side * SHORTER_SIDE_PX / shorter) for side in picture.size)
    picture = picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=REDUCING_GAP)
    left, top = round((width - SIZE_PX) / 2), round((height - SIZE_PX) / 2)
    picture = picture.crop((left, top, left + SIZE_PX, top + SIZE_PX))
    x = torch.from_numpy(np.array(picture)).permute(2, 0, 1).to(torch.float32)
    return ((x / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1))[None]


def write_reference(folder: Path, net: BloodCellNet, temperature: float) -> None:
    """Write reference.json: hashes at each step, PyTorch's logits and probabilities, and who made them."""
    class_ids = [entry.id for entry in FOLDER_CLASSES]
    entries = []
    for path in sample_files(folder):
        pixels_hwc, textbook = decoded(path), textbook_tensor(path)
        tensor_chw = normalise(resample(pixels_hwc, GEOMETRY), OPERATIONS)
        with torch.inference_mode():
            logits = net(textbook)[0].numpy()
        entries.append(
            sample_entry(path, pixels_hwc, tensor_chw, textbook[0].numpy(), logits, temperature, class_ids)
        )
    write_entries(folder, entries, temperature, ("weights.npz",))
