"""How long a network takes for one image, on one thread: natively, and as browsers run it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import numpy as np
import onnxruntime


def open_single(path: Path) -> onnxruntime.InferenceSession:
    """A session of one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def native_ms(path: Path, side: int, runs: int) -> float:
    """Least time of a square RGB image in onnxruntime."""
    session = open_single(path)
    image = np.full((1, 3, side, side), 0.5, np.float32)
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        session.run(None, {"image": image})
        times.append(time.perf_counter() - started)
    return min(times) * 1e3


def web_ms(path: Path, ort_web: Path, side: int, runs: int) -> float:
    """Least time in onnxruntime-web's CPU build under node; `ort_web` is the folder of the installed package."""
    script = Path(__file__).with_suffix(".mjs")
    command = ["node", str(script), str(ort_web), str(path), str(side), str(runs)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
