"""Train the network.

`python models/heart-ct/train.py --data ../shared/data/heart_ct --work <scratch folder> --fold 0` leaves the patients
of one fold out; `--fold all` trains on every slice. A checkpoint in the scratch folder is gone on from.
"""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from augment import Augmenter, Batch
from dataset import Sample, fold_of_patients, read_tcga, tcga_samples
from network import HeartNet, fold
from sources import other_samples
from torch import Tensor
from torch.nn import functional

from insitu_training.layers import save_weights
from insitu_training.loop import decay_weights_only, set_rate, update_average, warm_cosine

BATCH, STEPS = 32, 4000
PEAK_RATE = 4e-3
WARM_SHARE = 0.05
WEIGHT_DECAY = 0.03
EMA_DECAY = 0.995
SAVE_EVERY = 100
EXTENT_WEIGHT, PRESENCE_WEIGHT = 0.5, 0.5


def losses(mask: Tensor, presence: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Of the places (cross-entropy and 1 - Dice), of the extent along both axes, and of the presence.

    The extent compares projections: the most of each column and row of the mask must be that of the box (Tian et al.
    2021, BoxInst).
    """
    entropy = functional.binary_cross_entropy_with_logits(mask, batch.heart, reduction="none")
    places = (entropy * batch.heed).sum() / batch.heed.sum()
    chance = torch.sigmoid(mask) * batch.heed
    known = batch.heart * batch.heed
    dice = (2 * (chance * known).sum() + 1) / ((chance + known).sum() + 1)
    extents = [
        functional.binary_cross_entropy_with_logits(mask[:, 0].amax(dim=axis), reach)
        for axis, reach in ((1, batch.columns), (2, batch.rows))
    ]
    sure = functional.binary_cross_entropy_with_logits(presence[:, 0], batch.presence, weight=batch.certainty)
    return places + 0.5 * (1 - dice), extents[0] + extents[1], sure


class Training:
    """A network in training: weights, their moving average, and the source of chance."""

    def __init__(self, net: HeartNet, samples: list[Sample], seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net)
        self.optimiser = torch.optim.AdamW(decay_weights_only(self.net, WEIGHT_DECAY), lr=PEAK_RATE)
        self.augmenter = Augmenter(samples, self.rng)
        self.step = 0

    def save(self, path: Path) -> None:
        """Keep everything needed to go on after an interruption."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "rng": self.rng.bit_generator.state,
            "step": self.step,
        }
        torch.save(state, path)

    def restore(self, path: Path) -> None:
        """Go on from what `save` wrote."""
        state = torch.load(path, weights_only=False)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.rng.bit_generator.state = state["rng"]
        self.step = state["step"]

    def run_step(self, steps: int) -> tuple[float, float, float]:
        """One batch; returns the three losses."""
        set_rate(self.optimiser.param_groups, warm_cosine(self.step, steps, PEAK_RATE, WARM_SHARE))
        batch = self.augmenter.batch(BATCH)
        self.net.train()
        with torch.autocast("cpu", torch.bfloat16):
            mask, presence, _ = self.net(batch.images.to(memory_format=torch.channels_last))
        places, extents, sure = losses(mask.float(), presence.float(), batch)
        self.optimiser.zero_grad()
        (places + EXTENT_WEIGHT * extents + PRESENCE_WEIGHT * sure).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        update_average(self.average, self.net, self.step, EMA_DECAY)
        self.step += 1
        return float(places.detach()), float(extents.detach()), float(sure.detach())


def train(training: Training, work: Path, steps: int) -> HeartNet:
    """Train to the last step and return the averaged network."""
    checkpoint = work / "checkpoint.pt"
    if checkpoint.exists():
        training.restore(checkpoint)
    recent: list[tuple[float, float, float]] = []
    started = time.monotonic()
    while training.step < steps:
        recent.append(training.run_step(steps))
        if training.step % SAVE_EVERY == 0 or training.step == steps:
            shown = " ".join(f"{value:.4f}" for value in np.mean(recent, axis=0))
            print(f"{training.step}/{steps} {shown} {time.monotonic() - started:.0f} s", flush=True)
            recent.clear()
            training.save(checkpoint)
    return training.average


def training_samples(data: Path, left_out: int | None) -> list[Sample]:
    """All samples but those of the patients of one fold."""
    slices = read_tcga(data)
    folds = fold_of_patients(slices)
    kept = [one for one in slices if folds[one.patient] != left_out]
    return [*tcga_samples(kept), *other_samples(data)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/heart_ct"))
    parser.add_argument("--work", type=Path, required=True, help="folder for the checkpoint and the weights")
    parser.add_argument("--fold", required=True, help="0 ... 4, or all")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    work = args.work / f"fold-{args.fold}"
    work.mkdir(parents=True, exist_ok=True)
    samples = training_samples(args.data, None if args.fold == "all" else int(args.fold))
    net = train(Training(HeartNet(), samples, args.seed), work, args.steps)
    save_weights(fold(net), work / "weights.npz")


if __name__ == "__main__":
    main()
