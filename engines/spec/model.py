"""What is known of a model: one versioned JSON value."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from engines.context import CONTEXTS, ZEROS
from engines.errors import SpecError, TagError
from engines.records import decode, encode
from engines.spec.answers import answers, check_answer
from engines.spec.asking import Asking, Target, no_tags
from engines.spec.checks import NAME, one_of, require
from engines.spec.diffusion import Diffusion, check_diffusion
from engines.spec.domains import Domain, StftDomain, WaveformDomain
from engines.spec.hops import Hops, hops_of
from engines.spec.others import (
    FirstModel,
    Member,
    PresetModel,
    check_elsewhere,
    check_firsts,
    check_members,
)
from engines.spec.parts import Part, Rest, StatePair, Then, check_parts, check_state
from engines.spec.ports import Port, axes_of, check_port, default_ports
from engines.spec.published import Published
from engines.spec.query import QUERY, Query, check_query
from engines.spec.steering import Steering, check_steering
from engines.spec.uses import Preset, Schedule

SPEC_VERSION = 2
READABLE = (1, SPEC_VERSION)
"""A spec of version 1 is one of version 2 whose new fields have their defaults."""
RESIDUAL = "residual"
FLAG_HOTS = ("masked", "given")
FLAG_AXES = ("stem", "time")
LOWEST_LEVEL_DB, HIGHEST_LEVEL_DB = -80.0, 120.0
"""Networks for samples of 16 or 24 bits as whole numbers expect a level far above full scale."""

Cell = str | int | float | None


@dataclass(frozen=True)
class ModelSpec:
    """All the engine must know about a model. Validated when made; raises SpecError.

    name: what it is called: a-z, 0-9, _ and -.
    stems: their names, in the graph's order; none is `mix` or `residual`.
    rate_hz: the sample rate that the graph expects.
    channels: how many the graph takes.
    method: what the engine does with the graph, by its name.
    domain: what the graph works in; with the method `mean` it says nothing.
    live: the balanced live preset.
    offline: the preset for files.
    version: of the description. One of version 1 is one of version 2 whose new fields have their
        defaults.
    rate_tolerance: how far from `rate_hz` audio may be that is not resampled: 0.1 is a tenth.
    conditional: whether the graph takes known stems.
    flag_hot: which stems have flag 1: `masked` or `given`.
    flag_axis: `stem`: a flag for each stem; `time`: one for each stem and frame (of samples: each
        sample).
    schedule: of the masks, with the method `gibbs`.
    residual_to: the stem that the trainer advises to add the residual to; none that `first` makes.
    licence: what the model, and what it makes, may be used for.
    training: what it was trained with.
    figures: rows of the model card, the first of them its header.
    tight: a live preset with less latency.
    quality: a live preset with better stems.
    level_db: the level that the network expects its mix at, RMS over half a second in dB re full
        scale, -80 to 120: the mix is brought there, and the answer back. null: it is given as it
        comes.
    ports: inputs and outputs that are not called, or do not lie, as in graphs exported for
        daw-bridge.
    batch_max: the most windows in one call, 0 for any number.
    answer: what the graph says of a stem's STFT. Magnitudes: `mask` (usual), `magnitude` (it gets
        the mix's phase) or `ratio` (masks are the squares of the answers over their sum). Complex
        values: `spectrum` (usual) or `mask`. null: what is usual.
    wiener: 1: magnitudes are refined by one iteration of expectation maximisation, in blocks of 64
        frames.
    parts: the files that are one model, where it is several. They lie in the description's folder.
    rest: the stem that no graph gives.
    state: what the graph carries from one window to the next: zeros at first. Where it takes
        several windows, they are the first axis of each.
    context: what a window finds before the music's start and after its end: `zeros`, `reflect` or
        `repeat`.
    steering: of a model that is steered to the tags that it is asked for.
    query: of a model whose network listens to tags.
    then: a second graph, which goes on with what this one made.
    first: models that are run before this one.
    members: with the method `mean`: the models that it is the mean of.
    diffusion: of a model that samples its stems from noise.
    published: of a model that is a published system, trained anew: which one.
    late_hops: with a state: how many hops late the graph answers. null: none of an STFT, and of
        samples as many as a preset's lookahead has.
    memory_samples: with a state: after how much of a signal it is as good as one that heard all.
        Live, so much is heard before a model is faded in, and after hops that came late. null: one
        second.
    steps_gain: what more steps of refinement bring and cost, and so why the presets have theirs.
    instant: the live preset with the least latency.
    elsewhere: live presets that another model is run with.
    """

    name: str
    stems: tuple[str, ...]
    rate_hz: int
    channels: int
    method: str
    domain: Domain
    live: Preset
    offline: Preset
    version: int = SPEC_VERSION
    rate_tolerance: float = 0.10
    conditional: bool = False
    flag_hot: str = "masked"
    flag_axis: str = "stem"
    schedule: Schedule | None = None
    residual_to: str | None = None
    licence: str = ""
    training: str = ""
    figures: tuple[tuple[Cell, ...], ...] = field(default=())
    tight: Preset | None = None
    quality: Preset | None = None
    level_db: float | None = None
    ports: tuple[Port, ...] = ()
    batch_max: int = 0
    answer: str | None = None
    wiener: int = 0
    parts: tuple[Part, ...] = ()
    rest: Rest | None = None
    state: tuple[StatePair, ...] = ()
    context: str = ZEROS
    steering: Steering | None = None
    query: Query | None = None
    then: Then | None = None
    first: tuple[FirstModel, ...] = ()
    members: tuple[Member, ...] = ()
    diffusion: Diffusion | None = None
    published: Published | None = None
    late_hops: int | None = None
    memory_samples: int | None = None
    steps_gain: str = ""
    instant: Preset | None = None
    elsewhere: tuple[PresetModel, ...] = ()

    def __post_init__(self) -> None:
        self._check_names()
        self._check_numbers()
        self._check_graphs()
        check_firsts(self.first, self.stems, self.residual_to)
        check_members(self.members, self.method, self.stems)
        check_elsewhere(self.elsewhere, self.presets)
        one_of(self.flag_hot, FLAG_HOTS, "flag_hot")
        one_of(self.flag_axis, FLAG_AXES, "flag_axis")
        one_of(self.context, CONTEXTS, "context")
        extra = self.schedule is None or self.conditional
        require(extra, "a schedule on a model without conditioning", "schedule null")
        _ = self.second  # it is checked as any other
        for preset in self.presets.values():
            problem = self.hops.problem(preset.grid) if self.hops else None
            require(problem is None, *(problem or ("", "")))
            valid = self.valid_window(preset.window_samples)
            seen = f"window_samples {preset.window_samples} in a preset"
            require(valid == preset.window_samples, seen, f"a valid length such as {valid}")

    @property
    def presets(self) -> dict[str, Preset]:
        """By name, those that the model has."""
        live = {"instant": self.instant, "tight": self.tight, "balanced": self.live}
        named = {**live, "quality": self.quality, "offline": self.offline}
        return {name: one for name, one in named.items() if one}

    def in_place(self, preset: str) -> ModelSpec:
        """The same with a live preset of that name, its balanced one where it has none."""
        if preset in self.presets:
            return self
        chosen: Any = {preset: self.live}
        return replace(self, **chosen)

    @property
    def graph_stems(self) -> tuple[str, ...]:
        """The stems that graphs give: all but the rest."""
        return tuple(one for one in self.stems if self.rest is None or one != self.rest.stem)

    @property
    def answers_with(self) -> str:
        """What the graph says of the stems' STFT: one of ANSWERS; "" for samples."""
        return self.answer or (*answers(self.domain), "")[0]

    @property
    def all_ports(self) -> tuple[Port, ...]:
        """Every port of the graph: those named in the spec, else as in graphs exported here."""
        named = {port.role: port for port in self.ports}
        usual = default_ports(self.domain, self.conditional, self.flag_axis)
        return tuple(named.get(port.role, port) for port in usual)

    @property
    def hops(self) -> Hops | None:
        """How a graph with a state goes through a signal; None where there is no state."""
        return hops_of(self.domain, self.late_hops) if self.state else None

    @property
    def refines(self) -> bool:
        """Whether more steps make better stems of the same window."""
        return self.conditional and not self.state

    @property
    def memory(self) -> int:
        """Samples after which a state is as good as one that heard all; 0 where there is none."""
        if not self.state:
            return 0
        return self.rate_hz if self.memory_samples is None else self.memory_samples

    @property
    def second(self) -> ModelSpec | None:
        """What the graph of `then` is, as a model by itself; None where there is none."""
        if self.then is None or self.hops is None:
            return None
        gives = self.hops.gives
        grid = Preset(gives, gives, 0, 0)
        return replace(
            self, domain=WaveformDomain(gives, 0), late_hops=None, ports=self.then.ports,
            state=self.then.state, answer=None, wiener=0, then=None, live=grid, offline=grid,
            tight=None, quality=None, instant=None, elsewhere=(),
        )  # fmt: skip

    def valid_window(self, window_samples: int) -> int:
        """The smallest window of at least `window_samples` that can be run, if there is one.

        A graph with a state is run on parts of a window, which `hops` looks after.
        """
        return window_samples if self.state else self.domain.valid_window(window_samples)

    @property
    def asking(self) -> Asking | None:
        """Of a model that is asked for tags, what it can be asked for."""
        return self.query or self.steering

    def tagged(self, text: str) -> ModelSpec:
        """The same whose stems are those tags (`flute,guitar+drums`). Raises TagError."""
        return self._asked(self._known().asked(text))

    def listening(self, text: str) -> ModelSpec:
        """The same with one stem, `query`, which is all of those tags. Raises TagError."""
        tags = [tag for target in self._known().asked(text) for tag in target.tags]
        return self._asked((Target(QUERY, tuple(dict.fromkeys(tags))),) if tags else ())

    def _known(self) -> Asking:
        if self.asking is None:
            expected = f"none: its stems are {', '.join(self.stems)}"
            raise TagError(f"tags for {self.name}", expected, "leave them out, or choose --stems")
        return self.asking

    def _asked(self, targets: tuple[Target, ...]) -> ModelSpec:
        if not targets:
            raise no_tags(self.name, self._known())
        stems = tuple(target.stem for target in targets)
        if self.query is not None:
            return replace(self, stems=stems, query=replace(self.query, targets=targets))
        assert self.steering is not None
        return replace(self, stems=stems, steering=replace(self.steering, targets=targets))

    def _check_graphs(self) -> None:
        """What says how the graph or the graphs are used."""
        roles, known = [port.role for port in self.ports], [p.role for p in self.all_ports]
        holds = len(set(roles)) == len(roles) and set(roles) <= set(known)
        require(holds, f"ports {', '.join(roles)}", f"each of {', '.join(known)} at most once")
        require(self.batch_max >= 0, f"batch_max {self.batch_max}", "0 for any, or at least 1")
        stem = self.rest.stem if self.rest else None
        holds = stem is None or (stem in self.stems and len(self.stems) > 1)
        require(holds, f"a rest {stem!r}", "one of the stems, and not the only one")
        single = {"B": self.batch_max == 1, "C": self.channels == 1, "S": self._one_row}
        for port in self.all_ports:
            check_port(port, axes_of(port.role, self.domain, self.flag_axis), single)
        check_answer(self.answer, self.wiener, self.domain)
        check_parts(self.parts, self.graph_stems)
        check_state(self.state)
        self._check_hops()
        samples = self.domain if isinstance(self.domain, WaveformDomain) else None
        fixed = samples is not None and samples.length_step_samples == 0
        nothing = not (self.conditional or self.steering or self.state or self.parts or self.rest)
        nothing = nothing and samples is not None and len(self.stems) > 1 and self.batch_max == 0
        check_diffusion(self.diffusion, nothing)
        check_steering(self.steering, self.stems, fixed and self.channels == self.batch_max == 1)
        alone = not (self.conditional or self.steering or self.state or self.parts or self.rest)
        alone = alone and not (self.diffusion or self.wiener or self.residual_to)
        stft = self.domain if isinstance(self.domain, StftDomain) else None
        alone = alone and stft is not None and stft.values == "magnitude"
        check_query(self.query, self.stems, alone and self.answers_with == "mask")
        holds = self.then is None or (self.hops is not None and len(self.graph_stems) == 1)
        holds = holds and (self.then is None or self.level_db is None)
        expected = "a graph with a state and one stem before it, and no level_db"
        require(holds, "a second graph (then)", expected)
        plain = self.answers_with in ("", "mask") and not (self.wiener or self.parts or self.rest)
        plain = plain and getattr(self.domain, "values", "magnitude") == "magnitude"
        expected = "samples, or magnitudes and masks, of one graph that gives all stems"
        require(plain or not self.conditional, "a conditional model of another kind", expected)

    def _check_hops(self) -> None:
        """What is said of a graph with a state alone."""
        late, memory = self.late_hops, self.memory_samples
        for name, value in (("late_hops", late), ("memory_samples", memory)):
            holds = value is None or (value >= 0 and self.hops is not None)
            require(holds, f"{name} {value}", "null, or at least 0 and a graph with a state")
        holds = not late or self.level_db is None or self.answers_with == "mask"
        require(holds, f"late_hops {late} with a level_db", "masks, or no level_db")

    @property
    def _one_row(self) -> bool:
        """Whether each graph gives one stem."""
        rows = [len(part.rows) for part in self.parts] or [len(self.graph_stems)]
        return max(rows) == 1

    def _check_names(self) -> None:
        require(bool(NAME.fullmatch(self.name)), f"name {self.name!r}", "a-z, 0-9, _ and -")
        require(bool(NAME.fullmatch(self.method)), f"method {self.method!r}", "a-z, 0-9, _, -")
        bad = [s for s in self.stems if not NAME.fullmatch(s) or s in (RESIDUAL, "mix")]
        holds = bool(self.stems) and not bad and len(set(self.stems)) == len(self.stems)
        expected = "at least one stem, each once, of a-z, 0-9, _ and -, none 'residual' or 'mix'"
        require(holds, f"stems {self.stems}", expected)
        holds = self.residual_to is None or self.residual_to in self.stems
        require(holds, f"residual_to {self.residual_to!r}", "null or one of the stems")

    def _check_numbers(self) -> None:
        seen = f"spec version {self.version}"
        require(self.version == SPEC_VERSION, seen, f"version {SPEC_VERSION}")
        require(self.rate_hz >= 1, f"rate_hz {self.rate_hz}", "at least 1 Hz")
        require(self.channels >= 1, f"channels {self.channels}", "at least 1")
        cells = [c for row in self.figures for c in row if isinstance(c, float)]
        require(all(map(isfinite, cells)), "a figure that is not finite", "numbers, null or text")
        seen = f"rate_tolerance {self.rate_tolerance}"
        require(0.0 <= self.rate_tolerance < 1.0, seen, "0 <= rate_tolerance < 1")
        holds = self.level_db is None or LOWEST_LEVEL_DB <= self.level_db <= HIGHEST_LEVEL_DB
        expected = f"null, or {LOWEST_LEVEL_DB:g} to {HIGHEST_LEVEL_DB:g} dB re full scale"
        require(holds, f"level_db {self.level_db}", expected)

    def to_json(self) -> str:
        """The value to store under SPEC_KEY."""
        return json.dumps(encode(self), ensure_ascii=False, allow_nan=False)

    @staticmethod
    def from_json(text: str) -> ModelSpec:
        """The spec stored as `text`. Raises SpecError."""
        try:
            value: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SpecError(
                f"no JSON: {error}", "a JSON object", "export the model again"
            ) from None
        version = value.get("version") if isinstance(value, dict) else None
        if type(version) is not int or version not in READABLE:
            expected = "version " + " or ".join(map(str, READABLE))
            raise SpecError(f"spec version {version!r}", expected, "update daw-bridge or the model")
        spec = decode(ModelSpec, value | {"version": SPEC_VERSION}, "spec")
        assert isinstance(spec, ModelSpec)
        return spec

    def suits_rate(self, rate_hz: float) -> bool:
        """Whether audio at `rate_hz` may be given to the graph without resampling."""
        return abs(rate_hz / self.rate_hz - 1.0) <= self.rate_tolerance
