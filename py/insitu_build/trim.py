"""What of each wheel the site carries: what the analysis uses, licences, and byte code instead of sources.

`build.py test` runs the unit tests inside Pyodide against the wheels that come out of this.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from .node import find_node, run_node
from .places import cache, write_atomically
from .report import say
from .wheels import pack_zip, read_zip

STDLIB = "python_stdlib.zip"

_NEVER = ("*.pyi", "*.pxd", "*.pyx", "*.h", "*/tests/*", "*/py.typed", "*.dist-info/entry_points.txt")

_DROP = {
    "numpy": (
        *(
            "numpy/_configtool.py",
            "numpy/_pyinstaller/*",
            "numpy/char/*",
            "numpy/conftest.py",
            "numpy/core/*",
        ),
        *("numpy/ctypeslib/*", "numpy/doc/*", "numpy/f2py/*", "numpy/fft/*", "numpy/matlib.py"),
        *("numpy/polynomial/*", "numpy/random/*", "numpy/rec/*", "numpy/strings/*", "numpy/testing/*"),
        *("numpy/_core/_multiarray_tests.*", "numpy/_core/_rational_tests.*", "numpy/_core/_simd.*"),
        *(
            "numpy/_core/_operand_flag_tests.*",
            "numpy/_core/_struct_ufunc_tests.*",
            "numpy/_core/_umath_tests.*",
        ),
        *(
            "numpy/_core/include/*",
            "numpy/_core/lib/*",
            "numpy/linalg/lapack_lite.*",
            "numpy/_utils/_pep440.py",
        ),
        *("numpy/_core/strings.py", "numpy/_core/defchararray.py", "numpy/_core/cversions.py"),
        *("numpy/lib/recfunctions.py", "numpy/lib/*user_array*", "numpy/typing/mypy_plugin.py"),
    ),
    STDLIB: (
        *("multiprocessing/*", "wsgiref/*", "xmlrpc/*", "ftplib.py", "imaplib.py", "mailbox.py"),
        *("poplib.py", "smtplib.py", "socketserver.py", "http/server.py"),
    ),
}
_EMPTY = ("numpy/_core/_add_newdocs.py",)
"""Modules that only write docstrings."""

_KEEP = {
    "imagecodecs": ("__init__.py", "_imagecodecs.py", "imagecodecs.py", "_shared.*", "_imcd.*", "_jpeg8.*"),
    "pillow": (
        *(
            "__init__.py",
            "_binary.py",
            "_deprecate.py",
            "_typing.py",
            "_util.py",
            "_version.py",
            "features.py",
        ),
        *("_imaging.cpython*", "_imagingft.*", "_imagingmath.*", "_webp.*", "ExifTags.py", "TiffTags.py"),
        *("GimpGradientFile.py", "GimpPaletteFile.py", "PaletteFile.py", "JpegPresets.py"),
        *("Image.py", "ImageChops.py", "ImageColor.py", "ImageDraw.py", "ImageFile.py", "ImageFilter.py"),
        *(
            "ImageFont.py",
            "ImageMath.py",
            "ImageMode.py",
            "ImageOps.py",
            "ImagePalette.py",
            "ImageSequence.py",
        ),
        *(
            "ImageText.py",
            "BmpImagePlugin.py",
            "GifImagePlugin.py",
            "JpegImagePlugin.py",
            "MpoImagePlugin.py",
        ),
        *("PngImagePlugin.py", "TiffImagePlugin.py", "WebPImagePlugin.py"),
    ),
}
"""Modules of the package's own folder; TIFF is there because EXIF is read with it."""


_SOURCE = ("micropip", "packaging")
"""Wheels that the page never loads; byte code would be larger."""

