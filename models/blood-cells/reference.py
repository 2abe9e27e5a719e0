"""What PyTorch makes of the drawn samples, by textbook preprocessing that shares no code with Insitu."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path

import numpy as np
import PIL
import torch
from metrics import softmax
from network import BloodCellNet
from numpy.typing import NDArray
from pack import FOLDER_CLASSES, GEOMETRY, MEAN, OPERATIONS, REDUCING_GAP, SHORTER_SIDE_PX, SIZE_PX, STD
from PIL import Image
from torch import Tensor

from insitu.decode import decode
from insitu.display import display
from insitu.prepare import normalise, resample


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


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _entry(path: Path, net: BloodCellNet, temperature: float) -> dict[str, object]:
    pixels_hwc = decoded(path)
    tensor_chw = normalise(resample(pixels_hwc, GEOMETRY), OPERATIONS)
    textbook = textbook_tensor(path)
    with torch.inference_mode():
        logits = net(textbook)[0].numpy()
    return {
        "file": f"samples/{path.name}",
        "sha256": _sha256(path.read_bytes()),
        "pixels_shape": list(pixels_hwc.shape),
        "pixels_sha256": _sha256(np.ascontiguousarray(pixels_hwc).tobytes()),
        "tensor_shape": [1, *tensor_chw.shape],
        "tensor_sha256": _sha256(tensor_chw.astype("<f4").tobytes()),
        "textbook_difference": float(np.abs(tensor_chw - textbook[0].numpy()).max()),
        "logits": [float(value) for value in logits[0]],
        "probabilities": [float(value) for value in softmax(logits, temperature)[0]],
        "label": FOLDER_CLASSES[int(logits.argmax())].id,
    }


def write_reference(folder: Path, net: BloodCellNet, temperature: float) -> None:
    """Write reference.json: hashes at each step, PyTorch's logits and probabilities, and who made them."""
    made_by = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "pillow": PIL.__version__,
        "weights_sha256": _sha256((folder / "weights.npz").read_bytes()),
    }
    samples = [_entry(path, net, temperature) for path in sample_files(folder)]
    content = {"made_by": made_by, "temperature": temperature, "samples": samples}
    (folder / "reference.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
