#!/usr/bin/env python3
"""Get what is needed, build the site, serve it, test it: `python3 build.py serve`, `python3 build.py test`.

Needs Python 3.11 or newer and nothing else. Everything fetched lands in `.venv`, `.cache`
(or `$INSITU_CACHE`) and `web/node_modules`, all beside this file.
"""

from __future__ import annotations

import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(f"build.py: Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent / "py"))

from insitu_build.start import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
