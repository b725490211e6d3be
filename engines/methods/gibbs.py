"""Blocked Gibbs sampling with a conditional (orderless NADE) model (SYSTEMS.md part 000).

Annealing after Yao et al. 2014, block masks as in Huang et al. 2017 (coconet).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.domains import Frames, make_frames
from engines.methods import require
from engines.ort import Session
from engines.schedule import draw_masks
from engines.spec import ModelSpec, Schedule
from engines.types import Audio, Flags
from engines.window import Control, Estimate, Window


class Method:
    """Estimates all stems at once, then draws subsets anew given the others.

    Works on samples or on STFT magnitudes. Only masked stems are replaced, known stems are never
    masked, and draws that mask nothing cost no network call.
    """

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        require(spec.conditional, spec, "a conditional model")
        self._spec, self._session = spec, session
        self._schedule = spec.schedule or Schedule()

    def run(self, window: Window, control: Control) -> Estimate:
        """Stems of window.start .. window.stop. Raises InferenceError."""
        return self.run_batch([window], control)[0]

    def run_batch(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """The same for windows of one size together; each has its own masks."""
        frames = make_frames(self._spec, windows)
        estimates = self._start(frames, windows)
        masks = self._masks(windows, control)
        given = np.zeros_like(estimates)
        calls = np.zeros(len(windows), np.int64)
        done = 0
        for masked in masks:
            items = np.flatnonzero(masked.any(axis=1))
            if len(items):
                self._step(frames, estimates, given, masked, items)
                calls[items] += 1
            done += 1
            if not control.proceed(done, control.steps):
                break
        found = []
        for item, window in enumerate(windows):
            stems = frames.synthesise(estimates[item], item, window.start, window.stop)
            found.append(Estimate(stems, done, int(calls[item])))
        return found

    def _start(self, frames: Frames, windows: Sequence[Window]) -> Audio:
        """(B, S, C, ...) estimates: known stems as given, the others zero."""
        items, *rest = frames.mix.shape
        estimates = np.zeros((items, len(self._spec.stems), *rest), np.float32)
        for item, window in enumerate(windows):
            known = window.known_mask
            if known.any():
                estimates[item, known] = frames.analyse(window.known[known], item)
        return estimates

    def _masks(self, windows: Sequence[Window], control: Control) -> Flags:
        """(steps, B, S) bool, all drawn before the first step."""
        drawn = [
            draw_masks(self._schedule, control.steps, control.seed, w.index, w.known_mask)
            for w in windows
        ]
        return np.stack(drawn, axis=1)

    def _step(
        self, frames: Frames, estimates: Audio, given: Audio, masked: Flags, items: np.ndarray
    ) -> None:
        """Draws the masked stems (B, S) of the windows `items` anew, in place.

        given = estimate * (1 - mask); estimate = where(mask, answer, estimate), stem by stem.
        """
        for item in items:
            for stem, hidden in enumerate(masked[item]):
                given[item, stem] = 0 if hidden else estimates[item, stem]
        hot = masked if self._spec.flag_hot == "masked" else ~masked
        feeds = {
            frames.mix_name: frames.mix,
            frames.given_name: given,
            "flags": hot.astype(np.float32),
        }
        if len(items) < len(masked):
            feeds = {name: value[items] for name, value in feeds.items()}
        answers = self._session.run(frames.output_name, feeds)
        for row, item in enumerate(items):
            frames.put(estimates[item], answers[row], masked[item], item)
