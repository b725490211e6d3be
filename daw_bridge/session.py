"""The server's state, as events in and effects out: no sockets, no clock, no threads.

Every transport's requests, every finished piece of work and every job's news go through
`Session.handle`, one at a time; what it returns is to be done in order. So a Max patch and a Python
client see one and the same server, and all of it can be tested without a network.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from daw_bridge import __version__
from daw_bridge.describe import OurError
from daw_bridge.errors import AuthRequired, BridgeError, Busy
from daw_bridge.parameters import Value
from daw_bridge.protocol import PROTOCOL_VERSION, Peer
from daw_bridge.protocol.replies import (
    ClosedReply,
    DoneReply,
    HelloReply,
    JobReply,
    Limits,
    Reply,
    StatusReply,
    SyncedReply,
    ValuesReply,
    VersionReply,
    fail,
)  # fmt: skip
from daw_bridge.protocol.requests import (
    Auth,
    Cancel,
    Close,
    Dump,
    Flush,
    Get,
    Hello,
    Models,
    Notify,
    Open,
    Quit,
    Request,
    Reset,
    Separate,
    Set,
    Status,
    Sync,
    Version,
    command_of,
)  # fmt: skip
from daw_bridge.session_events import (
    DEFAULTS,
    Adopted,
    CancelJob,
    Changed,
    Closed,
    Dumping,
    Effect,
    Event,
    Faulted,
    JobNews,
    JobQueued,
    JobRefused,
    ListModels,
    Measured,
    Opened,
    PeerGone,
    Publish,
    Received,
    Refused,
    ResetStream,
    Send,
    Shutdown,
    StopStream,
    SubmitJob,
    Unreadable,
    Updated,
)  # fmt: skip
from daw_bridge.session_jobs import Jobs
from daw_bridge.session_streams import Streams, StreamState

MAX_CLIENTS = 64
"""Peers that may be registered with notify; also those that may be let in by the secret."""


@dataclass(frozen=True)
class SessionConfig:
    """What the session is started with. `planned` and `fixed`: parameters by name."""

    planned: Mapping[str, Value]
    fixed: Mapping[str, Value]
    limits: Limits
    secret: str = ""


@dataclass
class _Waiting:
    """A sync that is answered when these tickets are done."""

    received: Received
    number: int
    tickets: frozenset[int]


class Session:
    """See the module. `handle` never raises one of our own errors: they become `fail` replies."""

    def __init__(self, config: SessionConfig) -> None:
        self._config = config
        self._effects: list[Effect] = []
        self._jobs = Jobs()
        self._streams = Streams(
            config.planned, config.fixed, config.limits.max_streams, self._effects
        )
        self._clients: dict[Peer, Peer] = {}
        self._let_in: set[Peer] = set()
        self._syncs: list[_Waiting] = []
        self._dropped = 0

    def handle(self, event: Event) -> list[Effect]:
        """What is to be done about an event, in order."""
        self._effects.clear()
        if isinstance(event, Received):
            self._received(event)
        else:
            _EVENTS[type(event)](self, event)
        self._answer_syncs()
        return list(self._effects)

    def count_dropped(self, replies: int) -> None:
        """Replies that were lost because a peer does not read, in all."""
        self._dropped = replies

    @property
    def streams(self) -> Mapping[int, StreamState]:
        """The open streams."""
        return self._streams.open

    # Answering.

    def _send(self, peer: Peer, reply: Reply, msg_id: int = 0) -> None:
        self._effects.append(Send(self._clients.get(peer, peer), reply, msg_id))

    def _fail(self, peer: Peer, msg_id: int, command: str, error: OurError, req: int = 0) -> None:
        self._send(peer, fail(command, error, req), msg_id)

    def _tell(self, reply: Reply, but: Peer | None = None) -> None:
        """Tell every registered peer, except the one who knows already, and the event socket."""
        for peer, target in self._clients.items():
            if peer != but:
                self._effects.append(Send(target, reply))
        self._effects.append(Publish(reply))

    # Requests.

    def _received(self, received: Received) -> None:
        request = received.request
        req = request.req if isinstance(request, Separate | Cancel) else 0
        try:
            self._check_peer(received.peer, request)
            _REQUESTS[type(request)](self, received, request)
        except BridgeError as error:
            self._fail(received.peer, received.msg_id, command_of(request), error, req)

    def _check_peer(self, peer: Peer, request: Request) -> None:
        if peer.trusted or peer in self._let_in or isinstance(request, Auth):
            return
        raise AuthRequired(
            f"{command_of(request)} from {peer}, which is not this machine",
            "the secret first",
            "Send /dawbridge/auth s:secret from the same port.",
        )

    def _unreadable(self, event: Unreadable) -> None:
        self._fail(event.peer, event.msg_id, event.command, event.error)

    def _auth(self, received: Received, request: Auth) -> None:
        secret = self._config.secret
        given = request.secret.encode()
        if not secret or not hmac.compare_digest(given, secret.encode()):
            raise AuthRequired("a wrong secret", "the server's (--auth-file)", "Check it.")
        if len(self._let_in) >= MAX_CLIENTS and received.peer not in self._let_in:
            raise Busy(f"{MAX_CLIENTS} senders let in", "fewer", "Restart the server.")
        self._let_in.add(received.peer)
        self._done(received)

    def _done(self, received: Received) -> None:
        self._send(received.peer, DoneReply(command_of(received.request)), received.msg_id)

    def _hello(self, received: Received, request: Hello) -> None:
        model = self._streams.defaults.plan.model
        reply = HelloReply("daw-bridge", __version__, model, self._config.limits)
        self._send(received.peer, reply, received.msg_id)

    def _version(self, received: Received, request: Version) -> None:
        self._send(received.peer, VersionReply(__version__, PROTOCOL_VERSION), received.msg_id)

    def _status(self, received: Received, request: Status) -> None:
        states = self._streams.open.values()
        reply = StatusReply(
            __version__,
            self._streams.defaults.plan.model,
            tuple(one.info for one in states if one.info is not None),
            tuple(one.health for one in states if one.health is not None),
            len(self._jobs),
            len(self._clients),
            self._dropped,
        )
        self._send(received.peer, reply, received.msg_id)

    def _models(self, received: Received, request: Models) -> None:
        self._effects.append(ListModels(received.peer, received.msg_id))

    def _sync(self, received: Received, request: Sync) -> None:
        self._syncs.append(_Waiting(received, request.number, self._streams.pending))

    def _answer_syncs(self) -> None:
        pending = self._streams.pending
        for one in [sync for sync in self._syncs if not sync.tickets & pending]:
            self._syncs.remove(one)
            self._send(one.received.peer, SyncedReply(one.number), one.received.msg_id)

    def _dump(self, received: Received, request: Dump) -> None:
        self._effects.append(Dumping(request.on))
        self._done(received)

    def _quit(self, received: Received, request: Quit) -> None:
        self._done(received)
        self._effects.append(Shutdown())

    def _notify(self, received: Received, request: Notify) -> None:
        peer = received.peer
        if not request.on:
            self._done(received)
            self._clients.pop(peer, None)
            return
        if len(self._clients) >= MAX_CLIENTS and peer not in self._clients:
            raise Busy(f"{MAX_CLIENTS} registered clients", "fewer", "Send /dawbridge/notify 0.")
        self._clients[peer] = _at_port(peer, request.port)
        self._done(received)
        for state in self._streams.open.values():
            if state.info is not None:
                self._send(peer, state.info)
            self._send(peer, ValuesReply(state.stream, self._streams.read(state, ())))
        if not self._streams.open:
            values = self._streams.read(self._streams.defaults, ())
            self._send(peer, ValuesReply(DEFAULTS, values))

    # Streams.

    def _open(self, received: Received, request: Open) -> None:
        self._streams.begin(received.peer, request, self._answerer(received))

    def _answerer(self, received: Received) -> Callable[[Reply | OurError], None]:
        return partial(self._answer, received)

    def _answer(self, received: Received, reply: Reply | OurError) -> None:
        if isinstance(reply, Exception):
            command = command_of(received.request)
            self._fail(received.peer, received.msg_id, command, reply)
        else:
            self._send(received.peer, reply, received.msg_id)

    def _set(self, received: Received, request: Set) -> None:
        state = self._streams.state(request.stream)
        settings = self._streams.check(state, request.values)
        done = partial(self._after_set, received, True)
        told = self._streams.apply(state, settings, done)
        if told is not None:
            self._after_set(received, False, ValuesReply(state.stream, told))

    def _after_set(self, received: Received, slow: bool, reply: Reply | OurError) -> None:
        """Answer a set, and tell the others.

        Over OSC a value that was set at once is not sent back, for a dial that gets its own value
        back may send it again; what took a while is `done`.
        """
        if isinstance(reply, Exception):
            self._answer(received, reply)
            return
        if received.peer.transport != "osc":
            self._answer(received, reply)
        elif slow and isinstance(reply, ValuesReply):
            self._send(received.peer, DoneReply(reply.values[0][0]))
        self._tell(reply, but=received.peer)

    def _get(self, received: Received, request: Get) -> None:
        state = self._streams.state(request.stream)
        values = self._streams.read(state, request.names)
        self._send(received.peer, ValuesReply(state.stream, values), received.msg_id)

    def _reset(self, received: Received, request: Reset) -> None:
        if request.stream not in self._streams.open:
            raise self._streams.unknown(request.stream)
        self._effects.append(ResetStream(request.stream))
        self._done(received)

    def _not_here(self, received: Received, request: Flush | Close) -> None:
        raise self._streams.unknown(request.stream)

    def _opened(self, event: Opened) -> None:
        self._streams.opened(event.ticket, event.info)
        self._tell(event.info)

    def _adopted(self, event: Adopted) -> None:
        self._streams.adopt(event.info, event.plan)

    def _changed(self, event: Changed) -> None:
        self._streams.changed(event.ticket, event.info)
        if event.info is not None:
            self._tell(event.info)

    def _refused(self, event: Refused) -> None:
        self._streams.refused(event.ticket, event.error)

    def _updated(self, event: Updated) -> None:
        state = self._streams.open.get(event.info.stream)
        if state is not None:
            state.info = event.info

    def _closed(self, event: Closed) -> None:
        state = self._streams.forget(event.stream)
        if state is None:
            return
        reply = ClosedReply(event.stream, event.reason)
        if state.owner is not None and not event.answered:
            self._send(state.owner, reply)
        self._tell(reply, but=state.owner)

    def _measured(self, event: Measured) -> None:
        state = self._streams.open.get(event.health.stream)
        if state is not None:
            state.health = event.health
            self._tell(event.health)

    def _faulted(self, event: Faulted) -> None:
        reply = fail("stream", event.error, details=(("stream", event.stream),))
        state = self._streams.open.get(event.stream)
        owner = None if state is None else state.owner
        if owner is not None:
            self._send(owner, reply)
        self._tell(reply, but=owner)

    def _peer_gone(self, event: PeerGone) -> None:
        self._clients.pop(event.peer, None)
        for stream in self._streams.of(event.peer):
            self._effects.append(StopStream(stream, "its peer has gone"))

    # Jobs.

    def _separate(self, received: Received, request: Separate) -> None:
        self._jobs.check_new(received.peer, request.req)
        self._effects.append(SubmitJob(received.peer, received.msg_id, request))

    def _cancel(self, received: Received, request: Cancel) -> None:
        job = self._jobs.number(received.peer, request.req)
        self._effects.append(CancelJob(job))
        self._send(received.peer, DoneReply("cancel", request.req), received.msg_id)

    def _job_queued(self, event: JobQueued) -> None:
        self._jobs.add(event.job, event.peer, event.req)
        self._send(event.peer, JobReply(event.req, event.job), event.msg_id)

    def _job_refused(self, event: JobRefused) -> None:
        self._fail(event.peer, event.msg_id, "separate", event.error, event.req)

    def _job_news(self, event: JobNews) -> None:
        told = self._jobs.told(event.event)
        if told is not None:
            self._send(*told)


def _at_port(peer: Peer, port: int) -> Peer:
    """The peer at another port of its address."""
    if port and not isinstance(peer.address, bytes):
        return replace(peer, address=(peer.address[0], port))
    return peer


_REQUESTS: dict[type, Callable[[Session, Received, Any], None]] = {
    Hello: Session._hello,
    Open: Session._open,
    Flush: Session._not_here,
    Close: Session._not_here,
    Reset: Session._reset,
    Set: Session._set,
    Get: Session._get,
    Separate: Session._separate,
    Cancel: Session._cancel,
    Status: Session._status,
    Version: Session._version,
    Models: Session._models,
    Sync: Session._sync,
    Notify: Session._notify,
    Dump: Session._dump,
    Auth: Session._auth,
    Quit: Session._quit,
}
_EVENTS: dict[type, Callable[[Session, Any], None]] = {
    Unreadable: Session._unreadable,
    Adopted: Session._adopted,
    Opened: Session._opened,
    Changed: Session._changed,
    Refused: Session._refused,
    Updated: Session._updated,
    Closed: Session._closed,
    PeerGone: Session._peer_gone,
    JobQueued: Session._job_queued,
    JobRefused: Session._job_refused,
    JobNews: Session._job_news,
    Measured: Session._measured,
    Faulted: Session._faulted,
}
