"""What every training does at each step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn


def warm_cosine(step: int, steps: int, peak: float, warm_share: float) -> float:
    """Learning rate: linear warm-up over a share of the steps, then cosine to zero (Loshchilov and Hutter 2017)."""
    warm = max(1, int(steps * warm_share))
    if step < warm:
        return peak * (step + 1) / warm
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def decay_weights_only(net: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Parameter groups for an optimiser: biases and normalisations are not decayed."""
    parameters = list(net.parameters())
    return [
        {"params": [one for one in parameters if one.ndim > 1], "weight_decay": weight_decay},
        {"params": [one for one in parameters if one.ndim <= 1], "weight_decay": 0.0},
    ]


def set_rate(groups: Iterable[dict[str, Any]], rate: float) -> None:
    for group in groups:
        group["lr"] = rate


def update_average(average: nn.Module, net: nn.Module, step: int, decay: float) -> None:
    """Exponential moving average of weights and of the statistics of batch normalisation; quicker at first."""
    decay = min(decay, (1 + step) / (10 + step))
    with torch.no_grad():
        for slow, fast in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
            if slow.is_floating_point():
                slow.lerp_(fast, 1 - decay)
            else:
                slow.copy_(fast)
