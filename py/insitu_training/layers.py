"""Layers with batch normalisation, and the folded form in which a trained network is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from insitu_training.storage import Storage, restore, round_to_int8

Net = TypeVar("Net", bound=nn.Module)
_SCALES = ".scales"
"""After the name of a weight that is stored as int8."""


class ConvNorm(nn.Module):
    """Convolution and batch normalisation, or, once folded, a convolution with a bias."""

    def __init__(self, inputs: int, outputs: int, kernel: int, folded: bool, *, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=folded)
        self.norm = nn.Identity() if folded else nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(x))
        return out


def fold_into(folded: Net, net: nn.Module) -> Net:
    """Give `folded`, built without batch normalisation, the weights with which it answers as `net` in evaluation."""
    norms = {name: module for name, module in net.named_modules() if isinstance(module, ConvNorm)}
    state = {
        key: value
        for key, value in net.state_dict().items()
        if not any(key.startswith(f"{name}.") for name in norms)
    }
    for name, module in norms.items():
        norm = module.norm
        assert isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        state[f"{name}.conv.weight"] = module.conv.weight * scale[:, None, None, None]
        state[f"{name}.conv.bias"] = norm.bias - norm.running_mean * scale
    folded.load_state_dict(state)
    return folded.eval()


def save_weights(net: nn.Module, path: Path, storage: Storage = "float16") -> None:
    """Write folded weights as the values that model.onnx stores."""
    stored: dict[str, NDArray[Any]] = {}
    for key, value in net.state_dict().items():
        array = value.detach().numpy()
        if storage == "int8" and array.ndim > 1:
            stored[key], stored[key + _SCALES] = round_to_int8(array)
        else:
            stored[key] = array.astype(np.float32 if storage == "float32" else np.float16)
    np.savez(path, **stored)  # type: ignore[arg-type]


def read_weights(folded: Net, path: Path) -> Net:
    """Give a folded network the weights that `save_weights` wrote, in float32."""
    with np.load(path) as stored:
        weights = {
            key: restore(stored[key], stored[key + _SCALES]) if key + _SCALES in stored.files else stored[key]
            for key in stored.files
            if not key.endswith(_SCALES)
        }
    folded.load_state_dict(
        {key: torch.from_numpy(array.astype(np.float32)) for key, array in weights.items()}
    )
    return folded.eval()
