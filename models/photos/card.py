"""The tables of CARD.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pack import About

from insitu_training.abstaining import separation_table, tally_table
from insitu_training.card import table
from insitu_training.scores import confusion_table, summary_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataset import Pictures
    from evaluate import Evaluation


def sections(result: Evaluation, about: About) -> dict[str, str]:
    """By the name of the place in the card."""
    return {
        "results": _results(result, about),
        "unlikeness": _unlikeness(result),
        "decisions": _decisions(result, about),
    }


def _results(result: Evaluation, about: About) -> str:
    sets = {"held out, as they are": result.as_they_are, "held out, changed as in training": result.changed}
    if result.test is not None:
        sets["test folder"] = result.test
    confusion = "Confusion of changed pictures (rows: truth, columns: prediction):"
    words = f"Temperature {result.temperature:.2f}, fitted on held-out pictures, as they are and changed."
    return "\n\n".join(
        [summary_table(sets), words, confusion, confusion_table(result.changed, about.classes)]
    )


def _unlikeness(result: Evaluation) -> str:
    if not next(iter(result.separations.values())):
        return "There were no images of other kinds to measure with."
    return separation_table(result.separations)


def _decisions(result: Evaluation, about: About) -> str:
    limits = result.limits
    words = (
        f"A class is accepted from {about.threshold} on. Too small is a shorter side below {limits.least_side_px} px, "
        f"blank a contrast below {limits.least_contrast} grey levels, blurred a sharpness below "
        f"{limits.least_sharpness}."
    )
    return f"{tally_table(result.tallies)}\n\n{words}"


def own_card(about: About, pictures: Pictures) -> str:
    """A card to begin with: what a person should add is said in it."""
    counts = ", ".join(
        f"{int((pictures.labels == index).sum())} {label.id}" for index, label in enumerate(about.classes)
    )
    return _OWN_CARD.format(
        name=about.name, description=about.description, notice=about.notice, counts=counts
    )


_OWN_CARD = """# {name}

{description} {notice}

## Data

Pictures: {counts}. Say here where they come from, who may use them, and what they do not show.

## Network and training

The first twelve blocks of EfficientNet-Lite0 (Tan and Le 2019; Apache License 2.0), as ImageNet taught them, and one
linear layer that was fitted to these pictures, as they are and changed at random (`models/photos/train.py`).

## Results

<!-- results -->
<!-- /results -->

## What is unlike the pictures

<!-- unlikeness -->
<!-- /unlikeness -->

## What becomes of images

<!-- decisions -->
<!-- /decisions -->
"""


def sources(found: Mapping[str, tuple[int, float]]) -> str:
    """A row a source that was held out: its photos, and the accuracy on them."""
    rows = [[name, str(count), f"{accuracy:.1%}"] for name, (count, accuracy) in found.items()]
    return table(["source held out", "n", "accuracy"], rows)
