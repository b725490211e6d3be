"""New files, and those for their owner alone.

On Windows, where files have no such modes, nothing is checked.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
PUBLIC_MODE = 0o644
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def write_private(path: Path, text: str) -> None:
    """A new file that nobody else can read, not even while it is written.

    Raises FileExistsError, OSError.
    """
    write_new(path, text, FILE_MODE)


def write_new(path: Path, text: str, mode: int) -> None:
    """A new file, never through a link. Raises FileExistsError, OSError, ValueError (a NUL)."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def make_private(folder: Path) -> None:
    """The folder, for its owner alone where it is new. Raises OSError."""
    folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)


def others_may_use(path: Path) -> bool:
    """Whether other users have any right to a file. Raises OSError."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def others_may_write(path: Path) -> bool:
    """Whether other users may change a file, or put files into a folder. Raises OSError."""
    return os.name == "posix" and bool(path.stat().st_mode & _OTHERS_WRITE)
