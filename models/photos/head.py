"""The linear layer that names the class: softmax regression on features, fitted to its optimum."""

from __future__ import annotations

import numpy as np
import torch
from network import DEEPEST
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

DECAY = 0.002
"""Of squared weights, for features of variance 1."""
_STEPS = 200


def fit_head(features: NDArray[np.float32], labels: NDArray[np.int64], classes: int) -> nn.Linear:
    """Fit on features (n, 384), of which the deepest count; every class weighs the same.

    L-BFGS from zero, so that the same features give the same layer.
    """
    x = torch.from_numpy(features[:, -DEEPEST:].astype(np.float64))
    mean, spread = x.mean(dim=0), x.std(dim=0).clamp_min(1e-6)
    x = (x - mean) / spread
    y = torch.from_numpy(labels)
    weights = len(labels) / (classes * torch.bincount(y, minlength=classes).double())
    layer = nn.Linear(DEEPEST, classes, dtype=torch.float64)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = functional.cross_entropy(layer(x), y, weight=weights)
        loss = loss + DECAY * (layer.weight**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    with torch.no_grad():  # the layer for features as they come
        layer.weight /= spread
        layer.bias -= layer.weight @ mean
    return layer.float().requires_grad_(False)


def logits_of(layer: nn.Linear, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, classes) of features (n, 384)."""
    with torch.inference_mode():
        return np.asarray(layer(torch.from_numpy(features[:, -DEEPEST:])).numpy())
