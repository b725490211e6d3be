"""Which files a server's clients may have read, written and loaded: those below some folders.

Links and `..` are followed first, so what counts is where a file really lies.
"""

from __future__ import annotations

import os
import shlex
import stat
import string
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.errors import BadFile, NotAllowed
from engines.errors import EngineError
from engines.load import find_model, list_models, model_files, name_of, read_tree

MOUNTS = {
    "linux": ("/media", "/mnt", "/run/media"),
    "darwin": ("/Volumes",),
}
"""Where a system shows memory sticks, other disks and network drives; on Windows: its letters."""
SYSTEM = (
    "/Library", "/System", "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64",
    "/private/etc", "/proc", "/sbin", "/sys", "/usr",
)  # fmt: skip
"""Never allowed by default, not even as somebody's home (`/usr/sbin` is one on Debian)."""
TOO_WIDE = ("/", "/home", "/Users", "/opt", "/private", "/run", "/srv", "/var")
"""Nor are these as a whole."""
MEMORY_DISK = Path("/dev/shm")


@dataclass(frozen=True)
class Access:
    """The folders (absolute, links resolved) below which clients may name files."""

    folders: tuple[Path, ...]

    @staticmethod
    def to(folders: Sequence[Path]) -> Access:
        """Access to these folders and all that is below them."""
        return Access(tuple(path.resolve() for path in folders))

    def file(self, path: Path) -> Path:
        """Where this file really lies. Raises NotAllowed; BadFile for a pipe or a device."""
        return self._plain(path, "a file below ")

    def folder(self, path: Path) -> Path:
        """Where this folder really lies. Raises NotAllowed."""
        return self._checked(path, path, "a folder below ")

    def model(self, name: str) -> str:
        """The name of an installed model, or the path of the model's file.

        What lies beside it under its name belongs to it, so the path is as it was named; where it
        and the files of the model really lie is what must be allowed. Raises NotAllowed, BadFile,
        SpecError; ModelNotFoundError where a name without a folder has no model.
        """
        if name in list_models():
            return name
        path = find_model(name) if Path(name).name == name else Path(name)
        expected = "an installed model or a file below "
        self._plain(path, expected)
        for other in model_files(path):  # its description, and the files that this names
            self._plain(other, expected)
        for other in _needed_by(path):
            self._plain(other, expected)
        return str(path.absolute())

    def _plain(self, path: Path, expected: str) -> Path:
        real = self._checked(path, path.parent, expected)
        try:
            mode = real.stat().st_mode
        except OSError:  # not there, or a name that is too long: whoever opens it says so
            return real
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise BadFile(f"{path} is no file but a pipe or a device", "a file", "Name a file.")
        return real

    def _checked(self, path: Path, folder: Path, expected: str) -> Path:
        try:
            real = path.resolve()
            if any(real.is_relative_to(one) for one in self.folders):
                return real
            named = self._to_allow(folder)
        except (OSError, RuntimeError, ValueError) as error:  # a circle of links, a NUL
            raise NotAllowed(
                f"path {str(path)!r} ({error})", "a path that leads somewhere", "Check it."
            ) from error
        raise NotAllowed(
            f"path {path}",
            expected + (", ".join(map(str, self.folders)) or "no folder at all"),
            f"Choose one there, or start the server with --allow-path {_word(named)}.",
        )

    def _to_allow(self, folder: Path) -> Path:
        """The folder that would have to be allowed.

        Where it leads if it is named below an allowed one; of others nothing is told, not even
        whether they are there.
        """
        named = Path(os.path.abspath(folder))  # noqa: PTH100 (follows no links)
        inside = any(named.is_relative_to(one) for one in self.folders)
        return folder.resolve() if inside else named


def _needed_by(path: Path) -> list[Path]:
    """The files of models that this one needs and that are not installed."""
    try:
        needed = read_tree(path).every[1:]
    except EngineError:
        return []  # whoever loads it says what is wrong
    return [file for one in needed if not _is_installed(one.path) for file in model_files(one.path)]


def _is_installed(path: Path) -> bool:
    """Whether this is the file that its model's name alone means."""
    name = name_of(path)
    return name in list_models() and find_model(name).absolute() == path


def _word(folder: Path) -> str:
    """The folder as one word of a command line."""
    text = str(folder)
    if os.name == "nt":
        return f'"{text}"' if " " in text else text
    return shlex.quote(text)


def default_folders() -> tuple[Path, ...]:
    """The user's home, the temporary folder, and where volumes appear; no system folders."""
    wanted = (*_home(), *_temporary(), *_volumes(sys.platform))
    real = dict.fromkeys(path.resolve() for path in wanted)
    return tuple(path for path in real if not is_system(path))


def is_system(path: Path) -> bool:
    """Whether a folder belongs to the system, or holds everybody's."""
    if path == path.parent or str(path) in TOO_WIDE:
        return not _is_other_drive(path)
    windows = os.environ.get("SYSTEMROOT")  # C:\\Windows, home of services
    below = any(path.is_relative_to(one) for one in (*SYSTEM, *([windows] if windows else [])))
    return below and not path.is_relative_to(MEMORY_DISK)


def _is_other_drive(path: Path) -> bool:
    """Whether it is a whole Windows drive, and not the system's."""
    return bool(path.drive) and path.drive.upper() != _system_drive()


def _system_drive() -> str:
    return os.environ.get("SYSTEMDRIVE", "C:").upper()


def _home() -> Iterator[Path]:
    try:
        yield Path.home()
    except RuntimeError:  # an account without one
        return


def _temporary() -> Iterator[Path]:
    try:
        yield Path(tempfile.gettempdir())
    except FileNotFoundError:  # none that can be written
        return


def _volumes(platform: str) -> Iterator[Path]:
    if platform == "win32":
        drives = (f"{letter}:" for letter in string.ascii_uppercase)
        yield from (Path(f"{drive}\\") for drive in drives if drive != _system_drive())
    for name in MOUNTS.get(platform, ()):
        yield Path(name)
