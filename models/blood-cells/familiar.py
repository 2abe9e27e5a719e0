"""When a cell's name is accepted: `python models/blood-cells/familiar.py --data ../shared/data --card`.

Fits the statistics of the training images' features, compares scores of unlikeness on images of other kinds, and
chooses the threshold; `--card` writes the tables into CARD.md. `describe.py` writes what it finds into the description.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from augment import augment
from dataset import WHOLE, Images, is_validation, load_images
from draw import draw
from evaluate import Evaluation, evaluate, predict, prepared
from network import BloodCellNet, load_weights
from numpy.typing import NDArray
from pack import FOLDER_CLASSES, GEOMETRY, OPERATIONS, SHORTER_SIDE_PX, SIZE_PX
from reference import decoded, sample_files

from insitu.flaws import find_flaw
from insitu.pack_types import FeatureStatistics, PictureLimits
from insitu.prepare import normalise, resample
from insitu_training.abstaining import (
    Known,
    Outputs,
    Separation,
    Tally,
    picture_limits,
    scores_to_compare,
    separate,
    separation_table,
    tally,
    tally_table,
)
from insitu_training.card import write_sections
from insitu_training.familiar import distances, fit_statistics, with_limit
from insitu_training.outsiders import outsiders
from insitu_training.scores import softmax

HERE = Path(__file__).parent
COMPONENTS = 64
WEIGHT_OF_CHANGED = 0.15
WEIGHT_OF_DRAWN = 0.02
"""Of drawings, beside all pictures together."""
DRAWN_SEEDS = range(101, 109)
USUAL_SHARE = 0.97
"""Of validation images that are to count as familiar."""
MOST_WRONG = 0.005
"""Of accepted validation images."""
OTHERS_COUNT = 120
SEED = 3

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Familiar:
    """What decides whether a name is accepted, and how well it does.

    Attributes
    ----------
    separations
        By score and kind of other images.
    tallies
        What becomes of each kind of image.
    """

    statistics: FeatureStatistics
    limits: PictureLimits
    threshold: float
    separations: Mapping[str, Mapping[str, Separation]]
    tallies: Mapping[str, Tally]


def outputs_of(net: BloodCellNet, fitted: list[Pixels]) -> Outputs:
    """Of pictures as the network gets them, (96, 96, 3)."""
    logits, features = predict(
        net, torch.from_numpy(np.stack([normalise(one, OPERATIONS) for one in fitted]))
    )
    return Outputs(features, logits)


def known_of(net: BloodCellNet, training: Images) -> Known:
    """Training images as they are and, with less weight, changed as in training."""
    _, features = predict(net, prepared(training))
    pixels = torch.from_numpy(training.images_nhwc).permute(0, 3, 1, 2)
    changed = augment(pixels, SIZE_PX, torch.Generator().manual_seed(SEED)).round().clamp(0, 255).byte()
    of_changed = outputs_of(net, list(changed.permute(0, 2, 3, 1).numpy())).features
    drawn, drawn_labels = _drawings()
    of_drawn = outputs_of(net, drawn).features
    shares = (1 - WEIGHT_OF_CHANGED, WEIGHT_OF_CHANGED, WEIGHT_OF_DRAWN * len(features) / len(drawn))
    parts = (features, of_changed, of_drawn)
    weights = [np.full(len(part), share) for part, share in zip(parts, shares, strict=True)]
    labels = [training.labels, training.labels, drawn_labels]
    return Known(np.concatenate(parts), np.concatenate(labels), np.concatenate(weights))


def _drawings() -> tuple[list[Pixels], NDArray[np.int64]]:
    """Drawings by the hand of the samples, so that drawn cells are known; the samples are not among them."""
    kinds = [entry.id for entry in FOLDER_CLASSES]
    found = [
        (resample(np.asarray(draw(kind, 360, 363, seed)), GEOMETRY), label)
        for label, kind in enumerate(kinds)
        for seed in DRAWN_SEEDS
    ]
    return [picture for picture, _ in found], np.array([label for _, label in found], np.int64)


def choose_threshold(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The least threshold, in steps of 0.05 from 0.5, with at most `MOST_WRONG` of the accepted images wrong."""
    right, scores = probabilities.argmax(axis=1) == labels, probabilities.max(axis=1)
    steps = [step / 20 for step in range(10, 20)]
    fitting = [step for step in steps if not (~right[scores >= step]).mean() > MOST_WRONG]
    return fitting[0] if fitting else steps[-1]


