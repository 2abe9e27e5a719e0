"""How much worse are validation pictures named once they are changed? Writes a table into CARD.md."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from dataset import WHOLE, Images, is_validation, load_images
from evaluate import predict, prepared
from network import load_weights
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from insitu_training.card import table, write_sections

ImageHWC = NDArray[np.uint8]
Change = Callable[[ImageHWC, ImageHWC], ImageHWC]
"""Takes the picture and another one, of a different class where there is one."""

HERE = Path(__file__).parent


def _shifted(image: ImageHWC, _: ImageHWC) -> ImageHWC:
    return np.roll(image, (10, -10), axis=(0, 1))


def _blurred(image: ImageHWC, _: ImageHWC) -> ImageHWC:
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(1.0)))


def _poor_jpeg(image: ImageHWC, _: ImageHWC) -> ImageHWC:
    stored = io.BytesIO()
    Image.fromarray(image).save(stored, "JPEG", quality=50)
    return np.asarray(Image.open(stored))


def _balanced(*gains: float) -> Change:
    def change(image: ImageHWC, _: ImageHWC) -> ImageHWC:
        return np.asarray(np.clip(image * np.array(gains), 0, 255), np.uint8)

    return change


def _surrounded(image: ImageHWC, other: ImageHWC) -> ImageHWC:
    """The middle disc of 84 pixels across, the rest from another picture."""
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    inside = np.hypot(rows - (image.shape[0] - 1) / 2, columns - (image.shape[1] - 1) / 2) < 42
    return np.where(inside[..., None], image, other)


CHANGES: Mapping[str, Change] = {
    "none": lambda image, _: image,
    "8 % off the middle, both ways": _shifted,
    "blurred, sigma 1 pixel of 128": _blurred,
    "JPEG of quality 50": _poor_jpeg,
    "15 % darker": _balanced(0.85, 0.85, 0.85),
    "bluish light": _balanced(0.88, 0.97, 1.08),
    "surroundings of another class": _surrounded,
}


def changed(images: Images, change: Change) -> Images:
    """Apply a change to each image; the other one is half the set away, so of another class."""
    others = np.roll(images.images_nhwc, len(images.labels) // 2, axis=0)
    pairs = zip(images.images_nhwc, others, strict=True)
    return replace(images, images_nhwc=np.stack([change(image, other) for image, other in pairs]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/blood_cells"))
    args = parser.parse_args()
    images = load_images(args.data / "train128", WHOLE)
    images = images.take(is_validation(images))
    net = load_weights(HERE / "weights.npz")
    rows = []
    for name, change in CHANGES.items():
        logits, _ = predict(net, prepared(changed(images, change)))
        rows.append([name, f"{(logits.argmax(axis=1) == images.labels).mean():.1%}"])
    text = table(["change to the validation pictures", "accuracy"], rows)
    print(text)
    write_sections(HERE / "CARD.md", {"stress": text})


if __name__ == "__main__":
    main()
