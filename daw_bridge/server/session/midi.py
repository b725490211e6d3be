"""Which MIDI controllers set which parameters of the audio port's stream, and to what.

A binding is learnt: the next controller that moves sets the parameter from then on. A controller
sets one parameter, and a parameter has one controller; the newer binding replaces the older one.
"""

from __future__ import annotations

from collections.abc import Callable

from daw_bridge.errors import BadValue, BridgeError, NoMidi, OurError
from daw_bridge.live.controls import ControlChange
from daw_bridge.server.session.events import Controlled, Effect, ReportFault
from daw_bridge.server.session.state import under_every_name
from daw_bridge.server.session.streams import Streams
from daw_bridge.settings.parameters import PREFIX, STEM, Parameter, Value, resolve
from daw_bridge.wire import DEFAULT_STREAM
from daw_bridge.wire.replies import Binding, MidiReply, Reply, ValuesReply
from daw_bridge.wire.requests import Midi

_MOST = 127
_ON_FROM = 64


def value_at(one: Parameter, position: int) -> Value:
    """The value of a parameter with a `dial` for a controller at 0 to 127.

    A switch is on from 64. Otherwise 0 is the parameter's minimum (of a gain: silence), and 1 to
    127 run through the dial, in equal steps.
    """
    assert one.dial is not None and one.minimum is not None
    low, high = one.dial
    if (low, high) == (0, 1):
        return int(position >= _ON_FROM)
    value = low + (high - low) * (position - 1) / (_MOST - 1) if position else one.minimum
    return round(value) if one.type == "i" else float(value)


class Bindings:
    """The parameter of each controller, and the one that waits for a controller."""

    def __init__(self) -> None:
        self.learning = ""
        self._bound: dict[tuple[int, int], str] = {}

    def learn(self, address: str) -> None:
        """The next controller that moves sets this one; also where it has one already."""
        self.learning = address

    def forget(self, address: str) -> None:
        """Bind this one no more; all, where it is empty. Raises BadValue."""
        if address not in ("", self.learning, *self._bound.values()):
            bound = ", ".join(self._bound.values()) or "none"
            raise BadValue(
                f"{address!r}, which no MIDI controller sets",
                f"one that a controller sets ({bound})",
                f"Send {PREFIX}/midi/list.",
            )
        kept = {key: one for key, one in self._bound.items() if address not in ("", one)}
        self._bound = kept
        self.learning = "" if address in ("", self.learning) else self.learning

    def address_of(self, change: ControlChange) -> str:
        """What this controller sets, learnt now if one is waited for; empty: nothing."""
        key = change.channel, change.controller
        if self.learning:
            kept = {other: one for other, one in self._bound.items() if one != self.learning}
            self._bound = kept | {key: self.learning}
            self.learning = ""
        return self._bound.get(key, "")

    def list(self) -> tuple[Binding, ...]:
        """Channel 1 to 16, controller and address of each, by channel and controller."""
        return tuple(Binding(*key, one) for key, one in sorted(self._bound.items()))


class MidiControl:
    """Answers `midi`, and sets what controllers move, as a `set` of the first stream would.

    `there`: whether the audio port has a MIDI input. `tell` sends news.
    """

    def __init__(
        self, streams: Streams, effects: list[Effect], tell: Callable[[Reply], None]
    ) -> None:
        self._streams, self._effects, self._tell = streams, effects, tell
        self._bindings = Bindings()
        self.there = False

    def asked(self, request: Midi) -> MidiReply:
        """Learn, forget or list. Raises NoMidi, BadValue, UnknownParameter, UnknownStem."""
        address = request.address.removeprefix(f"{PREFIX}/")
        if request.action == "learn":
            if not self.there:
                raise NoMidi("no MIDI input", "the one of --io jack", "Serve with --io jack.")
            self._bindings.learn(self._checked(address))
        elif request.action == "forget":
            self._bindings.forget(_table_address(address) if address else "")
        return self._reply()

    def _reply(self) -> MidiReply:
        return MidiReply(self._bindings.list(), self._bindings.learning)

    def _checked(self, address: str) -> str:
        """The table's name of a parameter that a controller can set in this stream."""
        one, _ = resolve(address)
        if one.dial is None:
            raise BadValue(
                f"{address!r} for a MIDI controller",
                "a gain, a switch, refine/steps or refine/seed",
                "See docs/guide/jack.md.",
            )
        state = self._streams.state(DEFAULT_STREAM)
        ends = tuple((address, value_at(one, position)) for position in (0, _MOST))
        self._streams.check(state, ends)
        return _table_address(address)

    def controlled(self, event: Controlled) -> None:
        """Controllers have moved."""
        for change in event.changes:
            learning = self._bindings.learning
            address = self._bindings.address_of(change)
            if learning:
                self._tell(self._reply())
            if address:
                self._set(address, change.value)

    def _set(self, address: str, position: int) -> None:
        try:
            state = self._streams.state(DEFAULT_STREAM)
            value = value_at(resolve(address)[0], position)
            settings = self._streams.check(state, ((address, value),))
            values = self._streams.apply(state, settings, self._after)
        except BridgeError as error:
            self._after(error)
            return
        if values is not None:
            self._after(ValuesReply(state.stream, values))

    def _after(self, reply: Reply | OurError) -> None:
        if isinstance(reply, ValuesReply):
            self._tell(ValuesReply(reply.stream, under_every_name(reply.values)))
        elif isinstance(reply, Exception):
            self._effects.append(ReportFault(DEFAULT_STREAM, reply))


def _table_address(address: str) -> str:
    """The parameter's name, whatever alias was used."""
    one, stem = resolve(address)
    return one.name.replace(STEM, stem)
