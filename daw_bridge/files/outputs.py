"""Output folders that appear whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from daw_bridge.errors import FileInTheWay, WriteFailed


def refuse_existing(targets: list[Path], force: bool) -> None:
    """Raise FileInTheWay where a target exists (or, even with `force`, is no plain file)."""
    there = [path for path in targets if path.exists() or path.is_symlink()]
    odd = [path for path in there if not path.is_file()]
    folder = targets[0].parent
    if folder.exists() and not folder.is_dir():
        odd.append(folder)
    if odd:
        raise FileInTheWay(
            f"{odd[0]} is in the way and cannot be overwritten",
            "a name that is free",
            "Choose another folder with -o.",
        )
    if there and not force:
        names = ", ".join(path.name for path in there)
        raise FileInTheWay(
            f"{folder} already holds {names}",
            "no files with these names",
            "Overwrite them with --force, or choose another folder with -o.",
        )


class OutputFolder:
    """Files made in a hidden folder beside `folder` and moved into place by `commit()`.

    A context manager: leaving it without `commit()` removes every trace, also of the parent folders
    it made. A new folder appears in one rename; into an existing one each file is moved in one
    rename. Raises WriteFailed, FileInTheWay.
    """

    def __init__(self, folder: Path, force: bool) -> None:
        self.folder, self._force = folder, force
        self._made: list[Path] = []
        self.partial = folder.parent / f".daw-bridge-{secrets.token_hex(6)}.partial"

    def __enter__(self) -> Self:
        try:
            self._make_parents()
            self.partial.mkdir()
        except OSError as error:
            self._remove_parents()
            raise WriteFailed(
                f"{self.folder.parent} cannot be written ({error.strerror})",
                "a writable folder",
                "Choose another with -o.",
            ) from error
        return self

    def commit(self, names: list[str]) -> list[Path]:
        """Move the finished files `names` into place; returns their paths."""
        targets = [self.folder / name for name in names]
        refuse_existing(targets, self._force)  # again: the separation took its time
        try:
            if self.folder.exists():
                for target in targets:
                    (self.partial / target.name).replace(target)
            else:
                self.partial.rename(self.folder)
        except OSError as error:
            raise WriteFailed(
                f"the stems could not be moved to {self.folder} ({error.strerror})",
                "a writable folder",
                "Choose another with -o.",
            ) from error
        self._made = []
        return targets

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self.partial.exists():
            shutil.rmtree(self.partial)
        self._remove_parents()

    def _make_parents(self) -> None:
        wanted = self.folder.parent
        missing = [one for one in (wanted, *wanted.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir(exist_ok=True)
            self._made.append(one)

    def _remove_parents(self) -> None:
        for one in reversed(self._made):
            if one.is_dir() and not any(one.iterdir()):
                one.rmdir()
        self._made = []
