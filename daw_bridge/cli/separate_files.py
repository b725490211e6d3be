"""Many files through the job queue, reported as text or JSON lines, stopped by a signal."""

from __future__ import annotations

import queue
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from daw_bridge.cli.crew import Hands, crew_of, refuse_places, several
from daw_bridge.cli.inputs import Input, find_inputs
from daw_bridge.cli.piped import (
    PIPE,
    made_in,
    refuse_terminals,
    require_one_file,
    send,
    spooled_input,
)
from daw_bridge.cli.reports import JsonReporter, Reporter, TextReporter
from daw_bridge.cli.signals import StopSignals
from daw_bridge.errors import BadValue, BridgeError, Cancelled, describe
from daw_bridge.files.choices import refuse_for_every_song
from daw_bridge.files.leftovers import swept_words, temporary_folder
from daw_bridge.files.places import Place
from daw_bridge.files.plan import plan
from daw_bridge.files.pools import MakePool, Song
from daw_bridge.files.pools.finished import left_of
from daw_bridge.files.pools.stored import Made, StoredSong
from daw_bridge.files.request import request_from
from daw_bridge.files.runner import cores
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, StemWritten
from daw_bridge.remote.load import probe_device
from daw_bridge.settings.values import Values
from engines.errors import EngineError
from engines.load import read_tree

EXIT_DONE, EXIT_FAILED, EXIT_CLIPPED, EXIT_PARTIAL = 0, 1, 3, 4
_MADE = (EXIT_DONE, EXIT_CLIPPED, EXIT_PARTIAL)
"""All files are there."""

#: Waiting in short pieces: a blocking wait cannot be interrupted on Windows.
_WAIT_S = 0.2


def separate_files(
    given: Sequence[Place], out_dir: Place, options: Values, as_json: bool = False,
    recursive: bool = False, hands: Hands | None = None,
) -> int:  # fmt: skip
    """Separate what is `given`; returns the exit code of `daw-bridge separate`.

    Folders and wildcards stand for the files in them, see `find_inputs`; `-` is standard input, and
    as `out_dir` standard output, for one file.
    Raises BridgeError or EngineError for options that no file could be separated with.
    """
    hands = hands or Hands()
    refuse_places(hands.pool, given, out_dir)
    if PIPE not in (*given, out_dir):
        return _separate(given, out_dir, options, as_json, recursive, hands)
    refuse_terminals(PIPE in given, out_dir == PIPE)
    with StopSignals(raising=True), temporary_folder() as (folder, swept):
        notes = [("swept", swept_words(swept))] if swept else []
        paths = list(dict.fromkeys(given))
        if PIPE in paths:
            paths[paths.index(PIPE)] = spooled_input(folder)
        if out_dir != PIPE:
            return _separate(paths, out_dir, options, as_json, recursive, hands, notes)
        out_dir = folder / "out"
        code = _separate(paths, out_dir, options, as_json, recursive, Hands(), notes, True)
        if code in _MADE:
            send(made_in(out_dir))
        return code


def _separate(
    given: Sequence[Place], out_dir: Place, options: Values, as_json: bool, recursive: bool,
    hands: Hands, notes: Sequence[tuple[str, str]] = (), to_pipe: bool = False,
) -> int:  # fmt: skip
    found = find_inputs(given, recursive)
    requests = requests_of(found.files, out_dir, options)
    plain = [one.request if isinstance(one, StoredSong) else one for one in requests]
    refuse_for_every_song(plain)
    if plain and not hands.pool:
        probe_device(plain[0].text("device"))
    if to_pipe:
        require_one_file(plain)
    out = sys.stderr if to_pipe else sys.stdout
    sources = [one.path for one in found.files]
    together = several(requests, hands)
    reporter: Reporter = (
        JsonReporter(out) if as_json
        else TextReporter(None if to_pipe else out, sys.stderr, sources, together)
    )  # fmt: skip
    for code, words in (*notes, *(("left_out", words) for words in found.notes())):
        reporter.note(code, words)
    batch = _Batch(requests, found.problems, reporter)
    with StopSignals() as signals:
        left = batch.checked(signals, together)
    if left and not signals.number:
        with crew_of(left, hands) as crew:
            for code, words in crew.notices:
                reporter.note(code, words)
            with StopSignals() as signals:
                batch.work(left, crew.pool, signals)
    return batch.end(left, signals)


def requests_of(files: Sequence[Input], out_dir: Place, options: Values) -> list[Song]:
    """One request a file; the songs of one folder have different names. Raises BridgeError."""
    if len(files) > 1 and "known" in dict(options):
        raise BadValue(
            f"--known with {len(files)} files", "one file: a known stem belongs to one song",
            "Separate them one at a time.",
        )  # fmt: skip
    songs: dict[Place, str] = {}
    folders: dict[str, list[Place]] = {}
    for one in files:
        folders.setdefault(str(one.below).casefold(), []).append(one.path)
    for paths in folders.values():
        songs |= dict(zip(paths, song_names(paths), strict=True))
    return [_request(one.path, out_dir / one.below, options, songs[one.path]) for one in files]


