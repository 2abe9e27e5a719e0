"""Measure the pack: `python models/heart-ct/evaluate.py --data ../shared/data/heart_ct --work <scratch folder>`.

Every slice of TCGA is judged by the network that was trained without its patient (`train.py --fold 0` ... `4`), and by
the reference network. Prints Markdown tables; `--card` writes them into CARD.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import card
import numpy as np
import torch
from dataset import SIDE_PX, Slice, fold_of_patients, read_tcga, to_input
from draw import draw_series
from metrics import Box, Verdict, overlap
from network import HeartNet, load_weights
from numpy.typing import NDArray
from pack import FOLDS, SETTINGS
from reference_network import ReferenceNetwork

from insitu.postprocess.section import Section, find_section, logistic, to_chances
from insitu_training.card import write_sections

HERE = Path(__file__).parent
REFERENCE_LOW_HU, REFERENCE_HIGH_HU = -1024, 2047


def judge(net: HeartNet, hu_nhw: Sequence[NDArray[np.int16]]) -> list[Section]:
    """What the network says of each slice, by the rule that users get."""
    with torch.inference_mode():
        images = torch.from_numpy(np.stack([to_input(hu_hw) for hu_hw in hu_nhw]))
        masks, presences, _ = net(images)
    pairs = zip(masks[:, 0].numpy(), presences[:, 0].tolist(), strict=True)
    return [
        find_section(to_chances(mask_hw), float(logistic(presence)), SETTINGS) for mask_hw, presence in pairs
    ]


def verdict(one: Slice, found: bool, score: float, box: Box | None) -> Verdict:
    """Compare with the draft; `box` is in pixels of the slice."""
    iou = overlap(box, one.box_xyxy) if box and one.box_xyxy else 0.0
    return Verdict(one.name, one.patient, one.label, found, score, iou)


def judge_folds(slices: Sequence[Slice], work: Path) -> list[Verdict]:
    """Each slice by the network that has not seen its patient."""
    folds = fold_of_patients(slices)
    verdicts = []
    for fold in range(FOLDS):
        net = load_weights(work / f"fold-{fold}" / "weights.npz")
        chosen = [one for one in slices if folds[one.patient] == fold]
        for one, section in zip(chosen, judge(net, [each.hu_hw for each in chosen]), strict=True):
            verdicts.append(verdict(one, section.found, section.score, section.box_px(SIDE_PX, SIDE_PX)))
    return verdicts


def judge_reference(slices: Sequence[Slice], network: ReferenceNetwork) -> list[Verdict]:
    """The reference network at its best-known window; its boxes are those of its own 64 x 64 pixels."""
    verdicts = []
    for one in slices:
        span = REFERENCE_HIGH_HU - REFERENCE_LOW_HU
        grey_hw = np.clip((one.hu_hw - REFERENCE_LOW_HU) / span, 0, 1).astype(np.float32) * 255
        box = network.find_box(grey_hw)
        verdicts.append(verdict(one, box is not None, float(box is not None), box))
    return verdicts


def measure_phantom(net: HeartNet) -> str:
    """The drawn series: how many slices are judged rightly, and how far the edges of boxes are off, in mm."""
    hu, heart, (_, _, pixel_mm) = draw_series()
    sections = judge(net, list(hu))
    apart, right = [], 0
    for section, heart_hw in zip(sections, heart, strict=True):
        right += section.found == bool(heart_hw.any())
        if section.found and heart_hw.any():
            y, x = np.nonzero(heart_hw)
            truth = np.array([x.min(), y.min(), x.max() + 1, y.max() + 1])
            apart.append(np.abs(np.array(section.box_px(SIDE_PX, SIDE_PX)) - truth).mean() * pixel_mm)
    return (
        f"{right} of {len(hu)} slices of the drawn series are judged rightly; the edges of the boxes are off by "
        f"{np.mean(apart):.1f} mm on average."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/heart_ct"))
    parser.add_argument(
        "--work", type=Path, required=True, help="where train.py has left the weights of the folds"
    )
    parser.add_argument("--card", action="store_true", help="write the tables into CARD.md")
    args = parser.parse_args()
    slices = read_tcga(args.data)
    network = ReferenceNetwork(args.data / "reference_model" / "model.onnx")
    judged = {
        "this pack": judge_folds(slices, args.work),
        "reference network": judge_reference(slices, network),
    }
    sections = {"results": card.results(judged), "labels": card.found_by_label(judged)}
    if (HERE / "weights.npz").exists():
        sections["phantom"] = measure_phantom(load_weights(HERE / "weights.npz"))
    print("\n\n".join(sections.values()))
    if args.card:
        write_sections(HERE / "CARD.md", sections)


if __name__ == "__main__":
    main()
