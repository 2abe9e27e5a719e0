"""Take channels out of a trained network: `python models/nuclei/prune.py <checkpoint> <out> --keep 0.5`.

Inside each block of two convolutions the channels with the smallest weights go (Li et al. 2017); what is left is
trained on with `train.py --start <out> --layout ...,<keep>`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from network import Block, Layout, NucleiNet
from train import read_checkpoint, read_layout


def prune(net: NucleiNet, keep: float) -> NucleiNet:
    """The network with a share of the channels inside its blocks."""
    pruned = NucleiNet(replace(net.layout, inner=net.layout.inner * keep))
    state = net.state_dict()
    for name, block in net.named_modules():
        if isinstance(block, Block):
            _narrow(state, name, pruned.get_submodule(f"{name}.first.conv").out_channels)
    pruned.load_state_dict(state)
    return pruned


def _narrow(state: dict[str, torch.Tensor], block: str, count: int) -> None:
    """Keep the channels whose weights, after normalisation, are largest in absolute sum."""
    into, norm, out = f"{block}.first.conv.weight", f"{block}.first.norm", f"{block}.second.conv.weight"
    scale = state[f"{norm}.weight"].abs() / torch.sqrt(state[f"{norm}.running_var"] + 1e-5)
    weight = state[into].abs().sum(dim=(1, 2, 3)) * scale * state[out].abs().sum(dim=(0, 2, 3))
    kept = weight.argsort(descending=True)[:count].sort().values
    state[out] = state[out][:, kept]
    for key in (into, *(f"{norm}.{part}" for part in ("weight", "bias", "running_mean", "running_var"))):
        state[key] = state[key][kept]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--layout", type=read_layout, default=Layout())
    parser.add_argument("--keep", type=float, default=0.5)
    args = parser.parse_args()
    torch.save(
        {"average": prune(read_checkpoint(args.checkpoint, args.layout), args.keep).state_dict()}, args.out
    )


if __name__ == "__main__":
    main()
