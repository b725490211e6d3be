"""The session itself: one method per request and per event.

How it works is drawn in the package's docstring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from daw_bridge import __version__
from daw_bridge.errors import AuthRequired, BridgeError, OurError
from daw_bridge.server.session import events as do
from daw_bridge.server.session.config import Counts, SessionConfig
from daw_bridge.server.session.events import Effect, Event, job_of, name_of, numbers_of
from daw_bridge.server.session.job_control import JobControl
from daw_bridge.server.session.midi import MidiControl
from daw_bridge.server.session.peers import MAX_CLIENTS, NOTIFY_S, Peers, goodbye, not_reading
from daw_bridge.server.session.snapshots import Snapshots
from daw_bridge.server.session.state import StreamState, under_every_name
from daw_bridge.server.session.streams import Streams
from daw_bridge.server.session.syncs import Listing, Syncs
from daw_bridge.wire import DEFAULT_STREAM, PROTOCOL_VERSION, Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from daw_bridge.wire.replies import Reply, fail
from daw_bridge.wire.requests import command_of


class Session:
    """See the package. `handle` raises no BridgeError: it becomes a `fail` reply."""

    def __init__(self, config: SessionConfig) -> None:
        self._config = config
        self._effects: list[Effect] = []
        self._told: set[tuple[Reply, Peer | None]] = set()
        self._streams = Streams(
            config.planned, config.fixed, config.limits.max_streams, self._effects
        )
        self._job_control = JobControl(self._streams, config.job_values, self._effects, self._send)
        self._jobs = self._job_control.jobs
        self._midi = MidiControl(self._streams, self._effects, self._tell)
        self._snapshots = Snapshots(self._streams, self._effects, self._answer, self._tell)
        self._peers = Peers(config.secret)
        self._syncs, self._listing = Syncs(), Listing()
        self._counts = Counts()
        self._to_begin = config.begin
        self.pub_port = 0  # known once the sockets are open

    def handle(self, event: Event) -> list[Effect]:
        """The effects of an event, to be carried out in order."""
        self._effects.clear()
        self._told.clear()
        if isinstance(event, do.Received):
            self._received(event)
        else:
            _EVENTS[type(event)](self, event)
        self._answer_syncs()
        return list(self._effects)

    def note(self, counts: Counts) -> None:
        """What the server has counted so far."""
        self._counts = counts

    def knows(self, peer: Peer) -> bool:
        """Whether a peer need not give the secret, or has given it. For any thread."""
        return self._peers.knows(peer)

    @property
    def streams(self) -> Mapping[int, StreamState]:
        """The open streams."""
        return self._streams.open

    # Answering.

    def _send(self, peer: Peer, reply: Reply, msg_id: int = 0) -> None:
        self._effects.append(do.Send(self._peers.target(peer), reply, msg_id))

    def _fail(self, received: do.Received, error: OurError) -> None:
        self._reply(received, fail(name_of(received), error, job_of(received)))

    def _reply(self, received: do.Received, reply: Reply) -> None:
        """Answer a request, and those that it stands for."""
        for msg_id in numbers_of(received):
            self._send(received.peer, reply, msg_id)

    def _refuse_stranger(self, event: do.Received | do.Unreadable, error: AuthRequired) -> None:
        """Answer who has not given the secret: seldom, and with no more than was sent."""
        if self._peers.may_answer_stranger(event.peer):
            reply = fail(name_of(event), error)
            self._effects.append(do.Send(event.peer, reply, event.msg_id, event.size_bytes))

    def _tell(self, reply: Reply, but: Peer | None = None) -> None:
        """Send news to every registered peer `but` one, and to all subscribers; once an event."""
        if (reply, but) not in self._told:
            self._told.add((reply, but))
            self._effects += [do.Send(target, reply) for target in self._peers.others(but)]
            self._effects.append(do.Publish(reply))

    # Requests.

    def _received(self, received: do.Received) -> None:
        request = received.request
        self._peers.hear(received.peer)
        try:
            if not isinstance(request, ask.Auth):
                self._peers.check(received.peer, command_of(request))
            _REQUESTS[type(request)](self, received, request)
        except AuthRequired as error:
            self._refuse_stranger(received, error)
        except BridgeError as error:
            self._fail(received, error)

    def _unreadable(self, event: do.Unreadable) -> None:
        self._peers.hear(event.peer)
        try:
            self._peers.check(event.peer, event.command)
        except AuthRequired as error:
            self._refuse_stranger(event, error)
        else:
            self._send(event.peer, fail(event.command, event.error), event.msg_id)

    def _ticked(self, event: do.Ticked) -> None:
        for target in self._peers.tick(event.now_s):
            silent = f"a client silent for {NOTIFY_S / 60:.0f} minutes"
            self._effects.append(do.Send(target, goodbye(silent)))

    def _unheard(self, event: do.Unheard) -> None:
        self._peers.unheard(event.peer)

    def _clients(self, received: do.Received, request: ask.Clients) -> None:
        reply = tell.ClientsReply(self._peers.entries())
        self._send(received.peer, reply, received.msg_id)

    def _forget(self, received: do.Received, request: ask.Forget) -> None:
        self._peers.remove(request.client)
        self._done(received)

    def _auth(self, received: do.Received, request: ask.Auth) -> None:
        self._peers.authorize(received.peer, request.secret)
        self._done(received)

    def _done(self, received: do.Received) -> None:
        self._send(received.peer, tell.DoneReply(command_of(received.request)), received.msg_id)

    def _hello(self, received: do.Received, request: ask.Hello) -> None:
        model, limits = self._streams.defaults.plan.model, self._config.limits
        self._reply(
            received, tell.HelloReply("daw-bridge", __version__, model, limits, self.pub_port)
        )

    def _version(self, received: do.Received, request: ask.Version) -> None:
        self._send(received.peer, tell.VersionReply(__version__, PROTOCOL_VERSION), received.msg_id)

    def _status(self, received: do.Received, request: ask.Status) -> None:
        states = self._streams.open.values()
        reply = tell.StatusReply(
            __version__,
            self._streams.defaults.plan.model,
            tuple(one.info for one in states if one.info is not None),
            tuple(one.health for one in states if one.health is not None),
            len(self._jobs),
            len(self._peers),
            **asdict(self._counts),
            **asdict(self._jobs.ended),
        )
        self._send(received.peer, reply, received.msg_id)

    def _models(self, received: do.Received, request: ask.Models) -> None:
        self._listing.add(received)
        if self._listing.ticket is None:
            self._listing.ticket = self._streams.new_ticket()
            self._effects.append(do.ListModels(self._listing.ticket))

    def _listed(self, event: do.Listed) -> None:
        for received in self._listing.done(event.ticket):
            self._send(received.peer, tell.ModelsReply(event.models), received.msg_id)

    def _sync(self, received: do.Received, request: ask.Sync) -> None:
        peer = received.peer
        own = self._listing.pending(peer) | self._jobs.pending(peer)
        own |= self._snapshots.pending(peer)
        self._syncs.add(received, request.number, self._streams.pending | own)

    def _answer_syncs(self) -> None:
        if self._syncs:
            out = self._streams.pending | self._jobs.all_pending | self._listing.all_pending
            out |= self._snapshots.pending()
            for asked, number in self._syncs.due(out):
                known = self._peers.is_registered(asked.peer)
                self._send(asked.peer, tell.SyncedReply(number, known), asked.msg_id)

    def _dump(self, received: do.Received, request: ask.Dump) -> None:
        self._effects.append(do.Dumping(request.on))
        self._done(received)

    def _quit(self, received: do.Received, request: ask.Quit) -> None:
        self._done(received)
        self._effects.append(do.Shutdown())

    def _notify(self, received: do.Received, request: ask.Notify) -> None:
        peer = received.peer
        if not request.on:
            self._done(received)
            self._peers.forget(peer)
            return
        gone = self._peers.register(peer, request.port)
        if gone is not None:
            why = f"a client more than {MAX_CLIENTS}, and this one silent for longest"
            self._effects.append(do.Send(gone, goodbye(why)))
        self._done(received)
        for state in self._streams.open.values():
            if state.info is not None:
                self._send(peer, state.info)
            self._send(peer, tell.ValuesReply(state.stream, self._streams.read(state, ())))
        if not self._streams.open:
            values = self._streams.read(self._streams.defaults, ())
            self._send(peer, tell.ValuesReply(do.DEFAULTS, values))

    # Streams.

    def _open(self, received: do.Received, request: ask.Open) -> None:
        self._streams.begin(received.peer, request, partial(self._answer, received))

    def _answer(self, received: do.Received, reply: Reply | OurError) -> None:
        if isinstance(reply, Exception):
            self._fail(received, reply)
        else:
            self._reply(received, reply)

    def _set(self, received: do.Received, request: ask.Set) -> None:
        state = self._streams.state(request.stream)
        settings = self._streams.check(state, request.values)
        done = partial(self._after_set, received, True)
        values = self._streams.apply(state, settings, done, received.peer)
        if values is not None:
            self._after_set(received, False, tell.ValuesReply(state.stream, values))

    def _after_set(self, received: do.Received, slow: bool, reply: Reply | OurError) -> None:
        """Answer a set under the names it used, and send the others its values under every name.

        Over OSC a value that acts at once is not echoed: a dial that gets its own value back may
        send it again. A change that takes a while is answered with `done`.
        """
        if isinstance(reply, Exception):
            self._answer(received, reply)
            return
        if received.peer.transport != "osc":
            self._answer(received, reply)
        elif slow and isinstance(reply, tell.ValuesReply):
            self._send(received.peer, tell.DoneReply(reply.values[0][0]))
        if isinstance(reply, tell.ValuesReply):
            reply = replace(reply, values=under_every_name(reply.values))
        self._tell(reply, but=received.peer)

    def _get(self, received: do.Received, request: ask.Get) -> None:
        state = self._streams.state(request.stream)
        values = self._streams.read(state, request.names)
        self._send(received.peer, tell.ValuesReply(state.stream, values), received.msg_id)

    def _each(self, received: do.Received, request: ask.Each) -> None:
        for stream in self._streams.matching(request.streams):
            self._received(replace(received, request=replace(request.request, stream=stream)))

    def _reset(self, received: do.Received, request: ask.Reset) -> None:
        if request.stream not in self._streams.open:
            raise self._streams.unknown(request.stream)
        self._effects.append(do.ResetStream(request.stream))
        self._done(received)

    def _not_here(self, received: do.Received, request: ask.Flush | ask.Close) -> None:
        raise self._streams.unknown(request.stream)

    def _opened(self, event: do.Opened) -> None:
        self._streams.opened(event.ticket, event.info)
        self._tell(event.info)
        self._begin(event.info.stream)

    def _adopted(self, event: do.Adopted) -> None:
        self._streams.adopt(event.info, event.plan)
        self._midi.there = event.midi
        self._begin(event.info.stream)

    def _begin(self, stream: int) -> None:
        """The first stream takes what the server was started with (`--load`), once."""
        if stream == DEFAULT_STREAM and self._to_begin:
            values, self._to_begin = self._to_begin, ()
            self._snapshots.begin(stream, values)

    def _reshaped(self, event: do.Reshaped) -> None:
        state = self._streams.open.get(event.stream)
        if state is not None:
            form = (event.rate_hz, event.block_samples)
            self._streams.reshape(state, form, partial(self._after_reshape, event.stream))

    def _after_reshape(self, stream: int, reply: Reply | OurError) -> None:
        if isinstance(reply, Exception):
            self._effects.append(do.ReportFault(stream, reply))

    def _changed(self, event: do.Changed) -> None:
        self._streams.changed(event.ticket, event.info)
        if event.info is not None:
            self._tell(event.info)

    def _refused(self, event: do.Refused) -> None:
        self._streams.refused(event.ticket, event.error)
        for received in self._listing.done(event.ticket):
            self._fail(received, event.error)

    def _closed(self, event: do.Closed) -> None:
        state = self._streams.forget(event.stream)
        if state is None:
            return
        reply = tell.ClosedReply(event.stream, event.reason)
        if state.owner is not None:
            self._send(state.owner, reply, event.msg_id)
        self._tell(reply, but=state.owner)

    def _measured(self, event: do.Measured) -> None:
        state = self._streams.open.get(event.health.stream)
        if state is not None:
            state.health = event.health
            self._tell(event.health)

    def _faulted(self, event: do.Faulted) -> None:
        reply = fail("stream", event.error, details=(("stream", event.stream),))
        state = self._streams.open.get(event.stream)
        owner = None if state is None else state.owner
        if owner is not None:
            self._send(owner, reply)
        self._tell(reply, but=owner)

    def _peer_gone(self, event: do.PeerGone) -> None:
        self._peers.forget(event.peer)
        for stream in self._streams.owned_by(event.peer):
            self._effects.append(do.StopStream(stream, "its peer has gone"))

    def _stalled(self, event: do.Stalled) -> None:
        for stream in self._streams.owned_by(event.peer):
            error = not_reading(stream, event.waiting_bytes)
            self._send(event.peer, fail("audio", error, details=(("stream", stream),)))
            self._effects.append(do.StopStream(stream, "its client does not read its answers"))


_REQUESTS: dict[type, Callable[[Session, do.Received, Any], None]] = {
    ask.Hello: Session._hello,
    ask.Open: Session._open,
    ask.Flush: Session._not_here,
    ask.Close: Session._not_here,
    ask.Reset: Session._reset,
    ask.Set: Session._set,
    ask.Get: Session._get,
    ask.Each: Session._each,
    ask.Separate: lambda one, received, asked: one._job_control.separate(received, asked),
    ask.Generate: lambda one, received, asked: one._job_control.generate(received, asked),
    ask.Cancel: lambda one, received, asked: one._job_control.cancel(received, asked),
    ask.Status: Session._status,
    ask.Version: Session._version,
    ask.Models: Session._models,
    ask.Clients: Session._clients,
    ask.Forget: Session._forget,
    ask.Midi: lambda one, received, asked: one._reply(received, one._midi.asked(asked)),
    ask.Snapshot: lambda one, received, asked: one._snapshots.asked(received, asked),
    ask.Sync: Session._sync,
    ask.Notify: Session._notify,
    ask.Dump: Session._dump,
    ask.Auth: Session._auth,
    ask.Quit: Session._quit,
}
_EVENTS: dict[type, Callable[[Session, Any], None]] = {
    do.Unreadable: Session._unreadable,
    do.Ticked: Session._ticked,
    do.Unheard: Session._unheard,
    do.Adopted: Session._adopted,
    do.Controlled: lambda one, event: one._midi.controlled(event),
    do.Reshaped: Session._reshaped,
    do.Opened: Session._opened,
    do.Changed: Session._changed,
    do.Refused: Session._refused,
    do.Listed: Session._listed,
    do.Updated: lambda one, event: one._streams.updated(event.info),
    do.Closed: Session._closed,
    do.PeerGone: Session._peer_gone,
    do.Stalled: Session._stalled,
    do.JobQueued: lambda one, event: one._job_control.queued(event),
    do.JobRefused: lambda one, event: one._job_control.refused(event),
    do.JobNews: lambda one, event: one._job_control.news(event),
    do.Shelved: lambda one, event: one._snapshots.done(event),
    do.Measured: Session._measured,
    do.Faulted: Session._faulted,
}
