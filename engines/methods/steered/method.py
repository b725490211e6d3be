"""Each stem of each window by steps of its own, one network call a step.

The graph's inputs beside `mix (1, 1, T)`: `latent (1, numbers, places)`, `target (1, tags)`, and
`begin (1,)`, 1 in the first call: the latent is then the mix's own. Its outputs: `stems`, what the
mask leaves of the mix (or what the decoder plays); `start`, the latent that was used; `gradient` of
`loss` by it; `tags` of what is in `stems`; and, in the first call, `heard`, the tags of the mix.

Where the model's stems are steered together (`joint`), one such way is that of all of a window's:
latent, target, stems and tags have a row for each and a last one for the rest, whose target is all
0. The graph then has one more input, `given` (rows, 1, T): where `begin` is 2, masks begin as those
of these stems.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.methods import require
from engines.methods.steered.ascent import Adam
from engines.session import Session
from engines.spec import ModelSpec, Steering, Target, WaveformDomain, no_tags
from engines.types import Audio
from engines.window import Control, Estimate, State, Window, with_known, without_known

_QUIET = 1e-6


class Method:
    """Known stems are taken out of the mix first. The stems' steps take turns, so that all have as
    many wherever they end; what a stem is, it is after any step."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        steered = isinstance(spec.domain, WaveformDomain) and spec.steering is not None
        require(steered and not spec.conditional, spec, "a steered model of samples")
        assert spec.steering is not None
        self._spec, self._session, self._steering = spec, session, spec.steering

    def new_state(self) -> State | None:
        """None: every window is steered by itself."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """An estimate of every window; `proceed` hears of every step of every stem.

        Raises TagError where the model was asked for no tags.
        """
        targets = self._steering.targets
        if not targets:
            raise no_tags(self._spec.name, self._steering)
        heard = [without_known(window) for window in windows]
        climbs = [
            [Climb(self._session, self._steering, some, one.mix) for some in self._together(one)]
            for one in heard
        ]
        turns = [climb for row in climbs for climb in row]
        self._take_turns(turns, control)
        pairs = zip(windows, climbs, strict=True)
        return [self._estimate(window, row) for window, row in pairs]

    def _together(self, window: Window) -> list[list[Target]]:
        """The targets that are not known, those that are steered together in one list."""
        pairs = zip(self._steering.targets, window.known_mask, strict=True)
        wanted = [target for target, known in pairs if not known]
        if self._steering.joint:
            return [wanted] if wanted else []
        return [[one] for one in wanted]

    def _take_turns(self, turns: Sequence[Climb], control: Control) -> None:
        total = control.steps * len(turns)
        for done in range(total):
            turns[done % len(turns)].step()
            if not control.proceed(done + 1, total):
                return

    def _estimate(self, window: Window, climbs: list[Climb]) -> Estimate:
        length = window.stop - window.start
        stems = np.zeros((len(self._spec.stems), len(window.mix), length), np.float32)
        likely = np.ones(len(stems))
        rows = iter(np.flatnonzero(~window.known_mask))
        for climb in climbs:
            for place in range(len(climb.heard)):
                row = next(rows)
                likely[row] = climb.heard[place]
                if climb.audio is not None:
                    stems[row] = climb.audio[place, :, window.start : window.stop]
        steps = max((climb.steps for climb in climbs), default=0)
        calls = sum(climb.steps for climb in climbs)
        return Estimate(with_known(stems, window), steps, calls, heard=tuple(map(float, likely)))


class Climb:
    """A stem of a window on its way, or all that are steered together.

    `audio` (stems, 1, T) after the last step, None before any; `heard`: how sure the taggers are of
    each in the mix. `given` (stems, 1, T): what joint masks begin as, and not as usual.
    """

    def __init__(
        self, session: Session, steering: Steering, targets: Sequence[Target], mix: Audio,
        given: Audio | None = None,
    ) -> None:  # fmt: skip
        self._session, self._steering, self._mix = session, steering, mix
        self._rows = [list(steering.rows(target)) for target in targets]
        peak = float(np.abs(mix).max())
        self._gain = np.float32(1 / peak) if peak > _QUIET else np.float32(1)
        count = len(targets) + steering.joint
        self._target = np.zeros((count, len(steering.tags)), np.float32)
        for row, tags in enumerate(self._rows):
            self._target[row, tags] = 1
        self._latent = np.zeros((count, *steering.latent), np.float32)
        self._more = {"given": self._starts(given)} if steering.joint else {}
        self._first = 1.0 if given is None else 2.0
        self._adam: Adam | None = None
        self.audio: Audio | None = None
        self.heard, self.steps = [0.0] * len(targets), 0

    def _starts(self, given: Audio | None) -> Audio:
        """(rows, 1, T): the stems given and what they leave of the mix; silence where none are."""
        if given is None:
            return np.zeros((len(self._target), *self._mix.shape), np.float32)
        rest = (self._mix - given.sum(axis=0))[None]
        return np.concatenate([given, rest]) * self._gain

    def step(self) -> None:
        """One call of the graph, and the latent moved by its gradient. Raises InferenceError."""
        begin = self._adam is None
        feeds = {
            "mix": self._mix[None] * self._gain,
            "latent": self._latent,
            "target": self._target,
            "begin": np.full(1, self._first if begin else 0.0, np.float32),
            **self._more,
        }
        wanted = ["stems", "gradient", *(("start", "heard") if begin else ())]
        stems, gradient, *first = self._session.run_several(wanted, feeds)
        if first:
            self._latent, tags = first
            self.heard = [float(tags[0, some].min()) for some in self._rows]
            self._adam = Adam(self._rate())
        assert self._adam is not None
        self._latent = self._adam.moved(self._latent, gradient)
        masked = stems[0, : len(self._rows)] / self._gain
        self.audio = self._mix - masked if self._steering.output == "residual" else masked
        self.steps += 1

    def _rate(self) -> float:
        steering = self._steering
        spread = float(self._latent.std()) if steering.rate_by == "spread" else 1.0
        return (1.0 if steering.sign == "descend" else -1.0) * steering.rate * spread
