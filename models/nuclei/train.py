"""Train the network.

`python models/nuclei/train.py --data ../shared/data/nuclei --work <scratch folder>` goes on from the checkpoint in
the scratch folder, if there is one.
"""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from augment import Batch, Cropper
from dataset import Sample, load_samples, scale_sample
from network import OFFSET_UNIT_PX, Layout, NucleiNet, fold
from torch import Tensor
from torch.nn import functional

from insitu_training.layers import save_weights
from insitu_training.loop import decay_weights_only, set_rate, update_average, warm_cosine

BATCH = 16
PEAK_RATE = 3e-3
WARM_SHARE = 0.03
WEIGHT_DECAY = 0.02
EMA_DECAY = 0.998
SAVE_EVERY = 250
CHANCES = {"fluo": 1.0, "histology": 5.0, "gray_bright": 6.0}
"""How often an image of each type is drawn, against the others."""
LARGE_LAYOUT = Layout((48, 96, 160), 2)
"""Of the teacher."""


def losses(logits: Tensor, offsets: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Of the foreground: cross-entropy and 1 - Dice; of the offsets: absolute error in units of 8 px."""
    seen = (batch.heed > 0).float()
    entropy = functional.binary_cross_entropy_with_logits(logits, batch.foreground, reduction="none")
    chance = torch.sigmoid(logits) * seen
    overlap = 2 * (chance * batch.foreground).sum() + 1
    dice = overlap / ((chance + batch.foreground).sum() + 1)
    foreground = (entropy * batch.heed).sum() / seen.sum() + 0.5 * (1 - dice)
    error = (offsets - batch.offsets).abs().sum(dim=1, keepdim=True) / OFFSET_UNIT_PX
    return foreground, (error * batch.weights).sum() / batch.weights.sum().clamp(min=1)


class Training:
    """A network in training: weights, their moving average, and the source of chance."""

    def __init__(self, net: NucleiNet, samples: list[Sample], rate: float, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.rate = rate
        self.net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net)
        self.optimiser = torch.optim.AdamW(decay_weights_only(self.net, WEIGHT_DECAY), lr=rate)
        chances = np.array([CHANCES[sample.entry.kind[0]] for sample in samples])
        self.cropper = Cropper([scale_sample(sample) for sample in samples], chances, self.rng)
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

    def run_step(self, steps: int, teacher: NucleiNet | None) -> tuple[float, float]:
        """One batch; returns the two losses."""
        set_rate(self.optimiser.param_groups, warm_cosine(self.step, steps, self.rate, WARM_SHARE))
        batch = self.cropper.batch(BATCH)
        images = batch.images.to(memory_format=torch.channels_last)
        if teacher is not None:
            batch = taught(batch, images, teacher)
        self.net.train()
        with torch.autocast("cpu", torch.bfloat16):
            logits, offsets, _ = self.net(images)
        foreground, offset = losses(logits.float(), offsets.float(), batch)
        self.optimiser.zero_grad()
        (foreground + offset).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        update_average(self.average, self.net, self.step, EMA_DECAY)
        self.step += 1
        return float(foreground.detach()), float(offset.detach())


def taught(batch: Batch, images: Tensor, teacher: NucleiNet) -> Batch:
    """Distillation (Hinton et al. 2015): half of each target is what a larger network answers."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        logits, offsets, _ = teacher(images)
    return Batch(
        batch.images,
        0.5 * batch.foreground + 0.5 * torch.sigmoid(logits.float()),
        0.5 * batch.offsets + 0.5 * offsets.float(),
        batch.heed,
        batch.weights,
    )


def train(training: Training, work: Path, steps: int, teacher: NucleiNet | None) -> NucleiNet:
    """Train to the last step and return the averaged network."""
    checkpoint = work / "checkpoint.pt"
    if checkpoint.exists():
        training.restore(checkpoint)
    recent: list[tuple[float, float]] = []
    started = time.monotonic()
    while training.step < steps:
        recent.append(training.run_step(steps, teacher))
        if training.step % SAVE_EVERY == 0 or training.step == steps:
            foreground, offset = np.mean(recent, axis=0)
            seconds = time.monotonic() - started
            print(f"{training.step}/{steps} {foreground:.4f} {offset:.4f} {seconds:.0f} s", flush=True)
            recent.clear()
            training.save(checkpoint)
    return training.average


def read_layout(text: str) -> Layout:
    """``32,64,96,2,0.5``: channels of the three levels, deep blocks, and the share of channels inside blocks."""
    half, quarter, eighth, blocks, *inner = text.split(",")
    return Layout((int(half), int(quarter), int(eighth)), int(blocks), *map(float, inner))


def read_checkpoint(path: Path, layout: Layout | None) -> NucleiNet:
    """The averaged network of a checkpoint."""
    net = NucleiNet(layout)
    net.load_state_dict(torch.load(path, weights_only=False)["average"])
    return net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/nuclei"))
    parser.add_argument("--work", type=Path, required=True, help="folder for the checkpoint and the weights")
    parser.add_argument("--layout", type=read_layout, default=Layout())
    parser.add_argument("--teacher", type=Path, help="checkpoint of a larger network to learn from as well")
    parser.add_argument("--teacher-layout", type=read_layout, default=LARGE_LAYOUT)
    parser.add_argument("--start", type=Path, help="checkpoint of a network of the same layout to start from")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    teacher = None
    if args.teacher:
        teacher = read_checkpoint(args.teacher, args.teacher_layout).eval()
        teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    net = read_checkpoint(args.start, args.layout) if args.start else NucleiNet(args.layout)
    samples = load_samples(args.data, ("training",))
    net = train(Training(net, samples, args.rate, args.seed), args.work, args.steps, teacher)
    save_weights(fold(net), args.work / "weights.npz")


if __name__ == "__main__":
    main()
