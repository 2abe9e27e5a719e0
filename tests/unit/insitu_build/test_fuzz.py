from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insitu.decode import decode
from insitu.decode.families import FAMILIES
from insitu.decode.sniff import sniff
from insitu_build.fuzz.campaign import Outcome, report, run_campaign
from insitu_build.fuzz.mutate import mutate
from insitu_build.fuzz.seeds import readers, seeds
from insitu_build.fuzz.target import ARCHIVE, Watch, kind_of, scale_limits, target_of
from insitu_build.report import BuildError

pytestmark = pytest.mark.cpython_only

SEEDS = {name: seeds(name) for name in (*FAMILIES, ARCHIVE)}


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a fuzzer, for one test."""
    import insitu.decode.limits as limits

    for name in ("LIMIT_PX", "LIMIT_BYTES"):
        monkeypatch.setattr(limits, name, getattr(limits, name))
    scale_limits()
    assert limits.LIMIT_PX == 4_000_000


@pytest.mark.parametrize("family", sorted(set(SEEDS) - {ARCHIVE}))
def test_every_family_has_seeds_that_its_reader_reads(family: str) -> None:
    assert SEEDS[family]
    for data in SEEDS[family]:
        assert sniff(data) == family
        assert decode(data).pixels_hwc.size


@pytest.mark.filterwarnings("ignore")  # libraries say what they put right
@pytest.mark.parametrize("reader", sorted(SEEDS))
@settings(max_examples=40, derandomize=True, deadline=None, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(choice=st.integers(0, 99), seed=st.integers(0, 2**32 - 1))
def test_a_damaged_file_is_an_image_or_is_refused(
    small_limits: None, reader: str, choice: int, seed: int
) -> None:
    files = SEEDS[reader]
    target_of(reader)(mutate(files[choice % len(files)], random.Random(seed)))


@pytest.mark.filterwarnings("ignore")  # libraries say what they put right
@pytest.mark.parametrize("reader", sorted(SEEDS))
@settings(max_examples=20, derandomize=True, deadline=None, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    choice=st.integers(0, 99), edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8)), min_size=1)
)
def test_a_file_with_bytes_written_over_is_an_image_or_is_refused(
    small_limits: None, reader: str, choice: int, edits: list[tuple[float, bytes]]
) -> None:
    data = bytearray(SEEDS[reader][choice % len(SEEDS[reader])])
    for share, patch in edits:
        place = int(share * len(data))
        data[place : place + len(patch)] = patch
    target_of(reader)(bytes(data))


def test_damage_is_the_same_for_the_same_seed_and_never_grows_beyond_its_limit() -> None:
    data = bytes(range(256)) * 4
    damaged = [mutate(data, random.Random(seed)) for seed in range(200)]
    assert damaged == [mutate(data, random.Random(seed)) for seed in range(200)]
    assert len(set(damaged)) > 190
    assert len(mutate(bytes(1 << 20), random.Random(1))) <= 1 << 16


def test_readers_are_families_their_modules_and_archives() -> None:
    assert readers()["raster"] == ("jpeg", "png", "gif", "bmp", "webp")
    assert readers()["tiff"] == ("tiff",)
    assert ARCHIVE in readers()
    with pytest.raises(BuildError, match="There is no reader tif;.* tiff"):
        seeds("tif")


def test_one_input_of_each_kind_of_mistake_is_kept(tmp_path: Path) -> None:
    def target(data: bytes) -> None:
        if data.startswith(b"k"):
            raise KeyError(data)
        if data.startswith(b"v"):
            raise ValueError(data)

    watch = Watch(target, tmp_path)
    for data in (b"k1", b"k2", b"v1", b"good"):
        watch(data)
    assert watch.executions == 4
    kept = {path.stem.split("-")[0]: path.read_bytes() for path in tmp_path.glob("*.bin")}
    assert kept == {"KeyError": b"k1", "ValueError": b"v1"}
    assert "in target" in next(tmp_path.glob("KeyError*.txt")).read_text("utf-8")


def test_what_takes_too_long_is_a_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insitu_build.fuzz.target.TIME_LIMIT_S", -1.0)
    Watch(lambda data: None, tmp_path)(b"slow")
    assert (tmp_path / "slow.bin").read_bytes() == b"slow"


def test_the_same_mistake_has_one_name_wherever_it_came_from() -> None:
    def fail(text: str) -> Exception:
        try:
            raise RuntimeError(text)
        except RuntimeError as error:
            return error

    assert kind_of(fail("a")) == kind_of(fail("b"))
    assert kind_of(fail("a")).startswith("RuntimeError-outside-")


def test_a_campaign_by_chance_runs_a_reader_and_counts(tmp_path: Path) -> None:
    outcome = run_campaign("gif", 3, tmp_path / "finds", tmp_path / "corpus", coverage=False)
    assert outcome.executions > 10
    assert outcome.finds == ()
    assert [path.read_bytes() for path in (tmp_path / "corpus").iterdir()] == SEEDS["gif"]


def test_a_worker_that_dies_leaves_its_input_as_a_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    died = tmp_path / "died.py"
    died.write_text(
        "import sys, pathlib\n"
        "pathlib.Path(sys.argv[-1], 'crash-123').write_bytes(b'deadly')\n"
        "print('why')\n"
        "sys.exit(77)\n"
    )

    def run_stub(reader: str, corpus: Path, finds: Path, *args: object) -> list[str]:
        import sys

        return [sys.executable, str(died), str(finds)]

    monkeypatch.setattr("insitu_build.fuzz.campaign.worker_command", run_stub)
    outcome = run_campaign("gif", 1, tmp_path / "finds", tmp_path / "corpus", coverage=True)
    (find,) = outcome.finds
    assert find.name.startswith("crash-") and find.read_bytes() == b"deadly"
    assert find.with_suffix(".txt").read_text("utf-8").strip() == "why"


def test_the_report_names_every_find() -> None:
    text = report(Outcome("tiff", 60.4, 1234, (Path("finds/slow.bin"),), coverage=True))
    assert text.splitlines() == [
        "tiff: 1234 executions in 60 s (guided by coverage), 1 finds",
        "  finds/slow.bin",
    ]
