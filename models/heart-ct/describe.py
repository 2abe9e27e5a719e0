"""Write model.onnx, the test tensors, cover.png and rdf.yaml from weights.npz: `python models/heart-ct/describe.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from draw import draw_series
from export import write_onnx
from network import HeartNet, load_weights
from numpy.typing import NDArray
from pack import (
    BATCH,
    CLASSES,
    DATA,
    DESCRIPTION,
    EXPECTS,
    LEAST_VOLUME_ML,
    MASK_SIDE_PX,
    NAME,
    NOTICE,
    OPERATIONS,
    SETTINGS,
    SIDE_PX,
    TOLERANCE,
)
from PIL import Image

from insitu.postprocess.section import to_chances
from insitu.prepare import normalise
from insitu_training.description import About, InputKind, image_input, output, write_description

HERE = Path(__file__).parent
ABOUT = About(
    name=NAME,
    version="0.1.0",
    description=DESCRIPTION,
    cite=({"text": DATA["attribution"], "doi": "10.7937/K9/TCIA.2016.JGNIHEP5"},),
    licence="CC-BY-3.0",
    tags=("segmentation", "localization", "computed-tomography", "heart", "2d"),
)
HOUNSFIELD = InputKind(("hounsfield",), "int16", -32768, 32767)
TEST_SLICES, TEST_SLICE = 20, 9
COVER_PX, WINDOW_HU = 384, (-160.0, 240.0)


def write_pack(folder: Path, net: HeartNet) -> None:
    """Write everything that the description names."""
    write_onnx(net, folder / "model.onnx")
    hu_hw = draw_series(TEST_SLICES, SIDE_PX)[0][TEST_SLICE]
    features = _write_test_tensors(folder, net, hu_hw)
    _write_cover(folder / "cover.png", net, draw_series(TEST_SLICES, COVER_PX)[0][TEST_SLICE])
    words = "One axial slice, averaged over whole blocks of pixels, the patient on the back and seen from the feet"
    image = image_input(folder, words, HOUNSFIELD, (SIDE_PX, SIDE_PX), OPERATIONS)
    space = [
        {"type": "space", "id": axis, "size": MASK_SIDE_PX, "scale": SIDE_PX / MASK_SIDE_PX} for axis in "yx"
    ]
    outputs = [
        output(folder, "mask", [{"type": "channel", "channel_names": ["logit"]}, *space]),
        output(folder, "presence", [{"type": "channel", "channel_names": ["logit"]}]),
        output(folder, "features", [{"type": "index", "size": features}]),
    ]
    write_description(folder, ABOUT, [image], outputs, _insitu())


def _write_test_tensors(folder: Path, net: HeartNet, hu_hw: NDArray[np.int16]) -> int:
    """The input before preprocessing, as the specification wants it, and all outputs in PyTorch."""
    np.save(folder / "test_input.npy", hu_hw[None, None])
    outputs = _ask(net, hu_hw)
    for name, values in zip(("mask", "presence", "features"), outputs, strict=True):
        np.save(folder / f"test_output_{name}.npy", values)
    return int(outputs[2].shape[1])


def _ask(net: HeartNet, hu_hw: NDArray[np.int16]) -> list[NDArray[np.float32]]:
    with torch.inference_mode():
        outputs = net(torch.from_numpy(normalise(hu_hw[..., None], OPERATIONS)[None]))
    return [values.numpy() for values in outputs]


def _write_cover(path: Path, net: HeartNet, hu_hw: NDArray[np.int16]) -> None:
    """A drawn slice in the window of soft tissue, and the mask that the network gives for it, in the class's colour."""
    low, high = WINDOW_HU
    grey = np.clip((hu_hw - low) / (high - low), 0, 1) * 255
    block = COVER_PX // SIDE_PX
    small = hu_hw.reshape(SIDE_PX, block, SIDE_PX, block).mean(axis=(1, 3)).round().astype(np.int16)
    chances = Image.fromarray(to_chances(_ask(net, small)[0][0, 0]))
    mask = np.asarray(chances.resize((COVER_PX, COVER_PX), Image.Resampling.BICUBIC)) > 127
    colour = np.array([int(CLASSES[0].colour[at : at + 2], 16) for at in (1, 3, 5)])
    picture = np.repeat(grey[..., None], 3, axis=2)
    picture[mask] = 0.6 * picture[mask] + 0.4 * colour
    Image.fromarray(picture.astype(np.uint8)).save(path, optimize=True)


def _insitu() -> dict[str, Any]:
    return {
        "id": "heart-ct",
        "task": "locate",
        "plane": {"z": "middle"},
        "locate": {
            "side_px": SIDE_PX,
            "batch": BATCH,
            "section": dict(vars(SETTINGS)),
            "least_volume_ml": LEAST_VOLUME_ML,
        },
        "outputs": {"mask": "mask", "presence": "presence", "features": "features"},
        "classes": [dict(vars(entry)) for entry in CLASSES],
        "expects": dict(EXPECTS),
        "notice": NOTICE,
        "tolerance": TOLERANCE,
        "samples": {"folder": "samples", "note": "Drawn by code, not a patient"},
        "data": dict(DATA),
    }


def main() -> None:
    write_pack(HERE, load_weights(HERE / "weights.npz"))


if __name__ == "__main__":
    main()
