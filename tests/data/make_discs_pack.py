"""Write the tiny pack `tests/data/discs`: it reads off the image what `helpers.objects` drew into it.

Run with the `onnx` package installed: `python tests/data/make_discs_pack.py`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

TESTS = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "discs"


def network() -> bytes:
    """Of 0..1: foreground = (255 x red - 127.5) / 16, offsets = (255 x green and blue - 128) / 2, features = means."""
    gains = np.array([255 / 16, 255 / 2, 255 / 2], np.float32)
    shifts = np.array([-127.5 / 16, -64, -64], np.float32)
    constants = [
        numpy_helper.from_array(gains.reshape(1, 3, 1, 1), "gains"),
        numpy_helper.from_array(shifts.reshape(1, 3, 1, 1), "shifts"),
        numpy_helper.from_array(np.array([1, 2], np.int64), "parts"),
    ]
    nodes = [
        helper.make_node("Mul", ["image", "gains"], ["scaled"]),
        helper.make_node("Add", ["scaled", "shifts"], ["answers"]),
        helper.make_node("Split", ["answers", "parts"], ["foreground", "offsets"], axis=1),
        helper.make_node("ReduceMean", ["image"], ["features"], axes=[2, 3], keepdims=0),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, "h", "w"])
    outputs = [
        helper.make_tensor_value_info("foreground", TensorProto.FLOAT, ["n", 1, "h", "w"]),
        helper.make_tensor_value_info("offsets", TensorProto.FLOAT, ["n", 2, "h", "w"]),
        helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 3]),
    ]
    graph = helper.make_graph(nodes, "discs", [image], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def main() -> None:
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "py")]
    from helpers.objects import draw_discs, segmenter_values
    from helpers.pictures import encoded

    FOLDER.mkdir(exist_ok=True)
    data = network()
    model = {"file": "model.onnx", "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    values = segmenter_values(tile_px=256)
    values |= {"id": "discs", "name": "Discs", "description": "Discs drawn by tests", "model": model}
    (FOLDER / "model.onnx").write_bytes(data)
    (FOLDER / "two.png").write_bytes(encoded(draw_discs(60, 80, [(20, 15, 5), (30, 60, 7)])))
    (FOLDER / "pack.json").write_text(json.dumps(values, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
