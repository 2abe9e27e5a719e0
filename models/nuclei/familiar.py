"""Which images are unlike those of the training: `python models/nuclei/familiar.py --data ../shared/data`.

Writes training_features.json, the statistics of the training images' features, with a limit that one validation
image in twenty exceeds; `--card` writes into CARD.md how often images of other kinds exceed it. Inverted images and
fluorescence in a colour belong to what training covers (augment.py), so the statistics are theirs too.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from dataset import Sample, load_samples
from evaluate import make_pack, onnx_session
from numpy.typing import NDArray

from insitu.decode import decode
from insitu.pack_types import FeatureStatistics
from insitu.pipeline import go_on
from insitu.segmentation import segment
from insitu.types import Image, Session
from insitu_training.card import table, write_sections
from insitu_training.familiar import FILE, distances, fit_statistics, with_limit, write_statistics

HERE = Path(__file__).parent
COMPONENTS = 48
"""Principal components; the others are taken together."""
USUAL_SHARE = 0.95
OTHERS = {
    "photographs": "photos/*/*",
    "blood cells": "blood_cells/original/*/*",
    "slices of CT": "heart_ct/*/*256/*.png",
}
"""Images of other kinds, below the data folder."""
SEED = 4


def features_of(image: Image, session: Session) -> NDArray[np.float32] | None:
    """As a user's image gives them, with the size of nuclei estimated."""
    return asyncio.run(segment(image, make_pack(), session, go_on)).features


def features_of_all(images: Iterable[Image], session: Session) -> NDArray[np.float32]:
    """(n, d), without those of empty images."""
    found = (features_of(image, session) for image in images)
    return np.stack([one for one in found if one is not None])


def others(data: Path, pattern: str, count: int) -> Iterator[Image]:
    """At most `count` files drawn at random."""
    paths = sorted(path for path in data.glob(pattern) if path.suffix in (".jpg", ".png"))
    for index in np.random.default_rng(SEED).permutation(len(paths))[:count]:
        yield decode(paths[index].read_bytes(), paths[index].name)


def inverted(samples: Iterable[Sample]) -> Iterator[Image]:
    """Dark nuclei on light, of images in grey."""
    for sample in samples:
        if sample.pixels_hwc.shape[2] == 1:
            yield Image(255 - sample.pixels_hwc, "png", "grey")


def tinted(samples: Iterable[Sample]) -> Iterator[Image]:
    """Images in grey, in one colour each, as microscopes' programs show a stain."""
    rng = np.random.default_rng(SEED)
    for sample in samples:
        if sample.pixels_hwc.shape[2] == 1:
            tint = rng.permutation([1.0, *(rng.uniform(0, 0.6, 2) ** 2)])
            yield Image((sample.pixels_hwc * tint).astype(np.uint8), "png", "rgb")


def measure(
    data: Path, session: Session, count: int
) -> tuple[FeatureStatistics, list[tuple[str, int, float]]]:
    """The statistics, and of each kind of image: its name, how many there are, and the part beyond the limit."""
    kinds = {}
    for part in ("training", "validation", "held-out type"):
        samples = load_samples(data / "nuclei", (part,))
        kinds[f"nuclei, {part}"] = features_of_all((sample.image for sample in samples), session)
        kinds[f"nuclei, {part}, inverted"] = features_of_all(inverted(samples), session)
        kinds[f"nuclei, {part}, in a colour"] = features_of_all(tinted(samples), session)
    known = np.concatenate([features for name, features in kinds.items() if "training" in name])
    statistics = fit_statistics(known, np.zeros(len(known), np.int64), COMPONENTS, normalised=False)
    statistics = with_limit(statistics, distances(kinds["nuclei, validation"], statistics), USUAL_SHARE)
    for name, pattern in OTHERS.items():
        kinds[name] = features_of_all(others(data, pattern, count), session)
    return statistics, [
        (name, len(features), float((distances(features, statistics) > statistics.limit).mean()))
        for name, features in kinds.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--count", type=int, default=120, help="images of each other kind")
    parser.add_argument("--card", action="store_true", help="write the table into CARD.md")
    args = parser.parse_args()
    statistics, kinds = measure(args.data, onnx_session(HERE / "model.onnx"), args.count)
    write_statistics(statistics, HERE / FILE)
    rows = [(name, str(count), f"{100 * share:.0f} %") for name, count, share in kinds]
    text = table(("images", "n", "marked as unlike"), rows)
    print(text)
    if args.card:
        write_sections(HERE / "CARD.md", {"unlikeness": text})


if __name__ == "__main__":
    main()
