"""What the session does about jobs: submits and cancels them, and tells their peers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from daw_bridge.server.session import events as do
from daw_bridge.server.session.events import Effect
from daw_bridge.server.session.jobs import Jobs
from daw_bridge.server.session.streams import Streams
from daw_bridge.settings.parameters import Value
from daw_bridge.wire import DEFAULT_STREAM, Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from daw_bridge.wire.replies import Reply, fail

_QUEUED: dict[str, type[tell.JobReply]] = {
    "separate": tell.JobReply, "generate": tell.GenerateReply,
}  # fmt: skip
Send = Callable[[Peer, Reply, int], None]
"""Sends a reply to a peer, as the answer to its message of that number; 0: to none."""


class JobControl:
    """Effects go to `effects`, in order. `values`: options that hold where a job has none."""

    def __init__(
        self, streams: Streams, values: Mapping[str, Value], effects: list[Effect], send: Send
    ) -> None:
        self._streams, self._values, self._effects, self._send = streams, values, effects, send
        self.jobs = Jobs()

    def separate(self, received: do.Received, request: ask.Separate) -> None:
        """Submit a job, with the model of the first stream. Raises BadValue."""
        state = self._streams.state(DEFAULT_STREAM)
        self._submit(received, request, {"model": state.plan.model, **self._values})

    def generate(self, received: do.Received, request: ask.Generate) -> None:
        """Submit a job that generates: no stream has a model for it. Raises BadValue."""
        self._submit(received, request, self._values)

    def _submit(
        self, received: do.Received, request: ask.JobRequest, usual: Mapping[str, Value]
    ) -> None:
        self.jobs.begin(received.peer, request.req, self._streams.new_ticket())
        complete = replace(request, options=tuple(usual.items()) + request.options)
        self._effects.append(do.SubmitJob(received.peer, received.msg_id, complete))

    def cancel(self, received: do.Received, request: ask.Cancel) -> None:
        """Stop a job. Raises UnknownJob."""
        job = self.jobs.cancel(received.peer, request.req)
        if job is not None:
            self._effects.append(do.CancelJob(job))
        self._send(received.peer, tell.DoneReply("cancel", request.req), received.msg_id)

    def queued(self, event: do.JobQueued) -> None:
        """A job's files are as they should be, and it has its place."""
        reply = _QUEUED[event.command]
        cancelled = self.jobs.add(event.job, event.peer, event.req, event.command)
        self._send(event.peer, reply(event.req, event.job), event.msg_id)
        if cancelled:
            self._effects.append(do.CancelJob(event.job))

    def refused(self, event: do.JobRefused) -> None:
        """It is not to be."""
        self.jobs.drop(event.peer, event.req)
        self._send(event.peer, fail(event.command, event.error, event.req), event.msg_id)

    def news(self, event: do.JobNews) -> None:
        """Something that its peer should hear."""
        announcement = self.jobs.announcement(event.event)
        if announcement is not None:
            self._send(*announcement, 0)
