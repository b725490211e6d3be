"""What takes long and belongs to no stream: listing models, snapshots, and taking jobs in.

A job's paths may lie on a disk that sleeps, or on a network that hangs; looking at them is not for
the session's thread. Each kind of work has a thread of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from daw_bridge.errors import BridgeError, Internal, OurError
from daw_bridge.files.generated.request import generate_request_from
from daw_bridge.files.request import request_from
from daw_bridge.files.runner import JobRequest, JobRunner
from daw_bridge.files.types import JobEvent
from daw_bridge.server.session.events import (
    Event,
    JobNews,
    JobQueued,
    JobRefused,
    Listed,
    ListModels,
    Refused,
    Shelved,
    SubmitJob,
    UseShelf,
)
from daw_bridge.server.session.snapshots import MAX_WAITING
from daw_bridge.server.streams.catalog import Catalog
from daw_bridge.server.streams.shelf import Shelf
from daw_bridge.server.turns import Turns
from daw_bridge.wire import requests as ask
from engines.errors import EngineError

MAX_SUBMITS = 64
CLOSES_WITHIN_S = 0.75

Post = Callable[[Event], None]


class Desk:
    """`post` takes events to the session, from any thread."""

    def __init__(self, runner: JobRunner, shelf: Shelf, post: Post) -> None:
        self._runner, self._shelf, self._post = runner, shelf, post
        self._catalog = Catalog()
        self.hangs = False
        self._listing = Turns("daw-bridge models", 1)
        self._submitting = Turns("daw-bridge jobs", MAX_SUBMITS)
        self._shelving = Turns("daw-bridge snapshots", MAX_WAITING)
        self._turns = (self._listing, self._submitting, self._shelving)

    def list_models(self, effect: ListModels) -> Event | None:
        """List the installed models; Listed or Refused follows."""

        def refused(error: OurError) -> None:
            self._post(Refused(effect.ticket, error))

        def work() -> None:
            try:
                entries = self._catalog.entries()
            except EngineError as error:
                refused(error)
            else:
                self._post(Listed(effect.ticket, entries))

        try:
            self._listing.put(work, refused)
        except BridgeError as error:
            return Refused(effect.ticket, error)
        return None

    def submit(self, effect: SubmitJob) -> Event | None:
        """Queue a job; JobQueued or JobRefused follows, and then the job's news."""
        asked, command = effect.request, ask.command_of(effect.request)

        def refusal(error: OurError) -> JobRefused:
            return JobRefused(effect.peer, effect.msg_id, asked.req, error, command)

        def failed(error: Internal) -> None:
            self._post(refusal(error))

        def work() -> None:
            relay = _Relay(self._post)
            try:
                job = self._runner.submit(_asked(asked), relay)
            except (BridgeError, EngineError) as error:
                self._post(refusal(error))
                return
            self._post(JobQueued(effect.peer, effect.msg_id, asked.req, job, command))
            relay.release()

        try:
            self._submitting.put(work, failed)
        except BridgeError as error:
            return refusal(error)
        return None

    def use_shelf(self, effect: UseShelf) -> Event | None:
        """Save, load, list or remove a snapshot; Shelved follows."""

        def failed(error: OurError) -> None:
            self._post(Shelved(effect.ticket, error=error))

        def work() -> None:
            try:
                done = self._shelved(effect)
            except BridgeError as error:
                failed(error)
            else:
                self._post(done)

        try:
            self._shelving.put(work, failed)
        except BridgeError as error:
            return Shelved(effect.ticket, error=error)
        return None

    def _shelved(self, effect: UseShelf) -> Shelved:
        if effect.action == "load":
            return Shelved(effect.ticket, values=self._shelf.load(effect.name))
        if effect.action == "list":
            return Shelved(effect.ticket, names=self._shelf.names())
        if effect.action == "save":
            self._shelf.save(effect.name, effect.values)
        else:
            self._shelf.remove(effect.name)
        return Shelved(effect.ticket)

    def close(self) -> None:
        """Take nothing more; what waits is dropped. `hangs` says if something is still at work."""
        ended = [one.close(CLOSES_WITHIN_S) for one in self._turns]
        self.hangs = not all(ended)


def _asked(request: ask.JobRequest) -> JobRequest:
    """What the runner is given. Raises BadValue, UnknownParameter."""
    if isinstance(request, ask.Generate):
        return generate_request_from(Path(request.out_dir), request.options)
    return request_from(Path(request.source), Path(request.out_dir), request.options)


class _Relay:
    """A job's events on their way to the session, which must hear of the job first."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._lock = threading.RLock()
        self._held: list[JobEvent] | None = []

    def __call__(self, event: JobEvent) -> None:
        with self._lock:
            if self._held is not None:
                self._held.append(event)
                return
            self._post(JobNews(event))

    def release(self) -> None:
        """The session knows the job now."""
        with self._lock:
            held, self._held = self._held or [], None
            for event in held:
                self._post(JobNews(event))
