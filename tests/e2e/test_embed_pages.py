"""Pages of other people without scripts of their own: the element, the frame, and the example of an upload form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.embed_fixtures import colour, embed_dist, insitu
from helpers.hosts import file_of, host_of, paths, policy
from playwright.sync_api import FilePayload, Page, expect

from insitu_build.server import SiteServer

__all__ = ["embed_dist", "insitu"]

FRAME_HOST = """
const SITE = "{site}";
const frame = document.querySelector("iframe");
const waiting = new Map();
globalThis.heard = [];
addEventListener("message", ({{ source, origin, data }}) => {{
  if (source !== frame.contentWindow || origin !== new URL(SITE).origin || data?.insitu !== 1) return;
  globalThis.heard.push(data);
  if (data.kind === "result") waiting.get(data.id)?.(data.result);
  if (data.kind === "error") waiting.get(data.id)?.({{ code: data.code }});
}});
const send = (message) => frame.contentWindow.postMessage({{ insitu: 1, ...message }}, new URL(SITE).origin);
globalThis.send = send;
let last = 0;
globalThis.analyse = (file) =>
  new Promise((resolve) => {{
    waiting.set((last += 1), resolve);
    send({{ kind: "analyse", id: last, file }});
  }});
globalThis.makeFile = ([name, type, text]) =>
  new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], name, {{ type }});
document.documentElement.dataset.loaded = "yes";
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "host"
    made.mkdir()
    return made


def payload(name: str, data: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="image/png", buffer=data)


def framed(insitu: SiteServer, query: str = "") -> str:
    return f'<iframe src="{insitu.url}embed.html{query}" title="Insitu"></iframe>'


RED, BLUE = (file_of("photo.png", colour(*values)) for values in ((255, 0, 0), (0, 0, 255)))


def test_a_frame_serves_a_page_whose_policy_forbids_scripts_of_others(
    page: Page, insitu: SiteServer, folder: Path
) -> None:
    (folder / "host.js").write_text(FRAME_HOST.format(site=insitu.url), "utf-8")
    csp = f"default-src 'none'; script-src 'self'; frame-src {insitu.url}"
    with host_of(insitu, folder, body=framed(insitu, "?pack=shapes"), csp=csp) as host:
        page.goto(host.url)
        page.wait_for_load_state("load")
        found = page.evaluate(
            "(files) => Promise.all(files.map((file) => analyse(makeFile(file)).then(({ label }) => label)))",
            [RED, BLUE],
        )
        assert found == ["disc", "star"]
        bad = page.evaluate("analyse(new File([], 'empty.png'))")
        assert bad["code"] == "image/corrupt"
        kinds = page.evaluate("globalThis.heard.map(({ kind }) => kind)")
        assert {"progress", "ready", "result", "error"} == set(kinds)
        insitu.clear()
        assert page.evaluate("async (file) => (await analyse(makeFile(file))).label", RED) == "disc"
        assert insitu.requests == []


def test_a_frame_that_is_for_another_page_says_and_loads_nothing(
    page: Page, insitu: SiteServer, folder: Path
) -> None:
    (folder / "host.js").write_text(FRAME_HOST.format(site=insitu.url), "utf-8")
    body = framed(insitu, "?parent=https://somebody.example")
    with host_of(insitu, folder, body=body) as host:
        page.goto(host.url)
        page.wait_for_load_state("load")
        page.evaluate("send({ kind: 'hello' })")
        page.wait_for_timeout(1500)
        assert page.evaluate("globalThis.heard") == []
    assert set(paths(insitu)) <= {
        "embed.html",
        "css/embed.css",
        "embed/frame.js",
        "insitu.js",
        "icons/insitu.svg",
    }


def drop_body(attributes: str) -> str:
    return f"<form><insitu-drop {attributes}></insitu-drop><button>Send</button></form>"


def drop_host(insitu: SiteServer) -> str:
    return (
        f'import "{insitu.url}insitu-drop.js";\n'
        "globalThis.events = [];\n"
        "const note = ({ type, detail }) => globalThis.events.push([type, detail.result?.label ?? detail.code]);\n"
        'for (const type of ["insitu-result", "insitu-error"]) addEventListener(type, note);\n'
        'globalThis.fields = () => [...new FormData(document.querySelector("form"))];\n'
    )


