"""Measure what training gives, on pictures that it has not seen.

`python models/photos/evaluate.py --data ../shared/data/photos --work <scratch folder>` prints the tables of CARD.md;
`--card` writes them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import card
import numpy as np
import torch
from dataset import Pictures, load_pictures
from draw import training_drawings
from features import features_of, open_trunk, views
from head import fit_head, logits_of
from numpy.typing import NDArray
from pack import GEOMETRY, PHOTOS, About

from insitu.flaws import Flaw, find_flaw
from insitu.pack_types import FeatureStatistics, PictureLimits
from insitu.prepare import resample
from insitu_training.abstaining import (
    Known,
    Outputs,
    Separation,
    Tally,
    mean_separation,
    picture_limits,
    scores_to_compare,
    separate,
    tally,
)
from insitu_training.card import write_sections
from insitu_training.familiar import distances, fit_statistics, with_limit
from insitu_training.outsiders import outsiders
from insitu_training.scores import Scores, fit_temperature, score, softmax

HERE = Path(__file__).parent
VIEWS = 8
"""Changed pictures for each."""
COMPONENTS = 64
WEIGHT_OF_CHANGED = 0.15
"""Of the changed pictures together, in the statistics of features; as they are, the pictures have the rest."""
WEIGHT_OF_DRAWN = 0.03
"""Of drawings, beside all pictures together."""
USUAL_SHARE = 0.97
"""Of held-out pictures of the classes that are to count as familiar."""
OTHERS_COUNT = 120

Features = NDArray[np.float32]


@dataclass(frozen=True)
class Others:
    """Images of no class, by kind: their features and what they lack."""

    features: Mapping[str, Features]
    fitted: Mapping[str, list[NDArray[np.uint8]]]
    shorter_sides: Mapping[str, list[int]]


@dataclass(frozen=True)
class Data:
    """What is learnt from and measured on.

    Attributes
    ----------
    features : (N, 1 + views, 384) float32
        Of `pictures`, as they are and changed.
    drawn, drawn_labels : (k, 384) float32, (k,) int64
        Drawings that are learnt beside every part of the pictures, so that drawn samples are known; may be none.
    others
        Images of no class.
    """

    pictures: Pictures
    features: Features
    drawn: Features
    drawn_labels: NDArray[np.int64]
    others: Others

    @property
    def labels(self) -> NDArray[np.int64]:
        return self.pictures.labels

    @property
    def class_count(self) -> int:
        return len(self.pictures.classes)


@dataclass(frozen=True)
class Evaluation:
    """What cross-validation gives, and what follows from it for the pack.

    Attributes
    ----------
    as_they_are, changed, test : Scores
        Of held-out pictures; `changed` in the ways of training, `test` None without such a folder.
    statistics
        Of the features of all training pictures, with the limit that held-out pictures set.
    separations
        By score and kind of other images.
    tallies
        What becomes of each kind of image with the pack's threshold.
    """

    temperature: float
    limits: PictureLimits
    statistics: FeatureStatistics
    as_they_are: Scores
    changed: Scores
    test: Scores | None
    separations: Mapping[str, Mapping[str, Separation]]
    tallies: Mapping[str, Tally]


def load_others(data: Path, about: About) -> Others:
    """Images of other kinds; none where the data folder of the project is missing."""
    skip = ("photographs", *about.keep_in)
    found = {kind: images for kind, images in outsiders(data, OTHERS_COUNT, skip).items() if images}
    fitted = {kind: [resample(image, GEOMETRY) for image in images] for kind, images in found.items()}
    trunk = open_trunk()
    return Others(
        {kind: features_of(trunk, images) for kind, images in fitted.items()},
        fitted,
        {kind: [min(image.shape[:2]) for image in images] for kind, images in found.items()},
    )


def load_data(folder: Path, about: About, work: Path, others: Path) -> Data:
    """Read pictures and what the trunk says of them; `others` is the folder of the project's data."""
    names = [label.id for label in about.classes]
    pictures = load_pictures(folder, names)
    features = views(pictures, VIEWS, about.paper, work)
    drawings = list(training_drawings()) if about is PHOTOS else []
    drawn = features_of(open_trunk(), [resample(picture, GEOMETRY) for _, picture in drawings])
    labels = np.array([names.index(name) for name, _ in drawings], np.int64)
    return Data(pictures, features, drawn, labels, load_others(others, about))


