"""Runs inside Pyodide: a zip of sources becomes a zip of the same names with byte code."""

from __future__ import annotations

import importlib.util
import marshal
import warnings
import zipfile

WITHOUT_DOCSTRINGS = 2


def compile_all(source: str, target: str) -> None:
    """Byte code without docstrings and asserts; its header says that no source is to be compared."""
    warnings.simplefilter("ignore")
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as out:
        for name in archive.namelist():
            text = archive.read(name)
            code = compile(text, name, "exec", dont_inherit=True, optimize=WITHOUT_DOCSTRINGS)
            flags = (0b01).to_bytes(4, "little")  # hash-based, unchecked (PEP 552)
            header = importlib.util.MAGIC_NUMBER + flags + importlib.util.source_hash(text)
            out.writestr(zipfile.ZipInfo(name), header + marshal.dumps(code))