def give(page: Page, files: list[FilePayload]) -> None:
    page.locator("insitu-drop input[type=file]").set_input_files(files)


def settled(page: Page, rows: int) -> None:
    expect(page.locator("insitu-drop li")).to_have_count(rows)
    expect(page.locator("insitu-drop li", has_text="Waits")).to_have_count(0, timeout=120_000)


def test_the_element_gives_its_classes_to_the_form_under_a_strict_policy(
    page: Page, insitu: SiteServer, folder: Path
) -> None:
    (folder / "host.js").write_text(drop_host(insitu), "utf-8")
    body = drop_body('pack="shapes" name="kind" multiple required')
    with host_of(insitu, folder, body=body, csp=policy(insitu)) as host:
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(host.url)
        assert page.evaluate("document.querySelector('form').checkValidity()") is False
        files = [("a.png", colour(255, 0, 0)), ("b.png", colour(128, 128, 128)), ("c.svg", b"<svg/>")]
        give(page, [payload(*file) for file in files[:2]])
        settled(page, 2)
        rows: list[Any] = page.locator("insitu-drop li").all_inner_texts()
        assert "Disc, 100 %" in rows[0]
        assert "Perhaps" in rows[1]
        assert page.evaluate("globalThis.fields()") == [["kind", "disc"], ["kind", ""]]
        assert page.evaluate("document.querySelector('form').checkValidity()") is False
        page.get_by_label("What does b.png show?").select_option("none")
        assert page.evaluate("globalThis.fields()") == [["kind", "disc"], ["kind", "none"]]
        assert page.evaluate("document.querySelector('form').checkValidity()") is True
        give(page, [payload(*files[2])])
        settled(page, 3)
        events = page.evaluate("globalThis.events")
        assert events[0] == ["insitu-result", "disc"]
        assert events[2] == ["insitu-error", "image/unsupported"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        expect(page.locator("insitu-drop [role=status]")).to_contain_text("This")
        page.keyboard.press("Tab")
        page.evaluate("document.querySelector('form').reset()")
        expect(page.locator("insitu-drop li")).to_have_count(0)


def test_files_can_be_dropped_on_the_element(page: Page, insitu: SiteServer, folder: Path) -> None:
    (folder / "host.js").write_text(drop_host(insitu), "utf-8")
    with host_of(insitu, folder, body=drop_body('name="kind" lazy')) as host:
        page.goto(host.url)
        page.wait_for_load_state("load")
        assert "embed/engine.js" not in paths(insitu)
        page.evaluate(
            """(text) => {
              const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([bytes], "dropped.png"));
              const area = document.querySelector("insitu-drop").shadowRoot.querySelector("[part=area]");
              area.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
            }""",
            RED[2],
        )
        settled(page, 1)
        assert page.evaluate("globalThis.fields()") == [["kind", "disc"]]


def test_the_example_scales_and_tags_photos_and_asks_where_it_is_not_sure(
    page: Page, insitu: SiteServer
) -> None:
    page.goto(f"{insitu.url}examples/upload-form/?pack=shapes")
    photo = colour(0, 255, 0, side=2000)
    page.locator("#photos").set_input_files([payload("a.png", photo), payload("b.png", colour(99, 99, 99))])
    question = page.get_by_label("What does b.png show?")
    question.wait_for(timeout=120_000)
    expect(page.locator("#status")).to_contain_text("Please say what one photo shows")
    assert page.locator("#submit").is_disabled()
    insitu.clear()
    question.select_option("star")
    page.locator("#submit").click()
    cells = page.locator("#fields td").all_inner_texts()
    fields = list(zip(cells[::2], cells[1::2], strict=True))
    kinds = sorted(value for field, value in fields if field == "kind")
    assert kinds == ["square", "star"]
    assert sorted(value for field, value in fields if field == "said_by") == ["network", "person"]
    assert [value.split(",")[0] for field, value in fields if field == "photo" and value.startswith("a")] == [
        "a.jpg"
    ]
    assert insitu.requests == []
