from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.pictures import encoded, gradient
from numpy.typing import NDArray
from PIL import Image

from insitu_build.bench import decode as bench_decode
from insitu_build.bench import readers
from insitu_build.bench.measure.decoding import Decoding, fingerprint, layout, measure
from insitu_build.bench.measure.desktop import desktop_pixels, equal_values
from insitu_build.bench.measure.odd_files import PageOutcome
from insitu_build.drawn import DrawnFile, draw

pytestmark = pytest.mark.cpython_only


NOISE = np.random.default_rng(1).integers(0, 256, (20, 20, 3), np.uint8)


class Decoder:
    """CPython in the place of the browser; optionally with answers of its own."""

    lost = 0

    def __init__(self, **changed: Any) -> None:
        self._changed = changed

    def measure(self, data: bytes, repeats: int) -> Decoding:
        found: dict[str, Any] = {**measure(data, repeats), **self._changed}
        return found  # type: ignore[return-value]


@pytest.fixture(scope="module")
def drawn() -> list[DrawnFile]:
    return list(draw(24))


def test_drawn_files_have_names_of_their_own_and_the_same_pixels_each_time(drawn: list[DrawnFile]) -> None:
    assert len({file.name for file in drawn}) == len(drawn) > 60
    again = {file.name: file.pixels_hwc for file in draw(24)}
    for file in drawn:
        np.testing.assert_array_equal(again[file.name], file.pixels_hwc)


def test_a_measured_file_has_its_layout_the_hash_of_its_values_and_a_time() -> None:
    found = measure(encoded(gradient()), 3)
    assert (found["code"], found["layout"]) == ("", "9 x 12 x 3 uint8")
    assert found["sha256"] == fingerprint(gradient())
    assert found["ms"] > 0


def test_a_refused_file_has_its_code_and_sentence() -> None:
    found = measure(b"words", 1)
    assert found["code"] == "image/unsupported"
    assert "not an image" in found["message"]


def test_the_hash_is_of_values_whatever_their_byte_order_and_the_layout_tells_types_apart() -> None:
    values = np.arange(6, dtype="<u2").reshape(1, 3, 2)
    assert fingerprint(values) == fingerprint(values.astype(">u2"))
    assert layout(values) != layout(values.astype(np.uint32))


def test_desktop_pixels_are_upright_and_looked_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    np.testing.assert_array_equal(desktop_pixels(encoded(gradient(), exif=exif)), gradient()[::-1, ::-1])
    indexed = Image.fromarray(gradient()).quantize(8)
    np.testing.assert_array_equal(desktop_pixels(encoded(indexed)), np.asarray(indexed.convert("RGB")))
    assert desktop_pixels(b"words") is None


def test_values_are_compared_whatever_their_type() -> None:
    ones: NDArray[Any] = np.ones((2, 2, 1), np.uint8)
    assert equal_values(ones, ones.astype(np.float64))
    assert not equal_values(ones, ones * 2)
    assert not equal_values(ones, np.ones((2, 2, 3)))
    assert equal_values(np.full((1, 1, 1), np.nan), np.full((1, 1, 1), np.nan))


def table_of(
    monkeypatch: pytest.MonkeyPatch, files: list[DrawnFile], decoder: Decoder
) -> tuple[list[list[str]], bool]:
    monkeypatch.setattr(readers, "draw", lambda side: files)
    return readers.drawn_rows(decoder)  # type: ignore[arg-type]


def test_every_drawn_file_is_equal_in_cpython(
    drawn: list[DrawnFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, good = table_of(monkeypatch, drawn, Decoder())
    assert [row for row in rows if row[2:] != ["equal", "equal"]] == []
    assert good


def test_other_pixels_and_refusals_are_told(drawn: list[DrawnFile], monkeypatch: pytest.MonkeyPatch) -> None:
    first = drawn[:1]
    rows, good = table_of(monkeypatch, first, Decoder(sha256="another"))
    assert (rows[0][2:], good) == (["equal", "DIFFERENT"], False)
    rows, good = table_of(monkeypatch, first, Decoder(code="image/corrupt", message="Broken."))
    assert (rows[0][2:], good) == (["equal", "refused: image/corrupt (Broken.)"], False)
    wrong = DrawnFile("png", "wrong", 8, first[0].data, first[0].pixels_hwc + 1)
    assert table_of(monkeypatch, [wrong], Decoder())[0][0][2] == "DIFFERENT"


def test_only_the_files_of_the_index_are_compared(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "licence.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert len(readers._listed(tmp_path)) == 3
    (tmp_path / "index.csv").write_text("file,bytes\nb.png,1\n", "utf-8")
    assert readers._listed(tmp_path) == [tmp_path / "b.png"]


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (encoded(gradient()), "equal"),
        (b"words", "refused by both"),
        (encoded(NOISE)[:300], "refused by both"),
        (encoded(gradient(), "PPM")[:-5], "refused by both"),
        (encoded(gradient(), "AVIF"), "refused here: image/unsupported"),
    ],
    ids=["png", "text", "cut", "cut ppm", "avif"],
)  # fmt: skip
def test_the_verdict_on_an_odd_file(data: bytes, verdict: str) -> None:
    assert readers._verdict(data, measure(data, 1)) == verdict


def test_the_report_on_odd_files_counts_and_names_what_is_not_simply_equal() -> None:
    good, bad = measure(encoded(gradient()), 1), measure(b"words", 1)
    odd = [
        readers.Odd("0.png", "equal", good, good),
        readers.Odd("1.avif", "refused here: image/unsupported", bad, bad),
        readers.Odd("2.png", "equal", good, {**good, "sha256": "another"}),
    ]
    outcome = PageOutcome(
        {"0.png": "", "1.avif": "image/unsupported", "2.png": ""}, {}, ("2.png", 1.25), 0, ()
    )
    text = readers.odd_report(odd, outcome, 0)
    assert "3 odd files. Engines lost: 0." in text and "Longest: 1.2 s (2.png)." in text
    assert "| done | 2 |" in text and "| image/unsupported | 1 |" in text
    assert "| 1.avif |" in text and "| 2.png | equal | 9 x 12 x 3 uint8 | DIFFERENT |" in text
    assert "| 0.png |" not in text


def test_milliseconds_a_megapixel_and_their_ratio(drawn: list[DrawnFile]) -> None:
    file = drawn[0]
    found = measure(file.data, 1)
    per_megapixel = bench_decode._per_megapixel({**found, "ms": 2.0}, file)
    assert per_megapixel == pytest.approx(2e6 / 24**2)
    assert bench_decode._per_megapixel({**found, "code": "image/corrupt"}, file) is None
    rows = [bench_decode.Row(file, 30.0, 10.0), bench_decode.Row(file, None, 10.0)]
    text = bench_decode.report(rows, 24, 1, "this machine")
    assert "| 30.0 | 10.0 | 3.0 |" in text and "| - | 10.0 | - |" in text
    assert "The middle ratio is 3.00." in text


def test_pillow_itself_reads_what_is_drawn_with_pillow(drawn: list[DrawnFile]) -> None:
    for file in drawn:
        if file.family in ("png", "gif", "bmp", "webp", "tga", "pcx", "sgi"):
            with Image.open(io.BytesIO(file.data)) as image:
                assert image.size == (24, 24)
