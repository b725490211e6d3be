"""What separates one song after another somewhere in a cluster, with one warm model.

Only text crosses: requests one way, events the other. It knows nothing of the cluster.
"""

from __future__ import annotations

import os
import platform
import queue
import threading

from daw_bridge import __version__
from daw_bridge.errors import BridgeError, Cancelled, describe
from daw_bridge.files.pools.messages import event_text, request_of
from daw_bridge.files.pools.stored import StoredSong, run_stored
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, Progress, StemWritten
from engines.errors import EngineError


class SongFailed(BridgeError):
    """A song of a store failed on this machine: `event` says how."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.message, "stems", "See its code.")
        self.event = event


class SongActor:
    """`separate` is called for one song at a time; the others from other threads meanwhile."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()  # bound: of one song
        self._latest, self._count = Progress(0, 0.0, "load", None), 0
        self._cancelled = threading.Event()
        self._runner = JobRunner(self._heard)

    def hello(self) -> tuple[str, int, str]:
        """The version, the process's number, the machine's name."""
        return __version__, os.getpid(), platform.node()

    def progress(self) -> tuple[int, str]:
        """A number that grows as the song gets on, and how far it is, as an event."""
        return self._count, event_text(self._latest)

    def cancel(self) -> None:
        """Stop the song, and take no more."""
        self._cancelled.set()
        self._runner.cancel_all()

    def separate(self, text: str) -> list[str]:
        """The events of a song, the last one is Done or Failed; progress is asked for."""
        self._latest = Progress(0, 0.0, "load", None)
        song = request_of(text)
        told = self._stored(song) if isinstance(song, StoredSong) else self._here(song)
        return [event_text(one) for one in told]

    def _heard(self, event: JobEvent) -> None:
        self._count += 1
        if isinstance(event, Progress):
            self._latest = event
        else:
            self._events.put(event)

    def _here(self, request: SeparateRequest) -> list[JobEvent]:
        """A song on a disk of this machine."""
        try:
            self._runner.submit(request)
        except BridgeError as error:  # it is stopping
            return [Failed(0, Cancelled.code, describe(error))]
        told: list[JobEvent] = []
        while not told or not isinstance(told[-1], Done | Failed):
            told.append(self._events.get())
        return told

    def _stored(self, song: StoredSong) -> list[JobEvent]:
        """A song in a store."""
        told: list[JobEvent] = []

        def separate(request: SeparateRequest) -> list[StemWritten]:
            events = self._here(request)
            told.extend(one for one in events if isinstance(one, Notice))
            if isinstance(events[-1], Failed):
                raise SongFailed(events[-1])
            return [one for one in events if isinstance(one, StemWritten)]

        try:
            made = run_stored(song, separate, self._go_on)
        except SongFailed as error:
            return [*told, error.event]
        except (BridgeError, EngineError) as error:
            return [*told, Failed(0, error.code, describe(error))]
        told += [Notice(0, code, words) for code, words in made.notices]
        count = len(made.files)
        told += [StemWritten(0, what, at, k, count) for k, (what, at) in enumerate(made.files, 1)]
        return [*told, Done(0)]

    def _go_on(self, stage: str) -> None:
        self._count += 1
        self._latest = Progress(0, self._latest.fraction, stage, None)
        if self._cancelled.is_set():
            raise Cancelled("the song was cancelled", "it to finish", "Start it again.")
