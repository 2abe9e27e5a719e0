"""The API on pages of another origin: what it answers, what it asks of the network, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.embed_fixtures import colour, embed_dist, host, insitu
from helpers.hosts import analyse_all, file_of, host_of, open_host, paths, policy
from helpers.page import until
from playwright.sync_api import Page, Request

from insitu_build.places import MODELS
from insitu_build.server import Fault, SiteServer

__all__ = ["embed_dist", "host", "insitu"]

SAMPLE = MODELS / "blood-cells" / "samples" / "drawn-basophil-1.png"
RED, GREEN, BLUE, GREY = (
    file_of("photo.png", colour(*values))
    for values in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128))
)


def test_a_page_of_another_origin_gets_the_class_of_an_image(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    open_host(page, host)
    (found,) = analyse_all(page, [file_of("cell.png", SAMPLE.read_bytes())], "{ pack: 'blood-cells' }")
    result = found["value"]
    assert (result["state"], result["label"], result["name"]) == ("accepted", "basophil", "Basophil")
    assert result["reason"] is None
    assert (result["width"], result["height"]) == (360, 363)
    assert result["pack"] == {"id": "blood-cells", "version": "1.0.0"}
    assert result["score"] == max(result["probabilities"].values()) > 0.9
    assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_a_result_below_the_threshold_is_uncertain_and_says_between_which(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    open_host(page, host)
    grey, red = analyse_all(page, [GREY, RED])
    assert grey["value"]["state"] == "uncertain"
    assert len(grey["value"]["reason"]["between"]) == 2
    assert (red["value"]["state"], red["value"]["label"]) == ("accepted", "disc")
    assert [found["value"]["state"] for found in analyse_all(page, [GREY], "{ threshold: 0.3 }")] == [
        "accepted"
    ]


def test_a_slow_device_gets_the_same_answer(page: Page, insitu: SiteServer, host: SiteServer) -> None:
    files = [file_of("cell.png", SAMPLE.read_bytes()), RED]
    open_host(page, host)
    answers = analyse_all(page, files, "{ pack: 'blood-cells' }")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    open_host(page, host)
    assert analyse_all(page, files, "{ pack: 'blood-cells' }") == answers
    assert answers[0]["value"]["label"] == "basophil"


def test_images_given_before_it_is_loaded_wait_in_their_order(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    open_host(page, host)
    order = page.evaluate(
        """async (files) => {
          const insitu = Insitu.open();
          const before = insitu.pack;
          const order = [];
          await Promise.all(files.map((file) => insitu.analyse(makeFile(file)).then(({ label }) => order.push(label))));
          return [before, insitu.pack.id, ...order];
        }""",
        [BLUE, RED, GREEN, RED],
    )
    assert order == [None, "shapes", "star", "disc", "square", "disc"]


def test_an_engine_loads_only_what_it_uses(page: Page, insitu: SiteServer, host: SiteServer) -> None:
    open_host(page, host)
    analyse_all(page, [RED])
    asked = paths(insitu)
    assert len(asked) == len(set(asked))
    wheels = sorted(path.rsplit("/", 1)[1].split("-")[0] for path in asked if path.endswith(".whl"))
    assert wheels == ["imagecodecs", "insitu", "numpy", "pillow"]
    others = {path for path in asked if not path.endswith(".whl")}
    assert others == {
        "insitu.js",
        "embed/engine.js",
        "packs/shapes/pack.json",
        "packs/shapes/model.onnx",
        "runtime/ort/ort-wasm-simd-threaded.wasm",
        "runtime/pyodide/pyodide.asm.wasm",
        "runtime/pyodide/pyodide-lock.json",
        "runtime/pyodide/python_stdlib.zip",
    }


def test_nothing_reaches_either_origin_while_two_engines_analyse(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    open_host(page, host)
    page.evaluate("async () => { globalThis.insitu = await Insitu.load({ engines: 2 }); }")
    insitu.clear()
    host.clear()
    seen: list[str] = []

    def note(request: Request) -> None:
        if request.url.startswith("http"):
            seen.append(request.url)

    page.on("request", note)
    labels = page.evaluate(
        """async (files) => {
          const results = await Promise.all(files.map((file) => globalThis.insitu.analyse(makeFile(file))));
          return results.map(({ label }) => label);
        }""",
        [RED, GREEN] * 60,
    )
    assert labels == ["disc", "square"] * 60
    assert (insitu.requests, host.requests) == ([], [])
    assert [url for url in seen if not url.startswith(insitu.url + "runtime/")] == []


def test_progress_counts_the_bytes_that_this_visit_needs(
    page: Page, insitu: SiteServer, host: SiteServer
) -> None:
    open_host(page, host)
    told = page.evaluate(
        """async () => {
          const told = [];
          await Insitu.load({ onProgress: (progress) => told.push(progress) });
          return told;
        }"""
    )
    loaded = [entry["loaded"] for entry in told]
    assert loaded == sorted(loaded)
    assert loaded[0] == 0
    (total,) = {entry["total"] for entry in told}
    root = insitu.folder
    fetched = [path for path in paths(insitu) if path != "insitu.js"]
    assert loaded[-1] == total == sum((root / path).stat().st_size for path in fetched)
    assert [entry["phase"] for entry in told[:1] + told[-1:]] == ["loading", "ready"]


def test_what_ends_is_said_with_a_code(page: Page, insitu: SiteServer, host: SiteServer) -> None:
    open_host(page, host)
    found = page.evaluate(
        """async (file) => {
          const never = AbortSignal.abort();
          const loading = new AbortController();
          const aborted = settle(Insitu.load({ signal: loading.signal }));
          loading.abort();
          const insitu = await Insitu.load();
          const one = new AbortController();
          const cancelled = settle(insitu.analyse(makeFile(file), { signal: one.signal }));
          const kept = settle(insitu.analyse(makeFile(file)));
          one.abort();
          const answers = [await aborted, await settle(Insitu.load({ signal: never })),
            await cancelled, await settle(insitu.analyse(makeFile(file), { signal: never })), await kept];
          const pending = settle(insitu.analyse(makeFile(file)));
          insitu.dispose();
          return [...answers, await pending, await settle(insitu.analyse(makeFile(file)))].map(
            ({ value, code, ours }) => value?.label ?? [code, ours]);
        }""",
        RED,
    )
    cancelled = ["job/cancelled", True]
    assert found == [cancelled, cancelled, cancelled, cancelled, "disc", cancelled, cancelled]
    until(page, lambda: page.workers == [])


def test_two_packs_work_side_by_side(page: Page, insitu: SiteServer, host: SiteServer) -> None:
    open_host(page, host)
    found = page.evaluate(
        """async ([red, cell]) => {
          const [shapes, cells] = [Insitu.open({ pack: "shapes" }), Insitu.open({ pack: "blood-cells" })];
          const [disc, basophil] = [makeFile(red), makeFile(cell)];
          const asked = [shapes.analyse(disc), cells.analyse(basophil), shapes.analyse(disc)];
          const answers = await Promise.all(asked);
          return answers.map(({ label }) => label);
        }""",
        [RED, file_of("cell.png", SAMPLE.read_bytes())],
    )
    assert found == ["disc", "basophil", "disc"]


@pytest.mark.parametrize(
    ("pack", "code"), [("nothing", "pack/missing"), ("toString", "pack/missing"), ("nuclei", "pack/invalid")]
)
def test_a_pack_that_cannot_be_had_is_said_at_once(
    page: Page, insitu: SiteServer, host: SiteServer, pack: str, code: str
) -> None:
    open_host(page, host)
    found = page.evaluate(
        """async ([pack, file]) => {
          const insitu = Insitu.open({ pack });
          return [await settle(insitu.analyse(makeFile(file))), await settle(insitu.ready)].map(({ code }) => code);
        }""",
        [pack, RED],
    )
    assert found == [code, code]
    assert paths(insitu) == ["insitu.js"]


def test_the_documented_policy_is_enough(page: Page, insitu: SiteServer, tmp_path: Path) -> None:
    with host_of(insitu, tmp_path / "strict", csp=policy(insitu)) as strict:
        open_host(page, strict)
        (found,) = analyse_all(page, [RED])
    assert found["value"]["label"] == "disc"


@pytest.mark.parametrize(
    "lacks",
    [
        pytest.param({"connect_src": "'self'"}, id="connections"),
        pytest.param({"worker_src": "'none'"}, id="workers"),
        pytest.param({"script_src": "'self' SITE"}, id="WebAssembly"),
    ],
)
def test_a_policy_that_lacks_a_line_gives_a_code_instead_of_a_hang(
    page: Page, insitu: SiteServer, tmp_path: Path, lacks: dict[str, str]
) -> None:
    changed = {name: value.replace("SITE", insitu.url) for name, value in lacks.items()}
    with host_of(insitu, tmp_path / "strict", csp=policy(insitu, **changed)) as strict:
        open_host(page, strict)
        (found,) = analyse_all(page, [RED])
    assert (found["code"], found["ours"]) == ("engine/boot", True)


@pytest.mark.parametrize(
    "path", ["embed/engine.js", "runtime/pyodide/pyodide.asm.wasm", "packs/shapes/model.onnx"]
)
def test_a_file_that_is_not_what_the_build_made_is_refused_until_it_is(
    page: Page, insitu: SiteServer, host: SiteServer, path: str
) -> None:
    insitu.faults[path] = Fault(body=b"something else")
    open_host(page, host)
    (found,) = analyse_all(page, [RED])
    assert found["code"] == "engine/boot"
    del insitu.faults[path]
    (found,) = analyse_all(page, [RED])
    assert found["value"]["label"] == "disc"
