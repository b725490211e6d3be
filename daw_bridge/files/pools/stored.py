"""One song whose files lie in a store: fetched, separated here, and put back, its record last.

A store has no rename, so a song's folder there is never swapped as a whole. Before the first stem a
record is put that names all files and says that they are not complete; the record that says they
are comes after the last one. Whoever finds the former makes the song anew, so a song may be begun
as often as need be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from daw_bridge.errors import BadRecord, BridgeError, FileInTheWay
from daw_bridge.files.leftovers import temporary_folder
from daw_bridge.files.places import Place, Url
from daw_bridge.files.plan import JobPlan, plan
from daw_bridge.files.pools.store import Store, parent_of
from daw_bridge.files.record import RECORD, Record, read_record
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.resume import differs
from daw_bridge.files.types import StemWritten
from daw_bridge.settings.parameters import Value

GoOn = Callable[[str], None]
"""Raises Cancelled where the song is to end; called with the stage."""
Separate = Callable[[SeparateRequest], Sequence[StemWritten]]
"""Separates a song on this machine; raises its error."""


@dataclass(frozen=True)
class StoredSong:
    """A song at `source`, whose stems go into a folder of its name below `out_dir`.

    `request`: with what options; its own paths mean nothing.
    """

    source: Place
    out_dir: Place
    request: SeparateRequest

    @property
    def model(self) -> str:
        """The model's name or path."""
        return self.request.model

    @property
    def made(self) -> tuple[tuple[str, str], ...]:
        """(stem, model) of known stems that a model makes."""
        return self.request.made

    def integer(self, name: str) -> int:
        """An option's value."""
        return self.request.integer(name)

    def changed(self, values: Mapping[str, Value]) -> StoredSong:
        """The song with other options."""
        return replace(self, request=self.request.changed(values))


@dataclass(frozen=True)
class Made:
    """What became of a song: `files` (what, where), and (code, words) of what to say of it."""

    files: tuple[tuple[str, Place], ...]
    notices: tuple[tuple[str, str], ...] = ()


def run_stored(song: StoredSong, separate: Separate, go_on: GoOn) -> Made:
    """Make the song's stems in their store, or find them there by `resume`. Raises BridgeError."""
    with temporary_folder() as (folder, _):
        return _Run(song, folder, go_on).made(separate)


def kept_in_store(song: StoredSong, go_on: GoOn) -> Made | None:
    """A song that `resume` finds whole in its store, None where it is to be made. It is fetched
    only where its files are there. Raises BridgeError.
    """
    with temporary_folder() as (folder, _):
        return _Run(song, folder, go_on).kept()


class _Run:
    """One song on its way."""

    def __init__(self, song: StoredSong, folder: Path, go_on: GoOn) -> None:
        self._song, self._folder, self._go_on = song, folder, go_on
        self._target = Store(song.out_dir / song.request.song_name)

    def made(self, separate: Separate) -> Made:
        planned = self._planned()
        there = self._target.names()
        old = self._old_record(there)
        wanted = bool(self._song.integer("resume"))
        reason = self._unfinished(planned, old, there) if wanted else ""
        if wanted and not reason:
            return self._skipped(planned)
        self._refuse_existing(planned, old, there)
        separate(planned.request)
        self._put(planned, old)
        words = f"{self._target.folder} is made anew: {reason}"
        return Made(self._places(planned), (("remade", words),) if reason and there else ())

    def kept(self) -> Made | None:
        self._go_on("check")
        there = self._target.names()
        old = self._old_record(there)
        if old is None or not old.complete or _missing(old, there):
            return None
        planned = self._planned()
        return None if self._unfinished(planned, old, there) else self._skipped(planned)

    def _skipped(self, planned: JobPlan) -> Made:
        words = f"skipped: {self._target.folder} holds it already"
        return Made(self._places(planned), (("skipped", words),))

    def _planned(self) -> JobPlan:
        """What is to be done, here; an error names the song as the user does."""
        self._go_on("read")
        own = self._song.request.changed({"force": 0, "resume": 0})
        request = replace(own, source=self._fetched(), out_dir=self._folder / "out")
        try:
            return plan(request, lambda: self._go_on("check"))
        except BridgeError as error:
            error.seen = error.seen.replace(str(request.source), str(self._song.source))
            raise

    def _places(self, planned: JobPlan) -> tuple[tuple[str, Place], ...]:
        return tuple((what, self._target.folder / name) for what, name in planned.written)

    def _fetched(self) -> Path:
        """The song, on this machine."""
        source = self._song.source
        if isinstance(source, Path):
            return source
        path = self._folder / "in" / source.name
        path.parent.mkdir()
        Store(parent_of(source)).get(source.name, path, lambda: self._go_on("read"))
        return path

    def _old_record(self, there: set[str]) -> Record | None:
        if RECORD not in there:
            return None
        folder = self._folder / "old"
        folder.mkdir()
        self._target.get(RECORD, folder / RECORD)
        try:
            return read_record(folder)
        except BadRecord:
            if self._song.integer("force"):
                return None
            raise

    def _unfinished(self, planned: JobPlan, old: Record | None, there: set[str]) -> str:
        """Why the song has to be separated (again); the samples of its stems are not read."""
        if old is None:
            return "there is no record of it"
        if reason := differs(planned, old, self._on):
            return reason
        missing = _missing(old, there)
        return f"{missing} is not there" if missing else ""

    def _on(self, fraction: float, stage: str) -> bool:
        self._go_on(stage)
        return True

    def _refuse_existing(self, planned: JobPlan, old: Record | None, there: set[str]) -> None:
        """Raise FileInTheWay where files may not be replaced: see `outputs.Rights`."""
        if old is not None and old.kind != "separated":
            raise FileInTheWay(
                f"{self._target.folder} holds files that were {old.kind}",
                "a folder for what is separated", "Choose another folder with -o.",
            )  # fmt: skip
        if self._song.integer("force"):
            return
        mine = (RECORD, *old.names) if old is not None and self._song.integer("resume") else ()
        new = [RECORD, *(name for _, name in planned.written)]
        names = ", ".join(name for name in new if name in there and name not in mine)
        if names:
            raise FileInTheWay(
                f"{self._target.folder} already holds {names}", "no files with these names",
                "Overwrite them with --force, keep what is finished with --resume, or choose "
                "another folder with -o.",
            )  # fmt: skip

    def _put(self, planned: JobPlan, old: Record | None) -> None:
        """The stems into their store: first that they come, then they, then that they are there."""
        made = planned.folder
        record = read_record(made)
        assert record is not None, f"{made} was made without a record"
        before = [one for one in (old.files if old else ()) if one.file not in record.names]
        begun = replace(record, complete=False, files=(*record.files, *before))
        (self._folder / RECORD).write_text(begun.to_json(), encoding="utf-8")
        self._go_on("write")
        self._target.put(self._folder / RECORD, RECORD)
        for name in record.names:
            self._go_on("write")
            self._target.put(made / name, name, lambda: self._go_on("write"))
        for stale in before:
            self._target.remove(stale.file)
        self._target.put(made / RECORD, RECORD)


def _missing(record: Record, there: set[str]) -> str:
    """The first of the record's files that is not there, "" where all are."""
    return next((name for name in record.names if name not in there), "")


def is_stored(*places: Place) -> bool:
    """Whether one of these lies in a store."""
    return any(isinstance(one, Url) for one in places)
