"""Hidden folders that hold unfinished stems, and what is left of those whose process has died.

A folder's name says which process of which host makes it, and, by a hash, for what; that process
holds a lock on it (`flock`), which ends with the process however that ends. Swept is only what
carries this host's name and nobody holds. Where a file system or Windows has no such lock, nothing
is swept.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from daw_bridge.errors import WriteFailed

_NAME = re.compile(
    r"\.daw-bridge-(?P<host>.+)-(?P<pid>\d+)-(?P<made>[0-9a-f]{6})[0-9a-f]{6}\.partial"
)
_MAX_HOST = 40
#: A folder so young may belong to a process that is about to lock it.
_YOUNG_S = 60.0


def host_name() -> str:
    """This machine's name, as far as a file name can hold it."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", platform.node())[:_MAX_HOST] or "unnamed"


@contextmanager
def one_at_a_time(parent: Path) -> Iterator[None]:
    """Lets one run at a time put its files into `parent`; the others wait for the moment it takes.

    Where a file system or Windows has no such lock, nobody waits. Raises OSError.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    folder = os.open(parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # no locks here
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


class PartialFolder:
    """A hidden folder of this process in `parent`, locked while the context lasts.

    `made`: the name of the folder beside it that it becomes, for `maker_of`. `mode`: who may enter
    it, less what the user's umask forbids. `make` and `release` are what the context calls. Raises
    OSError.
    """

    def __init__(self, parent: Path, mode: int = 0o777, made: str = "") -> None:
        token = _hash(made) + secrets.token_hex(3)
        name = f".daw-bridge-{host_name()}-{os.getpid()}-{token}.partial"
        self.path, self._mode = parent / name, mode
        self._lock: int | None = None

    def make(self) -> None:
        """Make the folder and lock it."""
        self.path.mkdir(self._mode)
        self._lock = _locked(self.path)

    def release(self) -> None:
        """Remove what is still there, and let go of the lock."""
        if self.path.exists():
            shutil.rmtree(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        self.make()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.release()


def maker_of(folder: Path) -> int | None:
    """The number of a process of this host that is making `folder` now; None where none is."""
    try:
        matches = [(path, _NAME.fullmatch(path.name)) for path in folder.parent.iterdir()]
    except OSError:  # not there, or not to be listed
        return None
    for path, match in matches:
        if match is None or match["host"] != host_name() or match["made"] != _hash(folder.name):
            continue
        if _is_alive(int(match["pid"])) and _is_held(path):
            return int(match["pid"])
    return None


def _hash(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:6]


def _is_held(path: Path) -> bool:
    """Whether somebody holds the folder's lock; never where there are no locks."""
    if sys.platform == "win32" or not path.is_dir():
        return False
    lock = _locked(path)
    if lock is not None:
        os.close(lock)
    return lock is None and path.is_dir()


def sweep(parent: Path) -> list[str]:
    """Remove what dead processes of this host left in `parent`; returns the folders' names.

    What cannot be listed or removed stays.
    """
    try:
        found = [path for path in parent.iterdir() if _is_ours(path)]
    except OSError:
        return []
    return [path.name for path in found if _removed(path)]


def swept_words(names: Sequence[str]) -> str:
    """What to say of folders that `sweep` has removed."""
    return "removed what runs that were killed had left: " + ", ".join(names)


def _is_ours(path: Path) -> bool:
    match = _NAME.fullmatch(path.name)
    if match is None or match["host"] != host_name() or path.is_symlink() or not path.is_dir():
        return False
    return not (_is_young(path) and _is_alive(int(match["pid"])))


def _is_young(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < _YOUNG_S
    except OSError:  # gone meanwhile
        return True


def _is_alive(pid: int) -> bool:
    """Whether a process has this number; it need not be the one that made the folder."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _removed(path: Path) -> bool:
    lock = _locked(path)
    if lock is None:
        return False
    try:
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()
    finally:
        os.close(lock)


def _locked(path: Path) -> int | None:
    """A descriptor that holds the folder's lock; None where somebody has it, or there is none."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(folder)
        return None
    return folder


@contextmanager
def temporary_folder() -> Iterator[tuple[Path, list[str]]]:
    """A folder that only this user may enter, and the names of those of killed runs: they are gone.

    Raises WriteFailed.
    """
    try:
        parent = Path(tempfile.gettempdir())
        swept = sweep(parent)
        folder = PartialFolder(parent, mode=0o700)
        folder.make()
    except OSError as error:
        raise WriteFailed(
            f"there is no temporary folder ({error.strerror})", "one that can be written",
            "Set TMPDIR to another folder.",
        ) from error  # fmt: skip
    try:
        yield folder.path, swept
    finally:
        folder.release()