@dataclass(frozen=True)
class _Judge:
    """Decides on images of any size as the pack will."""

    net: BloodCellNet
    temperature: float
    statistics: FeatureStatistics
    limits: PictureLimits
    threshold: float

    def tally(self, found: Sequence[Pixels], labels: NDArray[np.int64] | None = None) -> Tally:
        given = [resample(image, GEOMETRY) for image in found]
        outputs = outputs_of(self.net, given)
        return tally(
            softmax(outputs.logits, self.temperature).astype(np.float32),
            distances(outputs.features, self.statistics) / self.statistics.limit,
            [
                find_flaw(min(image.shape[:2]), one, self.limits)
                for image, one in zip(found, given, strict=True)
            ],
            self.threshold,
            labels,
        )


def measure(net: BloodCellNet, data: Path, result: Evaluation) -> Familiar:
    """Everything, from the images below `data`."""
    images = load_images(data / "blood_cells" / "train128", WHOLE)
    held_back = is_validation(images)
    training, validation = images.take(~held_back), images.take(held_back)
    known = known_of(net, training)
    usual = outputs_of(net, [resample(image, GEOMETRY) for image in validation.images_nhwc])
    statistics = fit_statistics(
        known.features, known.labels, COMPONENTS, normalised=False, weights=known.weights
    )
    statistics = with_limit(statistics, distances(usual.features, statistics), USUAL_SHARE)
    fitted = [resample(image, GEOMETRY) for image in training.images_nhwc]
    limits = picture_limits(fitted, np.full(len(fitted), SHORTER_SIDE_PX))
    threshold = choose_threshold(softmax(usual.logits, result.temperature), validation.labels)
    others = {kind: found for kind, found in outsiders(data, OTHERS_COUNT, ("blood cells",)).items() if found}
    strange = {
        kind: outputs_of(net, [resample(image, GEOMETRY) for image in found])
        for kind, found in others.items()
    }
    scores = scores_to_compare(known, COMPONENTS)

    judge = _Judge(net, result.temperature, statistics, limits, threshold)
    originals = sorted((data / "blood_cells" / "original").glob("*/*.jpg"))
    folders = [entry.parent.name for entry in originals]
    names = sorted(set(folders))
    return Familiar(
        statistics=statistics,
        limits=limits,
        threshold=threshold,
        separations={name: separate(one, usual, strange) for name, one in scores.items()},
        tallies={
            "validation": judge.tally(list(validation.images_nhwc), validation.labels),
            "originals": judge.tally(
                [decoded(path) for path in originals], np.array([names.index(one) for one in folders])
            ),
            "drawn samples": judge.tally([decoded(path) for path in sample_files(HERE)]),
            **{kind: judge.tally(found) for kind, found in others.items()},
        },
    )


def sections(found: Familiar) -> dict[str, str]:
    """By the name of the place in the card."""
    limits = found.limits
    words = (
        f"A class is accepted from {found.threshold} on, the least threshold (in steps of 0.05) at which at most "
        f"{MOST_WRONG:.1%} of the accepted validation images are wrong. Too small is a shorter side below "
        f"{limits.least_side_px} px, blank a contrast below {limits.least_contrast} grey levels, blurred a sharpness "
        f"below {limits.least_sharpness}."
    )
    return {
        "unlikeness": separation_table(found.separations),
        "decisions": f"{tally_table(found.tallies)}\n\n{words}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--card", action="store_true", help="write the tables into CARD.md")
    args = parser.parse_args()
    net = load_weights(HERE / "weights.npz")
    found = sections(measure(net, args.data, evaluate(net, args.data / "blood_cells")))
    print("\n\n".join(found.values()))
    if args.card:
        write_sections(HERE / "CARD.md", found)


if __name__ == "__main__":
    main()
