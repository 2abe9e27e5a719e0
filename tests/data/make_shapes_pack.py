"""Write the tiny pack `tests/data/shapes`: the mean of each colour channel decides.

Run with the `onnx` package installed: `python tests/data/make_shapes_pack.py`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

TESTS = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "shapes"


def network() -> bytes:
    """Logits = 20 x mean of red, green, blue; features = those means."""
    weights = numpy_helper.from_array(20 * np.eye(3, dtype=np.float32), "weights")
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("MatMul", ["features", "weights"], ["logits"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, "h", "w"])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3]) for name in ("logits", "features")
    ]
    graph = helper.make_graph(nodes, "shapes", [image], outputs, [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def main() -> None:
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "py")]
    from helpers.packs import pack_values

    FOLDER.mkdir(exist_ok=True)
    data = network()
    model = {"file": "model.onnx", "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    (FOLDER / "model.onnx").write_bytes(data)
    (FOLDER / "pack.json").write_text(json.dumps(pack_values(model=model), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
