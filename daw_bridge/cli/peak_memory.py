"""Peak memory of another process, from the operating system."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from daw_bridge.errors import BridgeError

#: ru_maxrss is in KiB on Linux and in bytes on macOS.
_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
#: A forked process counts its parent's memory as its own peak: only a small parent measures right.
_LAUNCHER = (
    "import resource, subprocess, sys\n"
    "code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
    "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
)


class NotMeasured(BridgeError):
    """A measurement could not be made."""

    code = "not_measured"


def peak_mib(command: Sequence[str], accepted: tuple[int, ...] = (0,)) -> float:
    """Runs `command` to its end; returns its peak resident memory in MiB. Raises NotMeasured."""
    if importlib.util.find_spec("resource") is None:
        raise NotMeasured(
            "a system without getrusage", "Linux or macOS", "Measure memory on one of them."
        )
    root = Path(__file__).parents[2]
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    launcher = [sys.executable, "-S", "-c", _LAUNCHER, *command]
    done = subprocess.run(launcher, stdout=subprocess.PIPE, text=True, env=environment, check=False)
    code, peak = done.stdout.split() or ("none", "0")
    if code not in map(str, accepted):
        raise NotMeasured(
            f"{' '.join(command)} ended with {code}", "exit code 0", "Run it by hand to see why."
        )
    return int(peak) * _UNIT_BYTES / 2**20
