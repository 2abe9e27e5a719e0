"""The package as `pip install .` leaves it, used from a folder that knows nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.cpython_only

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "models" / "blood-cells" / "samples"

IN_A_LOOP = """
import asyncio, sys
from insitu import analyse, load_pack

async def main():
    pack = load_pack("blood-cells")
    analysis = await analyse(sys.argv[1], pack)
    result = analysis.result
    print(result.label, f"{result.score:.4f}", len(result.probabilities))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed package; dependencies are those of this environment."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--quiet", "--target", str(target), str(ROOT)], check=True)
    return target


def run(installed: Path, elsewhere: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_package_brings_its_pack(installed: Path, tmp_path: Path) -> None:
    where = run(
        installed, tmp_path, "-c", "import insitu; print(insitu.__file__, *insitu.find_packs().values())"
    )
    assert all(Path(path).is_relative_to(installed) for path in where.stdout.split())
    assert "blood-cells" in where.stdout


def test_every_pack_of_the_package_can_be_loaded(installed: Path, tmp_path: Path) -> None:
    code = "import insitu; print(*[insitu.load_pack(name).id for name in insitu.find_packs()])"
    packs = {path.parent.name for path in (ROOT / "models").glob("*/rdf.yaml")}
    assert set(run(installed, tmp_path, "-c", code).stdout.split()) == packs


def test_it_analyses_inside_an_event_loop(installed: Path, tmp_path: Path) -> None:
    sample = sorted(SAMPLE.glob("*.png"))[0]
    label, score, classes = run(installed, tmp_path, "-c", IN_A_LOOP, str(sample)).stdout.split()
    assert label
    assert 0 < float(score) <= 1
    assert classes == "8"


def test_the_command_writes_the_same_table_as_the_checkout(installed: Path, tmp_path: Path) -> None:
    arguments = ["-m", "insitu", "predict", str(SAMPLE), "--pack", "blood-cells"]
    from_install = run(installed, tmp_path, *arguments).stdout
    from_checkout = run(ROOT / "py", tmp_path, *arguments).stdout
    assert from_install == from_checkout
    assert len(from_install.splitlines()) == 1 + len(list(SAMPLE.glob("*.png")))


def test_the_package_says_that_it_is_typed(installed: Path) -> None:
    assert (installed / "insitu" / "py.typed").is_file()
