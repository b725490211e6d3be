"""Peak memory of another process, from the operating system."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from daw_bridge.errors import BridgeError

#: ru_maxrss is in KiB on Linux and in bytes on macOS.
_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


class NotMeasured(BridgeError):
    """A measurement could not be made."""

    code = "not_measured"


def peak_mib(command: Sequence[str]) -> float:
    """Runs `command` to its end; returns its peak resident memory in MiB. Raises NotMeasured."""
    if not hasattr(os, "wait4"):
        raise NotMeasured("no os.wait4 on this system", "Linux or macOS", "Measure there.")
    root = Path(__file__).parent.parent
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise NotMeasured(
            f"{' '.join(command)} ended with {process.returncode}", "exit code 0", "Run it by hand."
        )
    return usage.ru_maxrss * _UNIT_BYTES / 2**20
