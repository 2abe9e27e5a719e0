"""Bare imports become relative paths, and only what is imported is carried along."""

from __future__ import annotations

from pathlib import Path

import pytest

from insitu_build.modules import Module, reached, rewrite, vendor
from insitu_build.report import BuildError

pytestmark = pytest.mark.cpython_only


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('import { html } from "lit";', 'import { html } from "../../vendor/lit/index.js";'),
        ("import {x} from 'idb'", "import {x} from '../../vendor/idb/build/index.js'"),
        ('import"lit-html";', 'import"../../vendor/lit-html/lit-html.js";'),
        ('import uPlot from "uplot";', 'import uPlot from "../../vendor/uplot/dist/uPlot.esm.js";'),
        ('await import("client-zip")', 'await import("../../vendor/client-zip/index.js")'),
        ('export * from "pyodide";', 'export * from "../../runtime/pyodide/pyodide.mjs";'),
        (
            'import { repeat } from "lit/directives/repeat.js";',
            'import { repeat } from "../../vendor/lit/directives/repeat.js";',
        ),
    ],
)
def test_bare_names_become_relative(before: str, after: str) -> None:
    assert rewrite(before, "js/views/app.js")[0] == after


@pytest.mark.parametrize(
    "text",
    [
        'import "./own.js";',
        "const shim = `import ${JSON.stringify(url)};`;",
        '/** @typedef {import("onnxruntime-common").Tensor} Tensor */',
        ' /**\n * @param {import("./protocol.js").Stage} stage\n */',
        '// taken from "nowhere"',
        'const a = /** @type {import("nowhere").Thing} */ (b);',
        'accept="image/*"',
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert rewrite(text, "js/main.js") == (text, [])


def test_an_unknown_name_stops_the_build() -> None:
    with pytest.raises(BuildError, match=r"js/main\.js imports 'left-pad'"):
        rewrite('import pad from "left-pad";', "js/main.js")


def test_imports_are_followed_across_packages(tmp_path: Path) -> None:
    for path, text in {
        "lit/index.js": 'import"lit-html";export*from"./more.js";\n//# sourceMappingURL=index.js.map\n',
        "lit/more.js": "export const more = 1;",
        "lit/unused.js": "",
        "lit-html/lit-html.js": "export const html = 1;",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    files = vendor([Module("lit", "index.js")], tmp_path)
    assert sorted(files) == ["vendor/lit-html/lit-html.js", "vendor/lit/index.js", "vendor/lit/more.js"]
    assert files["vendor/lit/index.js"] == b'import"../lit-html/lit-html.js";export*from"./more.js";\n'


def test_a_module_that_a_package_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"lit has no gone\.js"):
        vendor([Module("lit", "gone.js")], tmp_path)


def test_modules_are_reached_through_each_other_once() -> None:
    files = {
        "js/main.js": b'import "./a.js"; import "./lib/b.js"; /** @type {import("./types.js").T} */',
        "js/a.js": b'import "./lib/b.js"; import "./main.js";',
        "js/lib/b.js": b'export * from "../../vendor/c.js";',
        "vendor/c.js": b"",
        "js/unused.js": b"",
    }
    assert reached(files, "js/main.js") == ["js/main.js", "js/a.js", "js/lib/b.js", "vendor/c.js"]
