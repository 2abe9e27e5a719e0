"""Pages of other people: a second origin whose pages load Insitu from the first."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from insitu_build.embed import build_embed
from insitu_build.places import TESTS
from insitu_build.server import SiteServer

MODULE = """
import {{ Insitu, InsituError }} from "{site}insitu.js";
globalThis.Insitu = Insitu;
globalThis.makeFile = ([name, type, text]) =>
  new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], name, {{ type }});
globalThis.settle = (promise) =>
  promise.then(
    (value) => ({{ value }}),
    (error) => ({{ code: error.code, message: error.message, ours: error instanceof InsituError }}),
  );
document.documentElement.dataset.loaded = "yes";
"""
"""What the host's own script does; tests go on from there."""


def policy(site: SiteServer, **changes: str | None) -> str:
    """The content security policy that web/examples/README.md asks of a host that imports insitu.js."""
    directives: dict[str, str | None] = {
        "default-src": "'none'",
        "script-src": f"'self' {site.url} 'wasm-unsafe-eval'",
        "worker-src": "blob:",
        "connect-src": site.url,
    }
    directives |= {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items() if value is not None)


@contextmanager
def host_of(site: SiteServer, folder: Path, body: str = "", csp: str | None = None) -> Iterator[SiteServer]:
    """Another origin: its `url` has another host and another port than the site's."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="en"><title>Host</title><body>{body}<script type="module" src="host.js">'
        "</script></body></html>",
        "utf-8",
    )
    if not (folder / "host.js").exists():
        (folder / "host.js").write_text(MODULE.format(site=site.url), "utf-8")
    with Host(folder, headers={} if csp is None else {"Content-Security-Policy": csp}) as server:
        yield server


class Host(SiteServer):
    """Served by its number, so that it is another site than localhost too."""

    @property
    def url(self) -> str:
        return super().url.replace("localhost", "127.0.0.1")


def open_host(page: Page, host: SiteServer) -> None:
    page.goto(host.url)
    page.wait_for_selector("html[data-loaded]", state="attached")


def file_of(name: str, data: bytes, kind: str = "image/png") -> list[str]:
    """A file as `makeFile` of the host takes it."""
    return [name, kind, base64.b64encode(data).decode()]


def analyse_all(page: Page, files: Sequence[Sequence[str]], options: str = "{}") -> list[dict[str, Any]]:
    """Load, analyse all files at once, dispose; each result's `value`, or the `code` of its error."""
    found: list[dict[str, Any]] = page.evaluate(
        f"""async (files) => {{
          const insitu = Insitu.open({options});
          const settled = await Promise.all(files.map((file) => settle(insitu.analyse(makeFile(file)))));
          insitu.dispose();
          return settled;
        }}""",
        list(files),
    )
    return found


def paths(server: SiteServer) -> list[str]:
    """What was asked of a server, without queries."""
    return [request.path.split("?")[0].removeprefix(server.sub_path) for request in server.requests]


def add_shapes(dist: Path, version: str = "1.2.0") -> None:
    """Give a built site the small pack `shapes` of the tests, as its default, beside its own."""
    folder = dist / "packs" / "shapes"
    folder.mkdir(parents=True, exist_ok=True)
    source = TESTS / "data" / "shapes"
    values = json.loads((source / "pack.json").read_text("utf-8"))
    (folder / "pack.json").write_text(json.dumps({**values, "version": version}), "utf-8")
    (folder / "model.onnx").write_bytes((source / "model.onnx").read_bytes())
    index = json.loads((dist / "packs" / "index.json").read_text("utf-8"))
    index = {"default": "shapes", "packs": sorted({*index["packs"], "shapes"})}
    (dist / "packs" / "index.json").write_text(json.dumps(index), "utf-8")
    files = {
        path.relative_to(dist).as_posix(): path.read_bytes() for path in dist.rglob("*") if path.is_file()
    }
    for address, data in build_embed(files).items():
        (dist / address).write_bytes(data)