def known_of(data: Data, training: NDArray[np.bool_]) -> Known:
    """All views of the training pictures, and the drawings, as they count in the statistics of features."""
    seen = data.features[training]
    views_of_each = seen.shape[1]
    weights = np.full(seen.shape[:2], WEIGHT_OF_CHANGED / max(1, views_of_each - 1))
    weights[:, 0] = 1 - WEIGHT_OF_CHANGED
    drawn = np.full(len(data.drawn), WEIGHT_OF_DRAWN * len(seen) / max(1, len(data.drawn)))
    return Known(*_all_views(data, training), np.concatenate([weights.ravel(), drawn]))


def _all_views(data: Data, training: NDArray[np.bool_]) -> tuple[Features, NDArray[np.int64]]:
    """Features (n, 384) and labels (n,) of every view, and of the drawings."""
    seen = data.features[training]
    labels = np.repeat(data.labels[training], seen.shape[1])
    return (
        np.concatenate([seen.reshape(-1, seen.shape[2]), data.drawn]),
        np.concatenate([labels, data.drawn_labels]),
    )


def fit_classes(data: Data, training: NDArray[np.bool_]) -> torch.nn.Linear:
    """The linear layer."""
    return fit_head(*_all_views(data, training), data.class_count)


def fit_familiar(data: Data, training: NDArray[np.bool_]) -> FeatureStatistics:
    """The statistics of features; their limit is still 1."""
    known = known_of(data, training)
    count = _components(int(training.sum()))
    return fit_statistics(known.features, known.labels, count, normalised=False, weights=known.weights)


