"""A package of Python as its index gives it: the user's own pip knows which index that is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from daw_bridge.errors import FetchFailed


def download(package: str, folder: Path) -> Path:
    """The one file of `package` ("name==version"), put into `folder` without what it needs.

    pip writes its progress to standard error. Raises FetchFailed.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
               "--dest", str(folder), package]  # fmt: skip
    # Its words are for people: they do not belong among ours on standard output.
    done = subprocess.run(command, check=False, stdout=sys.stderr, stdin=subprocess.DEVNULL)
    found = sorted(folder.glob("*.whl"))
    if done.returncode or len(found) != 1:
        seen = f"pip ended with {done.returncode} and left {len(found)} files"
        action = "Run python -m pip --version; or fetch the wheel of it yourself and use --file."
        raise FetchFailed(seen, f"the package {package}", action)
    return found[0]
