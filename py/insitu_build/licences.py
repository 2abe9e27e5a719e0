"""THIRD-PARTY.txt: names, versions and licences of all that the site carries and is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from .modules import PACKAGES
from .wheels import read_zip

_LINE = "\n" + "=" * 78 + "\n"

_MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

_RUNTIMES = {
    "onnxruntime-web": f"Copyright (c) Microsoft Corporation\n\n{_MIT}",
    "pyodide": "The text of the Mozilla Public License 2.0 stands below, with micropip.\n"
    "Source code: github.com/pyodide/pyodide.\n"
    "Pyodide contains Python, Copyright (c) 2001 Python Software Foundation, under the PSF License Version 2\n"
    "(docs.python.org/3/license.html).",
}
"""Their npm packages carry no licence text."""


def third_party(files: Mapping[str, bytes], modules: Path, models: Path) -> bytes:
    """The text for the site `files`; `modules` is the folder of npm's packages, `models` that of packs."""
    networks = [path.read_text("utf-8") for path in sorted(models.glob("*/THIRD-PARTY.txt"))]
    parts = ["Insitu carries the following software.", *_npm(files, modules), *_wheels(files), *networks]
    return (_LINE.join(part.strip() for part in parts if part.strip()) + "\n").encode()


def _npm(files: Mapping[str, bytes], modules: Path) -> Iterator[str]:
    carried = [name for name in PACKAGES if any(file.startswith(f"vendor/{name}/") for file in files)]
    for name in sorted([*carried, *_RUNTIMES]):
        about = json.loads((modules / name / "package.json").read_text("utf-8"))
        yield f"{name} {about['version']} ({about['license']})"
        texts = [path.read_text("utf-8") for path in sorted((modules / name).glob("LICENSE*"))]
        yield "\n".join(texts) or _RUNTIMES[name]


def _wheels(files: Mapping[str, bytes]) -> Iterator[str]:
    for address in sorted(files):
        if address.endswith(".whl") and not address.startswith("runtime/pyodide/insitu-"):
            yield " ".join(address.rsplit("/", 1)[-1].split("-")[:2])
            for path, data in sorted(read_zip(files[address]).items()):
                if ".dist-info/" in path and "licen" in path.lower():
                    yield data.decode("utf-8", "replace")
