"""A job on the server, files that are separated or generated, as the client sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from daw_bridge.client.link import Link
from daw_bridge.errors import RemoteError
from daw_bridge.wire.replies import (
    JobDone,
    JobFail,
    JobNotice,
    JobProgress,
    JobReply,
    JobStem,
    Reply,
)
from daw_bridge.wire.requests import Cancel

JobEvent = JobProgress | JobNotice | JobStem | JobDone | JobFail


class Job:
    """Iterate over its events, or `wait` for its files. Not thread-safe, like its client."""

    def __init__(self, link: Link, reply: JobReply) -> None:
        self._link, self.reply, self.req, self.number = link, reply, reply.req, reply.job
        self._ended: JobEvent | None = None

    def __iter__(self) -> Iterator[JobEvent]:
        """Every event up to the last one, JobDone or JobFail. Raises NoAnswer."""
        while self._ended is None:
            yield self._read(self._link.wait_for("job", self.req).reply)

    @property
    def ended(self) -> bool:
        """Whether its last event has been read."""
        return self._ended is not None

    def poll(self, timeout_s: float) -> JobEvent | None:
        """The next event; None where none comes in time, or it has ended."""
        events = self._link.announced("job", self.req)
        if not events and not self.ended:
            self._link.receive(timeout_s)
        return self._read(events.popleft().reply) if events else None

    def _read(self, reply: Reply) -> JobEvent:
        assert isinstance(reply, JobEvent)
        if isinstance(reply, JobDone | JobFail):
            self._ended = reply
            self._link.forget("job", self.req)
        return reply

    def wait(self, on_event: Callable[[JobEvent], None] | None = None) -> dict[str, Path]:
        """Stem -> file on the server's disk, at the end. Raises RemoteError, also `cancelled`."""
        files: dict[str, Path] = {}
        for event in self:
            if on_event is not None:
                on_event(event)
            if isinstance(event, JobStem):
                files[event.name] = Path(event.path)
            if isinstance(event, JobFail):
                raise RemoteError(event.code, event.message)
        return files

    def cancel(self) -> None:
        """Stop it; `wait` then raises RemoteError with code `cancelled`."""
        self._link.ask(Cancel(self.req))
