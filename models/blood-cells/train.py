"""Train the network, then write the whole pack.

`python models/blood-cells/train.py --data ../shared/data/blood_cells --work <scratch folder>`
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import dataclass
from pathlib import Path

import card
import numpy as np
import torch
from augment import augment
from dataset import WHOLE, Images, is_validation, load_images
from describe import write_pack
from evaluate import evaluate, predict, prepared
from familiar import measure
from network import BloodCellNet, fold, load_weights
from numpy.typing import NDArray
from pack import MEAN, OPERATIONS, SIZE_PX, STD
from reference import write_reference
from torch import Tensor
from torch.nn import functional

from insitu.prepare import normalise
from insitu_training.layers import save_weights
from insitu_training.loop import decay_weights_only, set_rate, update_average, warm_cosine

BATCH = 64
PEAK_RATE = 0.1
WARM_SHARE = 0.05
WEIGHT_DECAY = 5e-4
LABEL_SMOOTHING = 0.05
EMA_DECAY = 0.998
HERE = Path(__file__).parent


def normalise_batch(batch_nchw: Tensor) -> Tensor:
    """The operations of the pack, for a batch of 0..255 in torch."""
    return (batch_nchw / 255 - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]


def check_normalise(image_hwc: NDArray[np.uint8]) -> None:
    """Training must see what the pipeline computes."""
    ours = normalise(image_hwc, OPERATIONS)
    batch = torch.from_numpy(np.array(image_hwc)).permute(2, 0, 1)[None].float()
    difference = float(np.abs(normalise_batch(batch)[0].numpy() - ours).max())
    assert difference <= 2e-6, difference


@dataclass(frozen=True)
class Schedule:
    """How long to train, and how fast at each step."""

    epochs: int
    steps_per_epoch: int

    def rate(self, step: int) -> float:
        return warm_cosine(step, self.epochs * self.steps_per_epoch, PEAK_RATE, WARM_SHARE)


class Training:
    """A network in training: weights, their moving average, momentum and the source of chance."""

    def __init__(self, seed: int) -> None:
        torch.manual_seed(seed)
        self.rng = torch.Generator().manual_seed(seed)
        self.net = BloodCellNet()
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net)
        groups = decay_weights_only(self.net, WEIGHT_DECAY)
        self.optimiser = torch.optim.SGD(groups, lr=PEAK_RATE, momentum=0.9, nesterov=True)
        self.epoch = 0

    def save(self, path: Path) -> None:
        """Keep everything needed to go on after an interruption."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "rng": self.rng.get_state(),
            "epoch": self.epoch,
        }
        torch.save(state, path)

    def restore(self, path: Path) -> None:
        """Go on from what `save` wrote."""
        state = torch.load(path)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.rng.set_state(state["rng"])
        self.epoch = state["epoch"]

    def run_epoch(self, images_nchw: Tensor, labels: Tensor, schedule: Schedule) -> float:
        """Show every image once, changed at random; return the mean loss."""
        self.net.train()
        losses = []
        order = torch.randperm(len(labels), generator=self.rng)
        for index in range(schedule.steps_per_epoch):
            step = self.epoch * schedule.steps_per_epoch + index
            set_rate(self.optimiser.param_groups, schedule.rate(step))
            chosen = order[index * BATCH : (index + 1) * BATCH]
            losses.append(self._step(images_nchw[chosen], labels[chosen]))
            update_average(self.average, self.net, step, EMA_DECAY)
        self.epoch += 1
        return float(np.mean(losses))

    def _step(self, images_nchw: Tensor, labels: Tensor) -> float:
        batch = normalise_batch(augment(images_nchw, SIZE_PX, self.rng))
        with torch.autocast("cpu", torch.bfloat16):
            logits, _ = self.net(batch.to(memory_format=torch.channels_last))
        loss = functional.cross_entropy(logits.float(), labels, label_smoothing=LABEL_SMOOTHING)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        return float(loss.detach())


def train(images: Images, validation: Images, args: argparse.Namespace) -> BloodCellNet:
    """Train from scratch, or from the checkpoint in `args.work`, and return the averaged network."""
    training = Training(args.seed)
    checkpoint = args.work / "checkpoint.pt"
    if checkpoint.exists():
        training.restore(checkpoint)
    pixels = torch.from_numpy(images.images_nhwc).permute(0, 3, 1, 2)
    labels = torch.from_numpy(images.labels)
    inputs = prepared(validation)
    schedule = Schedule(args.epochs, len(labels) // BATCH)
    while training.epoch < args.epochs:
        started = time.monotonic()
        loss = training.run_epoch(pixels, labels, schedule)
        right = predict(training.average, inputs)[0].argmax(axis=1) == validation.labels
        seconds = time.monotonic() - started
        done = f"epoch {training.epoch}/{args.epochs}"
        print(f"{done} loss {loss:.4f} validation {right.mean():.4f} {seconds:.0f} s", flush=True)
        training.save(checkpoint)
    return training.average


def write_everything(folder: Path, net: BloodCellNet, data: Path) -> None:
    """Weights, network, test tensors, description and reference, from the weights as they are stored."""
    save_weights(net, folder / "weights.npz")
    stored = load_weights(folder / "weights.npz")
    result = evaluate(stored, data)
    write_pack(folder, stored, result, measure(stored, data.parent, result))
    write_reference(folder, stored, result.temperature)
    print(card.results(result))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/blood_cells"))
    parser.add_argument("--work", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the pack")
    parser.add_argument("--epochs", type=int, default=62)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    images = load_images(args.data / "train128", WHOLE)
    check_normalise(images.images_nhwc[0])
    held_back = is_validation(images)
    net = train(images.take(~held_back), images.take(held_back), args)
    write_everything(args.out, fold(net), args.data)


if __name__ == "__main__":
    main()
