"""PyTorch once more, on real images. Needs torch and the images, which the product needs neither of."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from insitu.decode import decode
from insitu.display import display
from insitu.pack_types import ClassifyRecipe, Geometry, Pack
from insitu.packs import load_pack
from insitu.prepare import prepare

pytestmark = pytest.mark.cpython_only

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "models" / "blood-cells"
ORIGINALS = ROOT.parent / "shared" / "data" / "blood_cells" / "original"

TEXTBOOK_LIMIT = 2e-6
"""Eight units in the last place of a float32 between 2 and 4, where normalised bytes end."""

LIMIT = 1e-4
"""Of logits and probabilities: PyTorch and onnxruntime add up in different orders."""


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is not installed, and build.py never installs it")


@pytest.fixture(scope="module")
def originals() -> list[Path]:
    files = sorted(ORIGINALS.glob("*/*.jpg"))
    if not files:
        pytest.skip("the original images are not beside this checkout (../shared/data/blood_cells/original)")
    assert len(files) == 96
    return files


def test_ninety_six_originals_give_the_same_in_pytorch_and_in_insitu(
    torch: Any, originals: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from insitu_build.bench.measure.equality import native_outcomes

    pack = load_pack(FOLDER)
    recipe = pack.recipe_as(ClassifyRecipe)
    network = _network()
    ours = native_outcomes(FOLDER, [str(file) for file in originals])
    gaps: dict[str, list[float]] = {"tensor": [], "logits": [], "probabilities": []}
    labels_differ = 0
    for file, outcome in zip(originals, ours, strict=True):
        textbook = _textbook(torch, file, pack)
        insitus = prepare(display(decode(file.read_bytes())), recipe.geometry, pack.operations)
        with torch.inference_mode():
            logits = network(textbook)[0][0]
        probabilities = torch.softmax(logits.double() / recipe.temperature, 0)
        gaps["tensor"].append(np.abs(textbook.numpy() - insitus).max())
        gaps["logits"].append(np.abs(logits.numpy() - outcome.logits).max())
        gaps["probabilities"].append(np.abs(probabilities.numpy() - outcome.probabilities).max())
        labels_differ += pack.classes[int(logits.argmax())].id != outcome.label
    largest = {name: float(max(values)) for name, values in gaps.items()}
    with capsys.disabled():
        print(
            f"\n96 originals, PyTorch and Insitu: largest differences {largest}, {labels_differ} labels differ"
        )
    assert largest["tensor"] <= TEXTBOOK_LIMIT
    assert largest["logits"] <= LIMIT
    assert largest["probabilities"] <= LIMIT
    assert labels_differ == 0


def _network() -> Any:
    """The module and the weights that the pack's network was exported from."""
    spec = importlib.util.spec_from_file_location("blood_cells_network", FOLDER / "network.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:  # dataclasses look their module up by name
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module.load_weights(FOLDER / "weights.npz")


def _textbook(torch: Any, file: Path, pack: Pack) -> Any:
    """(x / 255 - mean) / std as a textbook writes it, sharing no code with Insitu. (1, 3, h, w) float32."""
    (values,) = (step.kwargs for step in pack.operations if step.id == "fixed_zero_mean_unit_variance")
    with Image.open(file) as opened:
        picture = _fit(opened.convert("RGB"), pack.recipe_as(ClassifyRecipe).geometry)
    x = torch.from_numpy(np.array(picture)).permute(2, 0, 1).to(torch.float32)
    mean, std = (torch.tensor(values[name]).view(3, 1, 1) for name in ("mean", "std"))
    return ((x / 255 - mean) / std)[None]


def _fit(picture: Image.Image, geometry: Geometry) -> Image.Image:
    resampling = Image.Resampling[geometry.filter.upper()]
    if geometry.fit == "stretch":
        return picture.resize((geometry.width, geometry.height), resampling)
    assert geometry.fit == "crop"
    assert geometry.shorter_side is not None
    shorter = min(picture.size)
    width, height = (int(side * geometry.shorter_side / shorter) for side in picture.size)
    picture = picture.resize((width, height), resampling, reducing_gap=geometry.reducing_gap)
    left, top = round((width - geometry.width) / 2), round((height - geometry.height) / 2)
    return picture.crop((left, top, left + geometry.width, top + geometry.height))