def _components(pictures: int) -> int:
    """Fewer where few pictures cannot tell more directions."""
    return min(COMPONENTS, pictures // 4)


@dataclass(frozen=True)
class _HeldOut:
    """What the parts give that were not learnt, joined.

    `order` (n,) are indices of pictures, `logits` (n, 1 + views, classes) and `far` (n, 1 + views), distances, theirs.
    """

    order: NDArray[np.int64]
    logits: NDArray[np.float32]
    far: NDArray[np.float64]
    separations: Mapping[str, Mapping[str, Separation]]


def _hold_out(data: Data) -> _HeldOut:
    order, logits, far, separations = [], [], [], []
    for training, held_out in data.pictures.splits():
        head, statistics = fit_classes(data, training), fit_familiar(data, training)
        unseen = data.features[held_out]
        flat = unseen.reshape(-1, unseen.shape[2])
        order.append(np.flatnonzero(held_out))
        logits.append(logits_of(head, flat).reshape(*unseen.shape[:2], data.class_count))
        far.append(distances(flat, statistics).reshape(unseen.shape[:2]))
        separations.append(_separations(data, training, unseen[:, 0], head))
    means = {name: mean_separation([part[name] for part in separations]) for name in separations[0]}
    return _HeldOut(np.concatenate(order), np.concatenate(logits), np.concatenate(far), means)


def evaluate(data: Data, about: About) -> Evaluation:
    """Cross-validate head, temperature, limit and scores; then take the statistics of all training pictures."""
    held, pictures, classes = _hold_out(data), data.pictures, data.class_count
    labels, views_of_each = data.labels[held.order], held.logits.shape[1]
    temperature = fit_temperature(held.logits.reshape(-1, classes), np.repeat(labels, views_of_each))
    training = pictures.for_training
    statistics = with_limit(fit_familiar(data, training), held.far[:, 0], USUAL_SHARE)
    limits = picture_limits(list(pictures.fitted[training]), pictures.shorter_sides[training])
    head = fit_classes(data, training)
    judge = _Judge(temperature, statistics.limit, about.threshold)
    flaws = _flaws(pictures.fitted[held.order], pictures.shorter_sides[held.order].tolist(), limits)
    changed = held.logits[:, 1:].reshape(-1, classes)
    changed_labels = np.repeat(labels, views_of_each - 1)
    tallies = {
        "of the classes, held out": judge.tally(held.logits[:, 0], held.far[:, 0], flaws, labels),
        "the same, changed (blur not looked for)": judge.tally(
            changed, held.far[:, 1:].ravel(), [None] * len(changed), changed_labels
        ),
    }
    for kind, features in data.others.features.items():
        found = _flaws(data.others.fitted[kind], data.others.shorter_sides[kind], limits)
        tallies[kind] = judge.tally(logits_of(head, features), distances(features, statistics), found, None)
    return Evaluation(
        temperature=temperature,
        limits=limits,
        statistics=statistics,
        as_they_are=score(held.logits[:, 0], labels, temperature),
        changed=score(changed, changed_labels, temperature),
        test=_test_scores(data, head, temperature),
        separations=held.separations,
        tallies=tallies,
    )


@dataclass(frozen=True)
class _Judge:
    temperature: float
    limit: float
    threshold: float

    def tally(
        self,
        logits: NDArray[np.float32],
        far: NDArray[np.float64],
        flaws: Sequence[Flaw | None],
        labels: NDArray[np.int64] | None,
    ) -> Tally:
        probabilities = softmax(logits, self.temperature).astype(np.float32)
        return tally(probabilities, far / self.limit, flaws, self.threshold, labels)


def _separations(
    data: Data, training: NDArray[np.bool_], unseen: Features, head: torch.nn.Linear
) -> dict[str, dict[str, Separation]]:
    usual = Outputs(unseen, logits_of(head, unseen))
    strange = {kind: Outputs(one, logits_of(head, one)) for kind, one in data.others.features.items()}
    scores = scores_to_compare(known_of(data, training), _components(int(training.sum())))
    return {name: separate(one, usual, strange) for name, one in scores.items()}


def _test_scores(data: Data, head: torch.nn.Linear, temperature: float) -> Scores | None:
    test = ~data.pictures.for_training
    if not test.any():
        return None
    return score(logits_of(head, data.features[test, 0]), data.labels[test], temperature)


def _flaws(
    fitted: Iterable[NDArray[np.uint8]], shorter_sides: Sequence[int], limits: PictureLimits
) -> list[Flaw | None]:
    return [find_flaw(side, picture, limits) for side, picture in zip(shorter_sides, fitted, strict=True)]


def by_source(data: Data) -> dict[str, tuple[int, float]]:
    """Of each source, when it is held out entirely: how many pictures it has, and the accuracy on them."""
    found = {}
    sources = np.array(data.pictures.sources)
    for name in sorted(set(data.pictures.sources)):
        held_out = sources == name
        logits = logits_of(fit_classes(data, ~held_out), data.features[held_out, 0])
        right = logits.argmax(axis=1) == data.labels[held_out]
        found[name] = (int(held_out.sum()), float(right.mean()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/photos"))
    parser.add_argument("--work", type=Path, required=True, help="folder for the features of pictures")
    parser.add_argument("--card", action="store_true", help="write the tables into CARD.md")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    data = load_data(args.data, PHOTOS, args.work, args.data.parent)
    sections = {**card.sections(evaluate(data, PHOTOS), PHOTOS), "sources": card.sources(by_source(data))}
    print("\n\n".join(sections.values()))
    if args.card:
        write_sections(HERE / "CARD.md", sections)


if __name__ == "__main__":
    main()
