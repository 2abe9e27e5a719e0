"""Measure the pack: `python models/nuclei/evaluate.py --data ../shared/data/nuclei`.

Every figure is of the whole way that a user's image goes: `insitu.segmentation`, with the size of nuclei estimated.
Prints Markdown tables; `--card` writes them into CARD.md.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import card
import numpy as np
from dataset import Sample, load_samples
from metrics import Match, match
from numpy.typing import NDArray
from pack import CLASSES, DIAMETER_PX, DIAMETER_UM, NAME, OPERATIONS, SPLIT, TILING, TOLERANCE

from insitu.bridge._native import NativeSession
from insitu.objects.runs import labels_of_runs
from insitu.pack_types import Pack, SegmentRecipe
from insitu.pipeline import go_on
from insitu.segmentation import segment
from insitu.types import Session
from insitu_training.card import write_sections

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Scores:
    """Means over the images of one kind."""

    images: int
    objects: int
    precision: NDArray[np.float64]
    pooled_precision: float
    right_pixels: float
    foreground_iou: float


def make_pack() -> Pack:
    """The pack without its network."""
    recipe = SegmentRecipe("foreground", "offsets", DIAMETER_PX, DIAMETER_UM, TILING, SPLIT)
    return Pack(
        id="nuclei",
        name=NAME,
        version="0",
        description="",
        recipe=recipe,
        operations=OPERATIONS,
        input_name="image",
        features_name="features",
        classes=CLASSES,
        notice="",
        tolerance=TOLERANCE,
        model_sha256="",
        model_size=0,
    )


def onnx_session(path: Path) -> Session:
    """The network as the command line runs it."""
    return NativeSession(path.read_bytes())


def predict(sample: Sample, session: Session, diameter_px: float | None = None) -> NDArray[np.int32]:
    """Labels of one image; the size of nuclei is estimated unless it is given."""
    found = asyncio.run(segment(sample.image, make_pack(), session, go_on, diameter_px=diameter_px))
    return labels_of_runs(found.runs)


def score(matches: list[Match]) -> Scores:
    """Average the images; pooled precision counts all objects alike instead."""
    found = sum(int(one.found[0]) for one in matches)
    union = sum(one.predicted + one.labelled for one in matches) - found
    return Scores(
        images=len(matches),
        objects=sum(one.labelled for one in matches),
        precision=np.mean([one.precision for one in matches], axis=0),
        pooled_precision=found / max(union, 1),
        right_pixels=float(np.mean([one.right_pixels for one in matches])),
        foreground_iou=float(np.mean([one.foreground_iou for one in matches])),
    )


def evaluate(session: Session, data: Path, *, known_size: bool = False) -> dict[str, Scores]:
    """Scores by kind of image, for the validation images and for the types that were held out as a whole."""
    groups: dict[str, list[Match]] = defaultdict(list)
    for sample in load_samples(data, ("validation", "held-out type")):
        labels = predict(sample, session, sample.diameter_px if known_size else None)
        one = match(labels, sample.labels_hw)
        kind, height, width = sample.entry.kind
        held_out = sample.part == "held-out type"
        groups[f"{kind}, {'held-out types' if held_out else 'all'}"].append(one)
        groups[f"{kind}, {width} x {height}{' (held out)' if held_out else ''}"].append(one)
    return {name: score(matches) for name, matches in sorted(groups.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/nuclei"))
    parser.add_argument("--model", type=Path, default=HERE / "model.onnx")
    parser.add_argument("--card", action="store_true", help="write the tables into CARD.md")
    args = parser.parse_args()
    session = onnx_session(args.model)
    sections = {
        "results": card.results(evaluate(session, args.data)),
        "known-size": card.results(evaluate(session, args.data, known_size=True)),
    }
    print("\n\n".join(sections.values()))
    if args.card:
        write_sections(HERE / "CARD.md", sections)


if __name__ == "__main__":
    main()
