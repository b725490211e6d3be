"""One temporary folder for what a whole run of the tests shares; it goes when the run ends."""

from __future__ import annotations

import atexit
import os
import shutil
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

_NUMBERS = count()


def scratch_folder() -> Path:
    """A new empty folder below the run's own."""
    folder = _root(os.getpid()) / str(next(_NUMBERS))
    folder.mkdir()
    return folder


@cache
def _root(process: int) -> Path:
    """This process's folder; a forked child makes its own."""
    folder = Path(mkdtemp(prefix="daw-bridge-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
