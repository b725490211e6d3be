"""What the session knows of one stream: its plan, its parameters, and its changes in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from daw_bridge.errors import OurError
from daw_bridge.settings.parameters import STEM, Value, every_name, parameter
from daw_bridge.settings.plan import GRID, KNOWN_SWITCH, PLANNED, StreamPlan, cleared
from daw_bridge.settings.values import Values
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import Reply, StreamHealth, StreamInfo
from engines.spec import RESIDUAL

Answer = Callable[[Reply | OurError], None]
"""Answers the peer that asked: a reply, or an error."""


@dataclass(frozen=True)
class Setting:
    """One checked value to set. `name` as in the table, `stem` where it is per stem.

    `full_name`: with its stem. `asked`: the name that the peer used, and is answered with.
    `idle`: it cannot be set here, but already is so.
    """

    name: str
    stem: str
    value: Value
    full_name: str
    asked: str
    idle: bool = False


@dataclass
class Change:
    """A change of plan, waiting or loading. `who` asked for it."""

    ticket: int
    values: dict[str, Value]
    asked: list[Setting]
    answer: Answer
    form: tuple[int, int] | None = None
    who: Peer | None = None
    skipped: list[tuple[list[Setting], Answer]] = field(default_factory=list)
    """Earlier ones that this one replaces, or does as well; they are answered with it."""
    at_once: list[Setting] = field(default_factory=list)
    """Set in the same request, and so only once the change is done: all of them or none."""
    begun: StreamPlan | None = None
    """The plan that the engine is going over to; steps and seed may be set meanwhile."""

    def covers(self, older: Change) -> bool:
        """Whether this one makes the older one idle: the last value holds."""
        return set(older.values) <= set(cleared(self.values))

    def joins(self, other: Change) -> bool:
        """Whether the two are steps towards one grid, which is tried as a whole."""
        ours, theirs = set(self.values), set(other.values)
        return self.who == other.who is not None and ours | theirs <= set(GRID)

    def take_over(self, older: Change) -> None:
        """Stand for the older one, too."""
        if not self.covers(older):
            self.values = older.values | self.values
        later = {one.full_name for one in self.at_once}
        self.at_once = [o for o in older.at_once if o.full_name not in later] + self.at_once
        self.skipped = [*older.skipped, (older.asked, older.answer), *self.skipped]

    def applied(self, plan: StreamPlan) -> StreamPlan:
        """The plan with the change."""
        changed = plan.changed(self.values)
        return changed if self.form is None else changed.shaped(*self.form)


@dataclass
class StreamState:
    """What the session knows of one stream, or of new streams (number DEFAULTS)."""

    stream: int
    plan: StreamPlan
    info: StreamInfo | None = None
    owner: Peer | None = None
    mix: dict[str, Value] = field(default_factory=dict)
    changes: deque[Change] = field(default_factory=deque)
    health: StreamHealth | None = None

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return () if self.info is None else self.info.outputs

    def read(self, name: str, stem: str, fixed: Mapping[str, Value]) -> Value:
        """A parameter as it is now."""
        full = name.replace(STEM, stem)
        if name == KNOWN_SWITCH:
            return int(stem in self.plan.conditions)
        if name in fixed:
            return fixed[name]
        if self.info is not None and name in _EFFECTIVE:
            return _EFFECTIVE[name](self.info)
        if name in PLANNED:
            return self.plan.value(name)
        return self.mix.get(full, parameter(name).default)

    def needed(self, values: dict[str, Value]) -> dict[str, Value]:
        """Those of the values that change anything; beside another preset, all of them."""
        preset = values.get("block/preset")
        if preset is not None and not self.is_so("block/preset", preset):
            return values
        return {name: value for name, value in values.items() if not self.is_so(name, value)}

    def is_so(self, name: str, value: Value) -> bool:
        """Whether a parameter that loads has this value, as asked for or as the engine has it."""
        if name.startswith("stem/"):
            return self.plan.known_switch(name) == value
        if name == "model":
            return False  # its file may have changed; the host compares
        if name == "block/preset":
            return self.plan.value(name) == value and not set(self.plan.pinned) & set(GRID)
        if self.plan.value(name) == value:
            return True
        if name not in _EFFECTIVE:
            return False
        effective = _EFFECTIVE[name](self.info) if self.info is not None else None
        return name not in self.plan.pinned and effective == value

    def as_asked(self, settings: list[Setting]) -> Values:
        """What was set, under the names that were used; the last of several values holds."""
        values = {one.full_name: one.value for one in settings}
        if self.info is not None:
            values |= {name: read(self.info) for name, read in _EFFECTIVE.items() if name in values}
        return tuple([(one.asked, values[one.full_name]) for one in settings])

    def forget_older(self, newer: Setting) -> None:
        """A waiting change does not undo what was set after it."""
        for change in self.changes:
            change.at_once = [one for one in change.at_once if one.full_name != newer.full_name]


_EFFECTIVE: dict[str, Callable[[StreamInfo], Value]] = {
    "block/hop": lambda info: info.hop_samples,
    "block/window": lambda info: info.window_samples,
    "block/lookahead": lambda info: info.lookahead_samples,
    "residual/to": lambda info: info.residual_to or RESIDUAL,
}
"""Parameters that are answered as the engine has them, and not as they were asked for."""


def under_every_name(values: Values) -> Values:
    """The values under the table's names and every alias, as all listeners get them."""
    return tuple({each: value for name, value in values for each in every_name(name)}.items())
