"""How long a network takes for one batch, on one thread: natively, and as browsers run it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import numpy as np
import onnxruntime

Shape = tuple[int, int, int, int]
"""Images, channels, rows, columns."""


def open_single(path: Path) -> onnxruntime.InferenceSession:
    """A session of one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def rgb_shape(side: int) -> Shape:
    """Of one square RGB image."""
    return (1, 3, side, side)


def native_ms(path: Path, shape: Shape, runs: int) -> float:
    """Least time of one run in onnxruntime; `shape` is that of the input."""
    session = open_single(path)
    image = np.full(shape, 0.5, np.float32)
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        session.run(None, {"image": image})
        times.append(time.perf_counter() - started)
    return min(times) * 1e3


def web_ms(path: Path, ort_web: Path, shape: Shape, runs: int) -> float:
    """Least time in onnxruntime-web's CPU build under node; `ort_web` is the folder of the installed package."""
    script = Path(__file__).with_suffix(".mjs")
    command = ["node", str(script), str(ort_web), str(path), str(runs), *map(str, shape)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
