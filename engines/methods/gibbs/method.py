"""Blocked Gibbs sampling with a conditional (orderless NADE) model.

Manilow et al. 2022 (arXiv 2203.15140); annealing after Yao et al. 2014, block masks as in Huang et
al. 2017 (coconet). The facts that this relies on: docs/research/sources.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from engines.domains import Estimates, make_estimates, stacked
from engines.graph import Graph
from engines.methods import require
from engines.methods.gibbs.mean_of_draws import MeanOfDraws
from engines.methods.gibbs.schedule import draw_masks
from engines.session import Session
from engines.spec import ModelSpec, Schedule, WaveformDomain
from engines.types import Audio, Flags
from engines.window import Control, Estimate, State, Window, with_known, without_known


class Method:
    """Estimates all stems at once, then draws subsets anew given the others.

    Works on samples or on STFT magnitudes. Only masked stems are replaced, known stems are never
    masked, and draws that mask nothing cost no network call. What comes out is each stem's last
    draw or the mean of its draws, as the spec's schedule says; conditions are always the last.
    Known stems condition the others, or leave the mix and count as silent, as the schedule says.
    """

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        require(spec.refines, spec, "a conditional model without a state")
        self._spec, self._graph = spec, Graph(spec, session)
        self._mix, self._answer = (
            ("mix", "stems") if isinstance(spec.domain, WaveformDomain) else ("spec", "spec_stems")
        )
        self._schedule = spec.schedule or Schedule()

    def new_state(self) -> State | None:
        """None: every window is estimated by itself."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """An estimate of every window; each has its own masks."""
        if self._schedule.known == "given":
            return self._sampled(windows, control)
        found = self._sampled([without_known(window) for window in windows], control)
        pairs = zip(found, windows, strict=True)
        return [replace(one, stems=with_known(one.stems, window)) for one, window in pairs]

    def _sampled(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        frames = make_estimates(self._spec, windows)
        estimates = self._start(frames, windows)
        calls = [0] * len(windows)
        means = self._means(windows, control)
        done = 0
        for masked in self._masks(windows, control):
            items = np.flatnonzero(masked.any(axis=1)).tolist()
            if items:
                if done:
                    _silence(estimates, masked)
                self._step(frames, estimates, masked, items)
            for item in items:
                calls[item] += 1
                if means:
                    means[item].add(_needed(frames, estimates, windows, item), masked[item])
            done += 1
            if not control.proceed(done, control.steps):
                break
        found = []
        for item, window in enumerate(windows):
            part = _needed(frames, estimates, windows, item)
            if means:
                part = means[item].of(part)
            stems = frames.synthesise(part, item, window.start, window.stop)
            found.append(Estimate(stems, done, calls[item]))
        return found

    def _start(self, frames: Estimates, windows: Sequence[Window]) -> list[Audio]:
        """Each window's (S, C, ...) estimate: known stems as given, the others zero."""
        shape = (len(self._spec.stems), *frames.mix.shape[1:])
        estimates = []
        for item, window in enumerate(windows):
            known, estimate = window.known_mask, _zeros(shape)
            if known.any():
                estimate = estimate.copy()
                estimate[known] = frames.analyse(window.known[known], item)
            estimates.append(estimate)
        return estimates

    def _means(self, windows: Sequence[Window], control: Control) -> list[MeanOfDraws]:
        """One for each window, or none where the last draw is the estimate anyway."""
        if self._schedule.estimate != "mean" or control.steps == 1:
            return []
        return [MeanOfDraws(len(self._spec.stems)) for _ in windows]

    def _masks(self, windows: Sequence[Window], control: Control) -> Flags:
        """(steps, B, S) bool, all drawn before the first step."""
        drawn = [
            draw_masks(self._schedule, control.steps, control.seed, w.index, w.known_mask)
            for w in windows
        ]
        return np.stack(drawn, axis=1)

    def _step(
        self, frames: Estimates, estimates: list[Audio], masked: Flags, items: list[int]
    ) -> None:
        """Draws the masked stems (B, S) of the windows `items` anew; `estimates` have them zero.

        given = estimate * (1 - mask); estimate = where(mask, answer, estimate). The old estimate
        becomes `given` and the answer the new estimate, both in place: no more memory is touched
        than has to be.
        """
        hot = masked if self._spec.flag_hot == "masked" else ~masked
        mix = frames.mix if len(items) == len(masked) else frames.mix[items]
        inputs = {
            self._mix: mix,
            "given": stacked([estimates[item] for item in items]),
            "flags": self._flags(hot[items], mix.shape[-1]),
        }
        answers = self._graph.run(inputs)[self._answer]
        for answer, item in zip(answers, items, strict=True):
            frames.to_estimates(answer, masked[item], item)
            for stem in np.flatnonzero(~masked[item]):
                answer[stem] = estimates[item][stem]
            estimates[item] = answer

    def _flags(self, hot: Flags, frames: int) -> Audio:
        """Flags of (B, S) as the graph takes them, float32."""
        flags = hot.astype(np.float32)
        if self._spec.flag_axis == "stem":
            return flags
        return np.repeat(flags[:, :, None], frames, axis=2)


@lru_cache(maxsize=4)
def _zeros(shape: tuple[int, ...]) -> Audio:
    """Zeros to read, made once: clearing megabytes for each window takes time."""
    zeros = np.zeros(shape, np.float32)
    zeros.setflags(write=False)
    return zeros


def _silence(estimates: list[Audio], masked: Flags) -> None:
    """Sets the masked stems (B, S) of the estimates to zero."""
    for estimate, hidden in zip(estimates, masked, strict=True):
        for stem in np.flatnonzero(hidden):
            estimate[stem] = 0


def _needed(
    frames: Estimates, estimates: list[Audio], windows: Sequence[Window], item: int
) -> Audio:
    return frames.needed(estimates[item], item, windows[item].start, windows[item].stop)
