"""Snapshots: what a stream is set to is kept under a name, and set again.

The files are read and written elsewhere (UseShelf); here are the values. What needs a new engine is
set first; gains and switches follow when that is there, because another model has other stems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from daw_bridge.errors import BadValue, BridgeError, Busy, OurError
from daw_bridge.server.session.events import (
    DEFAULTS,
    Effect,
    Received,
    ReportFault,
    Shelved,
    UseShelf,
)
from daw_bridge.server.session.named import names_of
from daw_bridge.server.session.state import StreamState, under_every_name
from daw_bridge.server.session.streams import Streams
from daw_bridge.settings.parameters import Value, resolve
from daw_bridge.settings.plan import KNOWN_SWITCH, PLANNED
from daw_bridge.settings.values import Values
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import Reply, SnapshotReply, ValuesReply
from daw_bridge.wire.requests import Snapshot

MAX_WAITING = 32
"""Most snapshots that are being saved or loaded."""

Answer = Callable[[Received, Reply | OurError], None]


class Snapshots:
    """Effects go to `effects`; `answer` answers a request, `tell` sends news to all."""

    def __init__(
        self, streams: Streams, effects: list[Effect], answer: Answer,
        tell: Callable[[Reply], None],
    ) -> None:  # fmt: skip
        self._streams, self._effects, self._answer, self._tell = streams, effects, answer, tell
        self._asked: dict[int, tuple[Received, Snapshot]] = {}

    def pending(self, peer: Peer | None = None) -> frozenset[int]:
        """Tickets of the snapshots at work: this peer's, or all."""
        return frozenset(
            ticket for ticket, (one, _) in self._asked.items() if peer in (None, one.peer)
        )

    def asked(self, received: Received, request: Snapshot) -> None:
        """Save, load, list or remove. Raises UnknownStream, Busy."""
        if len(self._asked) >= MAX_WAITING:
            raise Busy(f"{MAX_WAITING} snapshots at work", "fewer", "Try again in a moment.")
        values: Values = ()
        if request.action in ("save", "load"):
            state = self._streams.state(request.stream)
            values = tuple(self._kept(state)) if request.action == "save" else ()
        ticket = self._streams.new_ticket()
        self._asked[ticket] = received, request
        self._effects.append(UseShelf(ticket, request.action, request.name, values))

    def _kept(self, state: StreamState) -> Iterator[tuple[str, Value]]:
        """What it is set to: as it was asked for, where the engine may make something else of it.

        The order of the table: a preset stands before the grid that it would clear.
        """
        for name in names_of(state):
            one, stem = resolve(name)
            switch = one.name == KNOWN_SWITCH and stem not in state.plan.known
            if name in one.names[1:] or not one.live or switch:
                continue
            if one.name in PLANNED:
                yield name, state.plan.value(one.name)
            elif state.stream != DEFAULTS:
                yield name, self._streams.read(state, (name,))[0][1]

    def done(self, event: Shelved) -> None:
        """The shelf has been used."""
        received, request = self._asked.pop(event.ticket)
        if event.error is not None:
            self._answer(received, event.error)
        elif request.action == "load":
            self._load(received, request, event.values)
        else:
            self._reply(received, request, event.names)

    def _reply(self, received: Received, request: Snapshot, names: tuple[str, ...] = ()) -> None:
        self._answer(received, SnapshotReply(request.action, request.name, names))

    def _load(self, received: Received, request: Snapshot, values: Values) -> None:
        try:
            state = self._streams.state(request.stream)
            first, then = _in_turn(state, values)
            settings = self._streams.check(state, first)
            follow = partial(self._follow, received, request, then)
            now = self._streams.apply(state, settings, follow, received.peer)
        except BridgeError as error:
            self._answer(received, error)
            return
        if now is not None:
            follow(ValuesReply(state.stream, now))

    def begin(self, stream: int, values: Values) -> None:
        """Set a new stream to these, as if a client loaded them; errors are the stream's own."""
        state = self._streams.state(stream)
        first, then = _in_turn(state, values)
        follow = partial(self._begin_at_once, stream, then)
        now = self._streams.apply(state, self._streams.check(state, first), follow)
        if now is not None:
            follow(ValuesReply(stream, now))

    def _begin_at_once(self, stream: int, then: Values, reply: Reply | OurError) -> None:
        if isinstance(reply, Exception):
            self._effects.append(ReportFault(stream, reply))
            return
        self._news(reply)
        state = self._streams.state(stream)
        there, lacking = _there(state, then)
        now = self._streams.apply(state, self._streams.check(state, there), lambda _: None)
        self._news(ValuesReply(stream, now or ()))
        if lacking:
            names = ", ".join(lacking)
            outputs = ", ".join(state.outputs)
            left_out = BadValue(f"{names} of --load", f"outputs of this model ({outputs})",
                                "They are left out; the rest is set.")  # fmt: skip
            self._effects.append(ReportFault(stream, left_out))

    def _follow(
        self, received: Received, request: Snapshot, then: Values, reply: Reply | OurError
    ) -> None:
        """The engine is as it was kept: now what acts at once."""
        if isinstance(reply, Exception):
            self._answer(received, reply)
            return
        self._news(reply)
        try:
            state = self._streams.state(request.stream)
            there, lacking = _there(state, then)
            settings = self._streams.check(state, there)
            now = self._streams.apply(state, settings, lambda _: None)
        except BridgeError as error:
            self._answer(received, error)
            return
        assert now is not None  # nothing of it needs an engine
        self._news(ValuesReply(state.stream, now))
        self._reply(received, request, lacking)

    def _news(self, reply: Reply) -> None:
        if isinstance(reply, ValuesReply) and reply.values:
            self._tell(ValuesReply(reply.stream, under_every_name(reply.values)))


def _in_turn(state: StreamState, values: Values) -> tuple[Values, Values]:
    """What an engine is made with, and what acts at once; without switches of what is not there."""
    first: list[tuple[str, Value]] = []
    then: list[tuple[str, Value]] = []
    for name, value in values:
        one, stem = resolve(name)
        if one.name == KNOWN_SWITCH and stem not in state.plan.known:
            continue
        planned = one.name in PLANNED or one.name == KNOWN_SWITCH
        (first if planned else then).append((name, value))
    return tuple(first), tuple(then) if state.stream != DEFAULTS else ()


def _there(state: StreamState, values: Values) -> tuple[Values, tuple[str, ...]]:
    """The values for outputs that the stream has, and the names of the others."""
    lacking = [name for name, _ in values if resolve(name)[1] not in ("", *state.outputs)]
    return tuple(one for one in values if one[0] not in lacking), tuple(lacking)
