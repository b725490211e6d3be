"""Blocked Gibbs sampling with a conditional (orderless NADE) model (SYSTEMS.md part 000)."""

from __future__ import annotations

import numpy as np

from engines.domains import Frame, given_name, make_frame
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
        known = window.known_mask
        masks = draw_masks(self._schedule, control.steps, control.seed, window.index, known)
        frame = make_frame(self._session, self._spec, window)
        estimate = frame.analyse(window.known)
        calls = done = 0
        for masked in masks:
            if masked.any():
                estimate = self._step(frame, estimate, masked)
                calls += 1
            done += 1
            if not control.proceed(done, control.steps):
                break
        return Estimate(frame.synthesise(estimate, window.start, window.stop), done, calls)

    def _step(self, frame: Frame, estimate: Audio, masked: Flags) -> Audio:
        """(S, C, ...) estimate with the masked stems (S,) drawn anew given the others."""
        shape = (-1,) + (1,) * (estimate.ndim - 1)
        mask = masked.astype(np.float32).reshape(shape)
        given = estimate * (1 - mask)
        hot = masked if self._spec.flag_hot == "masked" else ~masked
        flags = hot.astype(np.float32)[None]
        fresh = frame.estimate({given_name(self._spec): given[None], "flags": flags})
        return np.where(masked.reshape(shape), fresh, estimate)
