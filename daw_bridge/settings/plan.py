"""What was asked of a stream, before there is one, and the settings a model makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from daw_bridge.errors import FilesOnly, TooLarge
from daw_bridge.settings.parameters import STEM, Value, parameter
from daw_bridge.settings.values import Valued, Values, changed
from engines.context import of_songs
from engines.spec import RESIDUAL, ModelSpec
from engines.spread import Node, spread
from engines.stream import StreamSettings, stream_settings

MAX_WINDOW_SECONDS = 120
"""Longest window a stream may ask for: it is kept in memory several times."""

PLANNED = (
    "model", "refine/steps", "refine/seed", "block/preset", "block/hop", "block/window",
    "block/lookahead", "residual/to", "query/tag",
)  # fmt: skip
"""Parameters that make a stream; steps and seed can change in it, the others need a new engine."""

GRID = ("block/hop", "block/window", "block/lookahead")
"""What a preset chooses, unless it is asked for beside it."""

PINNABLE = (*GRID, "residual/to")
"""What the preset or the model chooses, unless it is asked for."""

FILE = "file"
"""The mode of a plan that is no stream's."""

KNOWN_SWITCH = f"stem/{STEM}/known"
"""Switches a known stem on and off."""

REBUILDS = frozenset(PLANNED) - {"refine/steps", "refine/seed"} | {KNOWN_SWITCH}


@dataclass(frozen=True)
class StreamPlan(Valued):
    """What was asked of a stream. `mode`: sync, live, device, or file; `known`: the stems whose
    audio comes with the mix; `values`: those of PLANNED, and switches of known stems, checked.
    """

    rate_hz: int
    channels: int
    mode: str
    preset: str
    known: tuple[str, ...]
    block_samples: int
    values: Values
    held_ms: float = 0.0
    """What the transport holds before the stream gets it: part of the declared latency."""

    @property
    def held_samples(self) -> int:
        """The same in samples of the stream."""
        return held_samples(self.held_ms, self.rate_hz, self.block_samples)

    def changed(self, values: Mapping[str, Value]) -> StreamPlan:
        """The plan with other values. A preset clears what stands below it."""
        return replace(self, values=changed(self.values, cleared(values)))

    @property
    def pinned(self) -> tuple[str, ...]:
        """What was asked for, where the preset or the model would choose."""
        return tuple(one for one in PINNABLE if self.value(one) != parameter(one).default)

    def shaped(self, rate_hz: int, block_samples: int) -> StreamPlan:
        """The plan for audio of another form."""
        return replace(self, rate_hz=rate_hz, block_samples=block_samples)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The known stems that are switched on, as all are at first."""
        switches = dict(self.values)
        return tuple(one for one in self.known if switches.get(KNOWN_SWITCH.replace(STEM, one), 1))

    def known_switch(self, name: str) -> Value:
        """The switch of a known stem (`stem/drums/known`)."""
        return dict(self.values).get(name, 1)

    @property
    def model(self) -> str:
        """The model's name or path."""
        return self.text("model")

    @property
    def anytime(self) -> bool:
        """Whether steps follow the deadline."""
        return self.mode not in ("sync", FILE) and self.integer("refine/steps") == 0


def cleared(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """The values; with a preset among them, also the grid that it chooses."""
    if "block/preset" not in values:
        return values
    return {name: parameter(name).default for name in GRID} | dict(values)


def held_samples(held_ms: float, rate_hz: int, block_samples: int) -> int:
    """`held_ms` in samples, in whole blocks, so that blocks begin where the audio does."""
    block = max(1, block_samples)
    return ceil(held_ms * rate_hz / 1000.0 / block) * block


def settings_with(model: Node, plan: StreamPlan) -> StreamSettings:
    """`settings_for` a model that may need others. Raises as that does, also for what it needs."""
    settings = settings_for(model.spec, plan)
    for spec in spread(model, settings).specs:
        _refuse_files_only(spec, plan)
    return settings


def _refuse_files_only(spec: ModelSpec, plan: StreamPlan) -> None:
    if spec.steering is not None and plan.mode != FILE:
        raise FilesOnly(
            f"a stream with {spec.name}, which is steered for seconds for every second of music",
            "a model that goes through music once", "Separate a file with it, with --tags.",
        )  # fmt: skip


def settings_for(spec: ModelSpec, plan: StreamPlan) -> StreamSettings:
    """The settings of this plan with this model. Raises SettingsError, TooLarge, FilesOnly."""
    _refuse_files_only(spec, plan)
    name = "offline" if plan.preset == "offline" else plan.text("block/preset")
    preset = stream_settings(
        spec,
        plan.rate_hz,
        plan.channels,
        preset=name,
        steps=plan.integer("refine/steps") or None,
        seed=plan.integer("refine/seed"),
        known=plan.conditions,
        residual_to=_residual_to(spec, plan),
    )
    hop = plan.integer("block/hop") or preset.hop_samples
    look = plan.integer("block/lookahead")
    window = plan.integer("block/window") or preset.window_samples
    if window > MAX_WINDOW_SECONDS * spec.rate_hz:
        raise TooLarge(
            f"a window of {window} samples",
            f"at most {MAX_WINDOW_SECONDS} s",
            "Choose a shorter window.",
        )
    settings = replace(
        preset,
        window_samples=window,
        hop_samples=hop,
        lookahead_samples=preset.lookahead_samples if look < 0 else look,
        crossfade_samples=min(preset.crossfade_samples, hop),
        context=_context(spec, plan),
    )
    settings.check_for(spec)
    return settings


def _context(spec: ModelSpec, plan: StreamPlan) -> str:
    """What windows hear beyond the ends: the model's own. Without a deadline and with the offline
    preset the music is mirrored there, where the model has none."""
    offline = plan.mode in ("sync", FILE) and plan.preset == "offline"
    return of_songs(spec.context) if offline else spec.context


def trial_settings(model: Node, values: Values) -> StreamSettings:
    """A live stream of these values at the model's own rate and channels. Raises as above."""
    spec = model.spec
    return settings_with(
        model, StreamPlan(spec.rate_hz, spec.channels, "sync", "live", (), 0, values)
    )


def _residual_to(spec: ModelSpec, plan: StreamPlan) -> str | None:
    """The stem that takes the residual: the one asked for, or the model's own choice."""
    asked = plan.text("residual/to")
    if asked == RESIDUAL:
        return None
    if asked:
        return asked
    return None if spec.residual_to in plan.conditions else spec.residual_to
