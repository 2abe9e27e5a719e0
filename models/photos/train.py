"""Train a pack that sorts photos into classes, and write it whole.

`python models/photos/train.py --data ../shared/data/photos --work <scratch folder>` makes the pack `photos`;
`python models/photos/train.py --data <folder of class folders> --name mine --work <scratch folder>` makes models/mine.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import card
import draw
import numpy as np
import torch
from dataset import FOLDS, Pictures, UnfitData, class_folders
from describe import Trained, write_pack
from evaluate import Data, Evaluation, evaluate, fit_classes, load_data
from features import open_trunk
from network import PhotoNet, load_net, save_head
from pack import PHOTOS, SIZE_PX, About, own_pack
from reference import fitted, sample_files, write_reference

from insitu_training.card import write_sections
from insitu_training.textures import draw_texture

HERE = Path(__file__).parent
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def train(data: Data, folder: Path) -> PhotoNet:
    """Fit the linear layer on all pictures for training; the network as it is stored."""
    save_head(fit_classes(data, data.pictures.for_training), folder / "head.npz")
    return load_net(open_trunk(), folder / "head.npz")


def write_everything(folder: Path, data: Data, about: About) -> Evaluation:
    """Network, description, card and reference."""
    evaluation, net = evaluate(data, about), train(data, folder)
    samples = sample_files(folder)
    picture = fitted(samples[0]) if samples else draw_texture(0, SIZE_PX)
    if not (folder / "cover.png").exists():
        draw.lettered_cover([(label.letter, label.colour) for label in about.classes]).save(
            folder / "cover.png"
        )
    if not (folder / "CARD.md").exists():
        (folder / "CARD.md").write_text(card.own_card(about, data.pictures), encoding="utf-8")
    write_sections(folder / "CARD.md", card.sections(evaluation, about))
    write_pack(folder, Trained(net, picture, evaluation, _split(data.pictures), bool(samples)), about)
    if samples:
        write_reference(folder, net, evaluation.temperature, about)
    return evaluation


def _split(pictures: Pictures) -> str:
    counts = np.bincount(pictures.parts, minlength=3)
    if pictures.divided:
        return f"{counts[0]} training, {counts[1]} validation, {counts[2]} test, by folder"
    return f"{len(pictures.labels)} pictures, {FOLDS}-fold cross-validation by group; trained on all"


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("a name is made of small letters, digits and single hyphens")
    return text


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of class folders")
    parser.add_argument("--work", type=Path, required=True, help="folder for the features of pictures")
    parser.add_argument("--name", type=_name, default=PHOTOS.id, help="id of the pack (default: photos)")
    parser.add_argument("--out", type=Path, help="folder of the pack (default: models/<name>)")
    parser.add_argument(
        "--others",
        type=Path,
        default=Path("../shared/data"),
        help="folder with images of no class, where there is one",
    )
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    folder = args.out or HERE.parent / args.name
    for place in (args.work, folder):
        place.mkdir(parents=True, exist_ok=True)
    try:
        about = PHOTOS if args.name == PHOTOS.id else own_pack(args.name, class_folders(args.data))
        data = load_data(args.data, about, args.work, args.others)
    except UnfitData as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 2
    for name in data.pictures.unreadable:
        print(f"left out, cannot be read: {name}")
    evaluation = write_everything(folder, data, about)
    print("\n\n".join(card.sections(evaluation, about).values()))
    print(f"\nWritten to {folder}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