_STDLIB_COMPILED = (
    *(
        "_pyodide/*",
        "asyncio/*",
        "collections/*",
        "compression/*",
        "concurrent/*",
        "ctypes/*",
        "email/__init__.py",
    ),
    *("encodings/__init__.py", "encodings/aliases.py", "encodings/cp437.py", "encodings/utf_8.py"),
    *(
        "importlib/*",
        "json/*",
        "logging/__init__.py",
        "pathlib/*",
        "pyodide/*",
        "re/*",
        "string/*",
        "sysconfig/*",
    ),
    *("zipfile/*", "__future__.py", "_colorize.py", "_compat_pickle.py", "_opcode_metadata.py"),
    *("_py_warnings.py", "_ssl.py", "_weakrefset.py", "annotationlib.py", "ast.py", "base64.py", "bisect.py"),
    *(
        "bz2.py",
        "codeop.py",
        "contextlib.py",
        "contextvars.py",
        "copy.py",
        "copyreg.py",
        "csv.py",
        "dataclasses.py",
    ),
    *(
        "datetime.py",
        "dis.py",
        "enum.py",
        "fnmatch.py",
        "fractions.py",
        "functools.py",
        "glob.py",
        "hashlib.py",
    ),
    *(
        "heapq.py",
        "inspect.py",
        "keyword.py",
        "linecache.py",
        "locale.py",
        "lzma.py",
        "numbers.py",
        "opcode.py",
    ),
    *("operator.py", "pickle.py", "platform.py", "random.py", "reprlib.py", "selectors.py", "shutil.py"),
    *("signal.py", "socket.py", "ssl.py", "struct.py", "subprocess.py", "tarfile.py", "tempfile.py"),
    *("textwrap.py", "threading.py", "token.py", "tokenize.py", "traceback.py", "types.py", "typing.py"),
    *("warnings.py", "weakref.py"),
)
"""Modules of the standard library that an engine imports as it starts; the others stay sources, which are smaller.
A test inside Pyodide says when one is missing here."""


def trim(name: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of wheel `name` (or of the standard library) that the site carries."""
    return {path: b"" if path in _EMPTY else data for path, data in files.items() if _wanted(name, path)}


def _wanted(name: str, path: str) -> bool:
    folder, _, below = path.partition("/")
    if folder.endswith(".dist-info"):
        return below in ("METADATA", "WHEEL") or below.startswith("licenses/") or "LICENSE" in below
    if any(fnmatchcase(path, pattern) for pattern in (*_NEVER, *_DROP.get(name, ()))):
        return False
    return name not in _KEEP or any(fnmatchcase(below, pattern) for pattern in _KEEP[name])


def compile_python(contents: Mapping[str, Mapping[str, bytes]], pyodide: Path) -> dict[str, dict[str, bytes]]:
    """Replace sources by byte code of Pyodide's Python; kept in the cache by content."""
    result = {}
    for name, files in contents.items():
        sources = {path: data for path, data in files.items() if _is_compiled(name, path)}
        compiled = _compiled(name, pack_zip(sources), pyodide) if sources else {}
        others = {path: data for path, data in files.items() if path not in sources}
        result[name] = {**others, **{f"{path}c": compiled[path] for path in sources}}
    return result


def _is_compiled(name: str, path: str) -> bool:
    if name == STDLIB:
        return path.endswith(".py") and any(fnmatchcase(path, pattern) for pattern in _STDLIB_COMPILED)
    return path.endswith(".py") and name not in _SOURCE


def _compiled(name: str, sources: bytes, pyodide: Path) -> dict[str, bytes]:
    scripts = Path(__file__).parent / "pyodide"
    made_by = [pyodide / "package.json", scripts / "compile.mjs", scripts / "compile.py"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_by) + sources).hexdigest()
    kept = cache() / "compiled" / f"{digest}.zip"
    if kept.is_file():
        return read_zip(kept.read_bytes())
    say(f"Compiling {name} for the browser ...")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.zip"), Path(folder, "out.zip")
        source.write_bytes(sources)
        script = [str(scripts / "compile.mjs"), str(pyodide), str(source), str(target)]
        run_node(find_node(), script, cwd=Path(folder), timeout_s=300)
        data = target.read_bytes()
    write_atomically(kept, data)
    return read_zip(data)
