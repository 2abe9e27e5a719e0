"""Imports of modules that the site does not carry, made by what it does carry: why no engine gets there."""

from __future__ import annotations

_WHY = {
    "Only when the module is run as a script, which an engine never does.": """
        argparse: ast calendar dis gzip inspect pickle platform random tarfile tifffile.tifffile tokenize uuid zipfile
        doctest: heapq imagecodecs._imagecodecs
        getopt: base64 quopri
        pkgutil: runpy
        pprint: pickle
        statistics: random
    """,
    "On other systems.": """
        _pyrepl.windows_console: site
        asyncio.windows_events: asyncio asyncio.events
        encodings._win_cp_codecs: encodings
        plistlib: platform
    """,
    "In place of modules in C that Pyodide has.": """
        _py_abc: abc
        _pydatetime: datetime
        _threading_local: threading
    """,
    "By the prompt of an interactive interpreter.": """
        _pyrepl.main: site
        _pyrepl.readline: site
        _pyrepl.unix_console: site
        rlcompleter: site
    """,
    "For pools of processes and of interpreters, of which WebAssembly has none.": """
        concurrent.futures.interpreter: concurrent.futures
        concurrent.futures.process: concurrent.futures
    """,
    "For sockets of Node.": """
        pyodide._nodesock_transport: pyodide.webloop
    """,
    "To write a message, and to read what a wheel says of itself that is not in the site's lock file.": """
        email.generator: email.message
        email.policy: email.message micropip._vendored.packaging.src.packaging.metadata packaging.metadata
    """,
    "To print descriptions and help, and to write source or byte code.": """
        _ast_unparse: ast
        pprint: numpy.lib._utils_impl tifffile.tifffile
        py_compile: zipfile
        pydoc: _sitebuiltins numpy.lib._utils_impl
        xml.dom.minidom: tifffile.tifffile
    """,
    "To guess what a line of Python was meant to be that does not compile.": """
        difflib: traceback
    """,
    "For data files inside packages, which no package here asks for.": """
        importlib.readers: importlib._bootstrap_external zipimport
    """,
    "Where it is missing, the one who asks goes on without it.": """
        tracemalloc: _py_warnings
    """,
    "To skip tests.": """
        unittest: nibabel.optpkg
    """,
}

NEVER_REACHED = {
    (importer, imported)
    for lines in _WHY.values()
    for imported, importers in (line.strip().split(": ") for line in lines.strip().splitlines())
    for importer in importers.split()
}
"""Pairs of modules: who imports, and what is missing."""
