"""What a figure was measured on, in one line."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def machine(browser_version: str) -> str:
    """Processor, cores, load, system, browser and Python."""
    return ", ".join(
        [
            _processor(),
            f"{os.cpu_count()} cores",
            _load(),
            platform.system(),
            f"Chromium {browser_version}",
            f"Python {platform.python_version()}",
        ]
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    text = info.read_text("utf-8") if info.is_file() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()


def _load() -> str:
    """Load of the last minute, which holds the benchmark's own work too."""
    if not hasattr(os, "getloadavg"):
        return "load unknown"
    return "load " + " ".join(f"{load:.2f}" for load in os.getloadavg())
