from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image, JpegImagePlugin

from insitu_build.bench.measure.equality import Outcome, compare
from insitu_build.bench.measure.onnx_file import large_network
from insitu_build.bench.measure.photographs import draw_photograph
from insitu_build.bench.measure.plain_page import Variant
from insitu_build.bench.measure.tables import table

pytestmark = pytest.mark.cpython_only


def test_a_large_network_is_one_that_onnxruntime_can_run() -> None:
    network = large_network(layers=2, channels=16, side=8)
    assert len(network) > 2 * 16 * 16 * 9 * 4
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    (pooled,) = session.run(None, {"image": np.ones((1, 3, 8, 8), np.float32)})
    assert pooled.shape == (1, 16, 1, 1)
    assert np.isfinite(pooled).all()
    assert pooled.max() > 0


def test_photographs_are_as_a_camera_writes_them_and_differ(tmp_path: Path) -> None:
    files = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    for seed, file in enumerate(files):
        draw_photograph(file, seed)
    with Image.open(files[0]) as image:
        assert image.size == (1024, 1024)
        assert JpegImagePlugin.get_sampling(image) == 2  # 4:2:0
    assert files[0].read_bytes() != files[1].read_bytes()


def test_differences_are_counted_where_bits_must_be_equal_and_measured_elsewhere() -> None:
    one = Outcome("a.png", "p", "t", (1.0, 2.0), (0.25, 0.75), "star")
    other = replace(one, tensor_sha256="x", logits=(1.5, 2.0), probabilities=(0.5, 0.5), label="disc")
    same = compare([one], [one])
    assert (same.pixels_differ, same.tensors_differ, same.logits, same.labels_differ) == (0, 0, 0.0, 0)
    found = compare([one, one], [one, other])
    assert (found.files, found.pixels_differ, found.tensors_differ, found.labels_differ) == (2, 0, 1, 1)
    assert (found.logits, found.probabilities) == (0.5, 0.25)


def test_a_variant_says_what_it_is() -> None:
    assert Variant(workers=0, threads=1, ahead=0).name == "JavaScript, main thread, 1 thread"
    assert Variant(workers=2, threads=2, ahead=2).name == "JavaScript, 2 workers, 2 threads, decodes ahead"


def test_a_table_has_text_on_the_left_and_figures_on_the_right() -> None:
    assert table(["what", "ms"], [["one", "1.5"]]) == "| what | ms |\n| --- | ---: |\n| one | 1.5 |"