def _request(source: Place, out_dir: Place, options: Values, song: str) -> Song:
    if isinstance(source, Path) and isinstance(out_dir, Path):
        return request_from(source, out_dir, options, song)
    nowhere = Path(tempfile.gettempdir())  # who runs it says where
    return StoredSong(source, out_dir, request_from(Path(source.name), nowhere, options, song))


def song_names(files: Sequence[Place]) -> list[str]:
    """A folder name for each file, unique also where case does not count: song, song-2, ...

    A backslash becomes `_`; a name that is no folder's (`.`, `..`) becomes `song`.
    """
    taken: set[str] = set()
    stems = [_folder_name(path.stem) for path in files]
    own = {stem.casefold() for stem in stems}
    names = []
    for stem in stems:
        name, count = stem, 1
        while name.casefold() in taken or (count > 1 and name.casefold() in own):
            count += 1
            name = f"{stem}-{count}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _folder_name(stem: str) -> str:
    return "song" if stem in ("", ".", "..") else stem.replace("\\", "_")


class _Batch:
    """The files of one command line: checked first, then run, each with its own result."""

    def __init__(
        self, requests: list[Song], problems: Sequence[tuple[Place, BridgeError]],
        reporter: Reporter,
    ) -> None:  # fmt: skip
        self._requests, self._problems, self._reporter = requests, problems, reporter
        self._events: queue.SimpleQueue[JobEvent] = (
            queue.SimpleQueue()
        )  # bound: PROGRESS_PER_S a worker
        self._done = self._failed = 0
        self._noticed: set[str] = set()

    def checked(self, signals: StopSignals, together: bool) -> list[Song]:
        """The songs that are left to do. Where they will be done `together`, by workers that have
        to be started, those that are whole already are told of here."""
        for path, problem in self._problems:
            self._refused(path, problem)
        good = [one for k, one in enumerate(self._requests) if self._checked(one, k, signals)]
        if not good:
            return []
        makers = dict.fromkeys(maker for _, maker in good[0].made)
        self._reporter.begin([read_tree(one) for one in (good[0].model, *makers)])
        if not together or not good[0].integer("resume"):
            return good

        def tell(k: int, made: Made) -> None:
            self._reporter.checking(k, len(good))
            self._whole(good[k].source, made)

        threads = cores(good[0].integer("threads"))
        return left_of(good, threads, tell, lambda: signals.number != 0)

    def work(self, songs: Sequence[Song], pool: MakePool, signals: StopSignals) -> None:
        """Do them."""
        end = self._done + self._failed + len(songs)
        with pool(self._events.put, len(songs)) as running:
            sources = {running.submit(one): one.source for one in songs}
            while self._done + self._failed < end:
                if signals.number:
                    running.cancel_all()
                self._take(sources)

    def end(self, left: Sequence[Song], signals: StopSignals) -> int:
        """The last word; returns the exit code. What was `left` and not begun was cancelled."""
        ended = len(self._requests) + len(self._problems) - self._done - self._failed
        for one in left if ended else ():
            self._failed += 1
            words = "cancelled before it started"
            self._reporter.report(one.source, Failed(0, Cancelled.code, words))
        code = self._exit_code(signals)
        self._reporter.end(self._done, self._failed, code)
        return code

    def _whole(self, source: Place, made: Made) -> None:
        for code, words in made.notices:
            self._reporter.report(source, Notice(0, code, words))
        for k, (what, path) in enumerate(made.files, 1):
            self._reporter.report(source, StemWritten(0, what, path, k, len(made.files)))
        self._done += 1
        self._reporter.report(source, Done(0))

    def _checked(self, request: Song, k: int, signals: StopSignals) -> bool:
        """Whether the request can start; if not, its error is reported at once, before any work."""
        if signals.number or isinstance(request, StoredSong):
            return True  # it is cancelled with the others; who fetches it checks it
        self._reporter.checking(k, len(self._requests))

        def go_on() -> None:
            if signals.number:
                raise Cancelled("a signal", "the checks to finish", "Start it again.")

        try:
            plan(request, go_on)
        except Cancelled:
            return True
        except (BridgeError, EngineError) as error:
            self._refused(request.source, error)
            return False
        return True

    def _refused(self, path: Place, error: BridgeError | EngineError) -> None:
        self._failed += 1
        self._reporter.report(path, Failed(0, error.code, describe(error)))

    def _take(self, sources: dict[int, Place]) -> None:
        try:
            event = self._events.get(timeout=_WAIT_S)
        except queue.Empty:
            return
        self._done += isinstance(event, Done)
        self._failed += isinstance(event, Failed)
        if isinstance(event, Notice):
            self._noticed.add(event.code)
        self._reporter.report(sources[event.req], event)

    def _exit_code(self, signals: StopSignals) -> int:
        if signals.number:
            return signals.exit_code
        if self._failed:
            return EXIT_FAILED
        if "partial" in self._noticed:
            return EXIT_PARTIAL
        return EXIT_CLIPPED if "clipped" in self._noticed else EXIT_DONE
