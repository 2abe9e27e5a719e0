"""Draws the DICOM files in `dicom/` and stores what desktop libraries make of them.

    PYTHONPATH=py:tests .venv/bin/python tests/data/make_dicom.py

Lossy streams are stored, not encoded anew by each test, for encoders may differ where decoders must not. pydicom
decodes with Pillow where it can, CharLS streams with its plugin for GDCM or pylibjpeg, which must be installed for
this script only. 12-bit JPEG is decoded by imagecodecs itself, as neither can: it keeps browser and desktop equal.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from helpers.dicom_files import COMPRESSED, compressed
from numpy.typing import NDArray
from pydicom import Dataset, dcmread, uid
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_modality_lut

HERE = Path(__file__).parent


def texture(height: int, width: int) -> NDArray[np.float64]:
    """0 to 1, with edges, waves and a slope."""
    y, x = np.mgrid[:height, :width]
    waves = np.sin(x / 3.1) + np.cos(y / 2.3) + ((x // 7 + y // 5) % 2) + x / width
    return np.asarray((waves - waves.min()) / (waves.max() - waves.min()))


def draw() -> dict[str, bytes]:
    """The files by name."""
    grey = (texture(45, 61) * 255).astype(np.uint8)
    deep = (texture(45, 61) * 4095).astype(np.uint16)
    colour = np.stack([grey, grey[::-1], 255 - grey[:, ::-1]], axis=2)
    twelve: dict[str, Any] = {"BitsStored": 12, "HighBit": 11}
    files = {}
    for subsampling, name in (("444", "YBR_FULL"), ("422", "YBR_FULL_422"), ("420", "YBR_FULL_422")):
        frame = imagecodecs.jpeg8_encode(colour, level=80, subsampling=subsampling)
        files[f"baseline-{subsampling}"] = compressed([frame], colour, uid.JPEGBaseline8Bit, name)
    frames = [imagecodecs.jpeg8_encode(plane, level=80) for plane in (grey, grey[::-1].copy())]
    files["baseline-grey-2-frames"] = compressed(frames, grey, uid.JPEGBaseline8Bit)
    for name in ("JPEG-LS near-lossless", "JPEG 2000 lossy", "JPEG extended"):
        made = COMPRESSED[name]
        ct = {"RescaleSlope": 1, "RescaleIntercept": -1024, **twelve}
        files[f"{name} grey"] = compressed([made.encode(deep)], deep, made.syntax, **ct)
    for name in ("JPEG-LS near-lossless", "JPEG 2000 lossy"):
        made = COMPRESSED[name]
        files[f"{name} colour"] = compressed([made.encode(colour)], colour, made.syntax)
    files["HTJ2K grey"] = compressed([imagecodecs.htj2k_encode(deep)], deep, uid.HTJ2KLossless, **twelve)
    return {name.replace(" ", "-").lower(): data for name, data in files.items()}


def decode_on_desktop(data_set: Dataset, frame: int) -> tuple[NDArray[Any], str]:
    """Values of a frame, and who decoded them."""
    syntax = data_set.file_meta.TransferSyntaxUID
    if syntax == uid.JPEGExtended12Bit:
        values: NDArray[Any] = imagecodecs.jpeg8_decode(
            get_frame(data_set.PixelData, frame, number_of_frames=1)
        )
        return apply_modality_lut(values, data_set), f"imagecodecs {imagecodecs.__version__}"
    decoder = get_decoder(syntax)
    plugin = next(name for name in ("pillow", "gdcm", "pylibjpeg") if name in decoder.available_plugins)
    return apply_modality_lut(
        decoder.as_array(data_set, index=frame, decoding_plugin=plugin)[0], data_set
    ), plugin


def main() -> None:
    folder = HERE / "dicom"
    folder.mkdir(exist_ok=True)
    expected = {}
    for name, data in draw().items():
        path = folder / f"{name}.dcm"
        path.write_bytes(data)
        data_set = dcmread(path)
        values, maker = decode_on_desktop(data_set, frame := int(data_set.get("NumberOfFrames", 1)) - 1)
        digest = hashlib.sha256(values.astype(np.int32).tobytes()).hexdigest()
        expected[path.name] = {
            "frame": frame,
            "shape": list(values.shape),
            "int32_sha256": digest,
            "by": maker,
        }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{len(expected)} files\n")


if __name__ == "__main__":
    main()
