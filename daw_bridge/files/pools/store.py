"""Files in a store that a URL names, through fsspec: any that fsspec and its plugins know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from daw_bridge.errors import BadFile, NoPool, WriteFailed
from daw_bridge.files.places import Place, Url, place_of
from daw_bridge.files.record import RECORD

_TROUBLE = (OSError, ValueError, ImportError, RuntimeError)
"""What fsspec and its plugins raise: no such store, no plugin, no right, no network."""

GoOn = Callable[[], object]
"""Called for each piece of a file, in stores that tell them; ends the copying by raising."""


class Store:
    """A folder in a store. Raises BadFile, WriteFailed.

    Paths are told as the user gave them; a folder of this machine is a store, too.
    """

    def __init__(self, folder: Place) -> None:
        self.folder = folder
        with _reading(folder):
            self._files, self._path = _fsspec().core.url_to_fs(str(folder))

    def is_folder(self) -> bool:
        """Whether there is a folder of that name."""
        with _reading(self.folder):
            return bool(self._files.isdir(self._path))

    def entries(self) -> list[tuple[str, bool]]:
        """(name, whether it is a folder) of what is in it, sorted."""
        with _reading(self.folder):
            self._files.invalidate_cache()
            found = self._files.ls(self._path, detail=True)
        own = self._path.rstrip("/")
        names = [(str(one["name"]).rstrip("/"), one["type"] == "directory") for one in found]
        return sorted((name.rpartition("/")[2], folder) for name, folder in names if name != own)

    def names(self) -> set[str]:
        """The names of the files in it; none where it is not there."""
        if not self.is_folder():
            return set()
        return {name for name, folder in self.entries() if not folder}

    def get(self, name: str, path: Path, go_on: GoOn = lambda: None) -> None:
        """Copy one of its files to this machine; `go_on` ends it by raising."""
        with _reading(self.folder / name):
            self._files.get_file(self._at(name), str(path), callback=_each_piece(go_on))

    def put(self, path: Path, name: str, go_on: GoOn = lambda: None) -> None:
        """Copy a file of this machine into it; `go_on` ends it by raising."""
        with self._writing(name):
            self._files.makedirs(self._path, exist_ok=True)
            self._files.put_file(str(path), self._at(name), callback=_each_piece(go_on))

    def remove(self, name: str) -> None:
        """Remove one of its files, if it is there."""
        with self._writing(name):
            if self._files.exists(self._at(name)):
                self._files.rm_file(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}"

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        try:
            yield
        except _TROUBLE as error:
            raise WriteFailed(
                f"{self.folder / name} cannot be written ({_why(error)})", "a writable place",
                "Check its name, your rights and its room.",
            ) from error  # fmt: skip


@contextmanager
def _reading(place: Place) -> Iterator[None]:
    try:
        yield
    except _TROUBLE as error:
        raise BadFile(
            f"{place} cannot be read ({_why(error)})", "a file or folder in a store",
            "Check its name and your rights; stores such as s3:// need their package (s3fs).",
        ) from error  # fmt: skip


def _each_piece(go_on: GoOn) -> Any:
    """What fsspec tells how far it is."""

    class Heard(_fsspec().callbacks.Callback):  # type: ignore[misc]
        def call(self, *args: Any, **named: Any) -> None:
            go_on()

    return Heard()


def _why(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _fsspec() -> Any:
    try:
        import fsspec
    except ImportError as error:
        raise NoPool(
            "the Python package fsspec is not installed", "it, for files in a store",
            "In daw-bridge's folder: pip install '.[cluster]'.",
        ) from error  # fmt: skip
    return fsspec


def parent_of(url: Url) -> Place:
    """The folder that a file lies in."""
    return place_of(url.text.rstrip("/").rpartition("/")[0])


def is_ours(entries: list[tuple[str, bool]]) -> bool:
    """Whether a folder with these entries is one of stems that were made."""
    return (RECORD, False) in entries
