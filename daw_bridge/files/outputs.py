"""Output folders that appear whole or not at all, with a record of what was made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from daw_bridge.errors import BadRecord, FileInTheWay, WriteFailed
from daw_bridge.files.leftovers import PartialFolder, one_at_a_time, sweep
from daw_bridge.files.projects.kinds import is_project
from daw_bridge.files.record import RECORD, SEPARATED, Record, read_record

_JOURNAL = ".daw-bridge-journal.json"


@dataclass(frozen=True)
class Rights:
    """What may be replaced in a folder.

    `force`: files of the names that are written, and those that the folder's record names.
    `resume`: the latter only. `inputs`: never these. `kind` of record: none but this is replaced.
    """

    force: bool = False
    resume: bool = False
    inputs: tuple[Path, ...] = ()
    kind: str = SEPARATED

    def check(self, folder: Path, names: Sequence[str]) -> Record | None:
        """The record of what is replaced, None where there is none.

        Raises FileInTheWay where one of `names` may not be written, or the folder holds files of
        another kind; BadRecord, OSError.
        """
        old = self._record(folder)
        self._refuse_other_kind(folder, old)
        recorded = old.names if old is not None else ()
        mine = (*recorded, RECORD) if old is not None and (self.force or self.resume) else ()
        refuse_existing([folder / name for name in names], self.force, mine)
        self._refuse_inputs([folder / name for name in (*names, *recorded)])
        return old

    def _record(self, folder: Path) -> Record | None:
        try:
            return read_record(folder)
        except BadRecord:
            if self.force:
                return None
            raise

    def _refuse_other_kind(self, folder: Path, old: Record | None) -> None:
        """What is generated never lies among what is separated."""
        if old is not None and old.kind != self.kind:
            raise FileInTheWay(
                f"{folder} holds files that were {old.kind}", f"a folder for what is {self.kind}",
                "Choose another folder with -o.",
            )  # fmt: skip

    def _refuse_inputs(self, files: list[Path]) -> None:
        for file in files:
            if file.exists() and any(file.samefile(one) for one in self.inputs):
                raise FileInTheWay(
                    f"{file} is itself an input of this run",
                    "another output folder",
                    "Use -o for another folder.",
                )


def refuse_existing(targets: Sequence[Path], force: bool, mine: Sequence[str] = ()) -> None:
    """Raise FileInTheWay where a target exists (or, even with `force`, is no plain file).

    All lie in one folder. `mine`: names that may be replaced without `force`.
    """
    there = [path for path in targets if path.exists() or path.is_symlink()]
    odd = [path for path in there if not path.is_file()]
    folder = targets[0].parent
    if folder.exists() and not folder.is_dir():
        odd.append(folder)
    if odd:
        raise FileInTheWay(
            f"{odd[0]} is in the way and cannot be overwritten{': a folder' * odd[0].is_dir()}",
            "a name that is free",
            "Move it away, or choose another folder with -o.",
        )
    names = ", ".join(path.name for path in there if path.name not in mine)
    if names and not force:
        raise FileInTheWay(
            f"{folder} already holds {names}",
            "no files with these names",
            "Overwrite them with --force, keep what is finished with --resume, or choose another "
            "folder with -o.",
        )


def refuse_edited(folder: Path, names: Sequence[str]) -> None:
    """Raise FileInTheWay for a project among `names` that was saved since it was made.

    Raises BadRecord, OSError.
    """
    for name in _edited(folder, read_record(folder)):
        if name in names:
            raise FileInTheWay(
                f"{folder / name} was changed since it was made", "the project as it was made",
                "Move it away, write over it with --force, or choose another folder with -o.",
            )  # fmt: skip


def _edited(folder: Path, record: Record | None) -> list[str]:
    """Names of recorded projects that are not as they were made: the user's work is in them."""
    return [
        one.file for one in (record.files if record is not None else ())
        if is_project(one.file) and (folder / one.file).is_file()
        and _sha256(folder / one.file) != one.samples_sha256
    ]  # fmt: skip


def _sha256(path: Path) -> str:
    """Its hash; "" for one that cannot be read: it is not known to be as it was made."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


class OutputFolder:
    """Files made in a hidden folder beside `folder` and moved into place by `commit()`.

    A context manager: leaving it without `commit()` removes every trace, also of the parent folders
    it made. A new folder appears in one rename; into an existing one each file is moved in one
    rename, and its record says meanwhile that it is not complete. `swept`: the hidden folders of
    dead processes that were removed. Raises WriteFailed, FileInTheWay, BadRecord.
    """

    def __init__(self, folder: Path, rights: Rights) -> None:
        self.folder, self._rights = folder, rights
        self._made: list[Path] = []
        self._hidden = PartialFolder(folder.parent, made=folder.name)
        self.partial = self._hidden.path
        self.swept: list[str] = []

    def __enter__(self) -> Self:
        try:
            self._make_parents()
            self.swept = sweep(self.folder.parent)
            self._hidden.make()
        except OSError as error:
            self._remove_parents()
            raise WriteFailed(
                f"{self.folder.parent} cannot be written ({error.strerror})",
                "a writable folder",
                "Choose another with -o.",
            ) from error
        return self

    def commit(self, names: Sequence[str], record: Record | None = None) -> list[Path]:
        """Move the finished files `names` into place, with their record; returns their paths.

        Files that the folder's old record names, and the new one does not, are removed.
        """
        new = [*names, RECORD] if record is not None else list(names)
        try:
            with one_at_a_time(self.folder.parent):
                self._move(new, record)
        except OSError as error:
            raise WriteFailed(
                f"the stems could not be moved to {self.folder} ({error.strerror})",
                "a writable folder",
                "Choose another with -o.",
            ) from error
        self._made = []
        return [self.folder / name for name in names]

    def _move(self, new: Sequence[str], record: Record | None) -> None:
        old = self._rights.check(self.folder, new)  # again: the separation took its time
        if record is not None:
            (self.partial / RECORD).write_text(record.to_json(), encoding="utf-8")
        if self.folder.exists():
            self._replace(new, old, record)
        else:
            self.partial.rename(self.folder)

    def _replace(self, new: Sequence[str], old: Record | None, record: Record | None) -> None:
        """Into an existing folder; broken off anywhere, its record names all that may be there."""
        kept = _edited(self.folder, old)
        if record is not None:
            journal = self.partial / _JOURNAL
            journal.write_text(_both(old, record).to_json(), encoding="utf-8")
            journal.replace(self.folder / RECORD)
        for name in new:
            if name != RECORD:
                (self.partial / name).replace(self.folder / name)
        if record is not None:
            for stale in (self.folder / name for name in _stale(old, record, kept)):
                if stale.is_file() or stale.is_symlink():  # a folder is none of ours
                    stale.unlink()
            (self.partial / RECORD).replace(self.folder / RECORD)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._hidden.release()
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


def _both(old: Record | None, record: Record) -> Record:
    """A record of the old and the new files, not complete."""
    more = [one for one in old.files if one.file not in record.names] if old is not None else []
    return replace(record, complete=False, files=(*record.files, *more))


def _stale(old: Record | None, record: Record, kept: Sequence[str]) -> list[str]:
    """Old files without a successor, also where the case of a name does not count; not `kept`."""
    new = {name.casefold() for name in (*record.names, *kept)}
    return [one for one in (old.names if old is not None else ()) if one.casefold() not in new]
