"""The session's streams: their parameters, and their changes in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import isclose

from daw_bridge.errors import (
    BadValue,
    Busy,
    FixedAtStart,
    OurError,
    TooLarge,
    UnknownStem,
    UnknownStream,
)
from daw_bridge.server.session.events import (
    DEFAULTS,
    AdjustStream,
    ChangeStream,
    Effect,
    OpenStream,
)
from daw_bridge.server.session.named import named, names_of
from daw_bridge.server.session.state import Answer, Change, Setting, StreamState
from daw_bridge.settings.names import check_known
from daw_bridge.settings.parameters import (
    STEM,
    Parameter,
    Value,
    parameter,
    resolve,
    table_name,
)
from daw_bridge.settings.patterns import matching
from daw_bridge.settings.plan import KNOWN_SWITCH, PLANNED, REBUILDS, StreamPlan, cleared
from daw_bridge.settings.values import Values
from daw_bridge.wire import DEFAULT_STREAM, Peer
from daw_bridge.wire.replies import StreamInfo, ValuesReply
from daw_bridge.wire.requests import Open
from daw_bridge.wire.zmq_audio import MAX_CHANNELS, MAX_KNOWN

MAX_CHANGES = 32
"""Most changes of one stream that wait in turn; beyond them the oldest is refused."""
MAX_SKIPPED = 256
"""Most skipped changes that wait for the answer of the one that replaced them."""


@dataclass
class _Opening:
    stream: int
    owner: Peer
    plan: StreamPlan
    answer: Answer


class Streams:
    """Streams, open and opening. Effects go to `effects`, in order."""

    def __init__(
        self, planned: Mapping[str, Value], fixed: Mapping[str, Value], most: int,
        effects: list[Effect],
    ) -> None:  # fmt: skip
        plan = StreamPlan(0, 0, "", "live", (), 0, tuple(planned.items()))
        self.defaults = StreamState(DEFAULTS, plan)
        self.open: dict[int, StreamState] = {}
        self._fixed, self._most, self._effects = dict(fixed), most, effects
        self._opening: dict[int, _Opening] = {}
        self._changing: dict[int, StreamState] = {}
        self._last_ticket = 0

    @property
    def pending(self) -> frozenset[int]:
        """Tickets that are still out."""
        waiting = {one.ticket for state in self._states() for one in state.changes}
        return frozenset(waiting | set(self._opening))

    def _states(self) -> Iterator[StreamState]:
        yield self.defaults
        yield from self.open.values()

    def state(self, stream: int) -> StreamState:
        """An open stream; the defaults for stream 1 while it is not open. Raises UnknownStream."""
        found = self.open.get(stream)
        if found is not None:
            return found
        if stream == DEFAULT_STREAM:
            return self.defaults
        raise self.unknown(stream)

    def unknown(self, stream: int | str) -> UnknownStream:
        """The error for a stream that is not open."""
        open_now = ", ".join(map(str, sorted(self.open))) or "none"
        return UnknownStream(
            f"stream {stream}", f"an open one (now: {open_now})", "Open one, or check its number."
        )

    def matching(self, pattern: str) -> list[int]:
        """The open streams whose number matches. Raises UnknownStream, BadValue."""
        found = matching(pattern, map(str, sorted(self.open)))
        if not found:
            raise self.unknown(pattern)
        return list(map(int, found))

    # Opening and closing.

    def begin(self, peer: Peer, request: Open, answer: Answer) -> None:
        """Open a stream for a peer. Raises TooLarge, Busy, BadValue, FixedAtStart."""
        taken = set(self.open) | {one.stream for one in self._opening.values()}
        if len(taken) >= self._most:
            raise Busy(f"{len(taken)} streams open", f"at most {self._most}", "Close one first.")
        plan = self._plan(request)
        stream = next(k for k in range(1, len(taken) + 2) if k not in taken)
        ticket = self.new_ticket()
        self._opening[ticket] = _Opening(stream, peer, plan, answer)
        self._effects.append(OpenStream(ticket, stream, peer, plan))

    def _plan(self, request: Open) -> StreamPlan:
        if request.channels > MAX_CHANNELS:
            raise TooLarge(
                f"{request.channels} channels", f"at most {MAX_CHANNELS}", "Open several streams."
            )
        check_known(request.known)
        if len(request.known) > MAX_KNOWN:
            raise TooLarge(
                f"{len(request.known)} known stems",
                f"at most {MAX_KNOWN}, as a block carries",
                "Add stems that belong together, and name fewer.",
            )
        values = {}
        for asked, value in request.values:
            name = table_name(asked)
            if name not in PLANNED:
                raise BadValue(
                    f"{asked} for a new stream",
                    "one of " + ", ".join(PLANNED),
                    "Set it afterwards.",
                )
            values[name] = parameter(name).check(value)
        values = dict(cleared(values))
        return StreamPlan(
            request.rate_hz, request.channels, request.mode, request.preset, request.known,
            request.block_samples, (),
        ).changed(self._usual(request.preset) | values)  # fmt: skip

    def _usual(self, preset: str) -> dict[str, Value]:
        """The defaults. An offline stream takes its grid and steps from the model."""
        usual = dict(self.defaults.plan.values)
        if preset != "live":
            names = [name for name in usual if name.startswith(("block/", "refine/steps"))]
            usual |= {name: parameter(name).default for name in names}
        return usual

    def adopt(self, info: StreamInfo, plan: StreamPlan, owner: Peer | None = None) -> None:
        """A stream has opened."""
        self.open[info.stream] = StreamState(info.stream, plan, info, owner)

    def opened(self, ticket: int, info: StreamInfo) -> None:
        """An OpenStream is done."""
        opening = self._opening.pop(ticket)
        self.adopt(info, opening.plan, opening.owner)
        opening.answer(info)

    def forget(self, stream: int) -> StreamState | None:
        """A stream has ended; its waiting changes fail."""
        state = self.open.pop(stream, None)
        while state is not None and state.changes:
            change = state.changes.popleft()
            self._changing.pop(change.ticket, None)
            self._finish(state, change, self.unknown(stream))
        return state

    def owned_by(self, peer: Peer) -> list[int]:
        """The streams a peer opened."""
        return [number for number, state in self.open.items() if state.owner == peer]

    # Parameters.

    def check(self, state: StreamState, values: Values) -> list[Setting]:
        """The values as settings of this stream. Raises the error of the first bad one."""
        return [
            self._check(state, name, value)
            for asked, value in values
            for name in named(state, asked, partial(self._cannot_be_set, state))
        ]

    def _check(self, state: StreamState, name: str, value: Value) -> Setting:
        one, stem = resolve(name)
        if self._cannot_be_set(state, one.name, stem) and self._is_so(state, one, stem, value):
            full_name = one.name.replace(STEM, stem)
            return Setting(one.name, stem, one.check(value), full_name, name, idle=True)
        if not one.live:
            raise FixedAtStart(
                f"{name} for a running stream", f"a change at the start: {one.help}",
                "Restart the server, or open a new stream.",
            )  # fmt: skip
        checked = one.check(value)
        if one.name not in PLANNED and state is self.defaults:
            raise self.unknown(DEFAULT_STREAM)
        if one.per_stem:
            self._check_stem(state, stem)
        if one.name == KNOWN_SWITCH and stem not in state.plan.known:
            raise BadValue(
                f"{name} of a stem that is not routed in",
                f"one of the stream's known stems ({', '.join(state.plan.known) or 'none'})",
                "Open a stream with this known stem.",
            )
        return Setting(one.name, stem, checked, one.name.replace(STEM, stem), name)

    def _cannot_be_set(self, state: StreamState, name: str, stem: str) -> bool:
        """What is fixed, what new streams do not have, and switches of what is not routed in."""
        if name == KNOWN_SWITCH:
            return stem in state.outputs and stem not in state.plan.known
        if state is self.defaults and not parameter(name).per_stem:
            return name not in PLANNED
        return name in self._fixed

    def _is_so(self, state: StreamState, one: Parameter, stem: str, value: Value) -> bool:
        """Whether it has this value already, as far as OSC's numbers are exact."""
        now, asked = state.read(one.name, stem, self._fixed), one.check(value)
        if isinstance(now, float) and isinstance(asked, float):
            return isclose(now, asked, rel_tol=1e-6)
        return now == asked

    def _check_stem(self, state: StreamState, stem: str) -> None:
        if stem not in state.outputs:
            outputs = ", ".join(state.outputs)
            raise UnknownStem(f"stem {stem!r}", f"one of {outputs}", "Check the name.")

    def read(self, state: StreamState, names: tuple[str, ...]) -> Values:
        """Current values of parameters; of all for (). Raises UnknownParameter, UnknownStem.

        A pattern reads what it matches; BadValue where it matches nothing.
        """
        found = [name for asked in names for name in named(state, asked)]
        return tuple(self._read(state, found or names_of(state)))

    def _read(self, state: StreamState, names: Iterable[str]) -> Iterator[tuple[str, Value]]:
        for name in names:
            one, stem = resolve(name)
            if one.per_stem and state is self.defaults:
                raise self.unknown(DEFAULT_STREAM)
            if one.per_stem:
                self._check_stem(state, stem)
            yield name, state.read(one.name, stem, self._fixed)

    def apply(
        self, state: StreamState, settings: list[Setting], answer: Answer, who: Peer | None = None
    ) -> Values | None:
        """Set checked values. Returns them if all of them act at once.

        Otherwise they wait in turn, and `answer` gets the values or an error.
        """
        to_set = [one for one in settings if not one.idle]
        rebuild = {one.full_name: one.value for one in to_set if one.name in REBUILDS}
        if rebuild:
            at_once = [one for one in to_set if one.name not in REBUILDS]
            change = Change(
                self.new_ticket(), rebuild, settings, answer, who=who, at_once=at_once
            )  # fmt: skip
            self._enqueue(state, change)
            return None
        for one in to_set:
            self._set_now(state, one)
            state.forget_older(one)
        return state.as_asked(settings)

    def reshape(self, state: StreamState, form: tuple[int, int], answer: Answer) -> None:
        """Go over to audio of another rate in Hz and block size in samples.

        Never refused: a port asks again only when its audio has changed again, so only the newest
        of those that have not begun is kept.
        """
        waiting = list(state.changes)[1:]
        state.changes = deque([*list(state.changes)[:1], *(w for w in waiting if not w.form)])
        self._enqueue(state, Change(self.new_ticket(), {}, [], answer, form))

    def _enqueue(self, state: StreamState, change: Change) -> None:
        """Let it wait in turn. The last value asked for holds: what it replaces is skipped."""
        for older in list(state.changes)[1:]:
            if older.form is None and (change.covers(older) or change.joins(older)):
                state.changes.remove(older)
                change.take_over(older)
        while len(change.skipped) > MAX_SKIPPED:
            self._answer_one(state, *change.skipped.pop(0))
        if len(state.changes) >= MAX_CHANGES:
            oldest = state.changes[1]
            state.changes.remove(oldest)
            busy = Busy(f"{MAX_CHANGES} changes waiting", "fewer", "Try again in a moment.")
            self._finish(state, oldest, busy)
        state.changes.append(change)
        if len(state.changes) == 1:
            self._start(state)

    def _finish(self, state: StreamState, change: Change, error: OurError | None = None) -> None:
        """Answer a change, and those that were skipped for it."""
        for asked, answer in (*change.skipped, (change.asked, change.answer)):
            if error is None:
                self._answer_one(state, asked, answer)
            else:
                answer(error)

    def _answer_one(self, state: StreamState, asked: list[Setting], answer: Answer) -> None:
        """With the values as they are; those of a change that was skipped are others' now."""
        now = [(one.asked, state.read(one.name, one.stem, self._fixed)) for one in asked]
        answer(ValuesReply(state.stream, tuple(now)))

    def _set_now(self, state: StreamState, one: Setting) -> None:
        if one.name in PLANNED:
            state.plan = state.plan.changed({one.name: one.value})
        else:
            state.mix[one.full_name] = one.value
        if state is not self.defaults:
            self._effects.append(AdjustStream(state.stream, one.name, one.stem, one.value))

    def _start(self, state: StreamState) -> None:
        """Begin the first change that changes anything."""
        while state.changes:
            change = state.changes[0]
            change.values = state.needed(change.values)
            if change.values or change.form is not None:
                self._begin(state, change)
                return
            state.changes.popleft()
            for one in change.at_once:
                self._set_now(state, one)
            self._finish(state, change)

    def _begin(self, state: StreamState, change: Change) -> None:
        self._changing[change.ticket] = state
        plan = change.begun = change.applied(state.plan)
        follows = change.form is not None
        self._effects.append(ChangeStream(change.ticket, state.stream, plan, follows))

    def changed(self, ticket: int, info: StreamInfo | None) -> None:
        """A ChangeStream is done."""
        state = self._changing.pop(ticket, None)
        if state is None:
            return  # the stream has closed meanwhile
        change = state.changes.popleft()
        state.plan = change.applied(state.plan)
        state.info = info or state.info
        self._catch_up(state, change)
        self._finish(state, change)
        self._start(state)

    def _catch_up(self, state: StreamState, change: Change) -> None:
        """Set what came with the change, and again what was set while it was loading."""
        for name in sorted(set(PLANNED) - REBUILDS):
            value = state.plan.value(name)
            if change.begun is not None and change.begun.value(name) != value:
                self._set_now(state, Setting(name, "", value, name, name))
        for one in change.at_once:
            self._set_now(state, one)

    def updated(self, info: StreamInfo) -> None:
        """A stream's description after an AdjustStream."""
        state = self.open.get(info.stream)
        if state is not None:
            state.info = info

    def refused(self, ticket: int, error: OurError) -> None:
        """An OpenStream or ChangeStream failed: everything stays as it was."""
        opening = self._opening.pop(ticket, None)
        if opening is not None:
            opening.answer(error)
            return
        state = self._changing.pop(ticket, None)
        if state is not None:
            change = state.changes.popleft()
            later = state.changes[0] if state.changes else None
            if later is not None and later.form is None and later.joins(change):
                later.take_over(change)  # the grid may do as a whole what a part of it could not
            else:
                self._finish(state, change, error)
            self._start(state)

    def new_ticket(self) -> int:
        """The number of a piece of work."""
        self._last_ticket += 1
        return self._last_ticket
