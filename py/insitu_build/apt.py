"""Debian's packages, where this user may install them without being asked. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess

from .report import say


def install(package: str) -> bool:
    """Try to install a Debian package; whether that worked."""
    command = _command()
    if command is None:
        return False
    say(f"Installing Debian's package {package} ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package]):
        done = subprocess.run([*command, *arguments], env=environment, capture_output=True, check=False)
        if done.returncode != 0 and arguments[0] == "install":
            return False
    return True


def _command() -> list[str] | None:
    if shutil.which("apt-get") is None:
        return None
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n", "apt-get"] if allowed else None
