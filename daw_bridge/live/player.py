"""What is heard of one run, in time or not. Runs in the audio callback.

In the steady state it copies results. Around a late block, a reset or a bypass, the delay-matched
mix goes to the residual and the stems fade, so that the outputs always sum to the delayed input.
"""

from __future__ import annotations

import numpy as np

from daw_bridge.live.engine_run import EngineRun
from daw_bridge.live.ring import Ring
from engines.crossfade import rise
from engines.types import Audio

FADE_SAMPLES = 128
"""Length of every fade around a late block, a reset or a bypass."""

PIECE_SAMPLES = 8192
"""Longest block rendered at once; longer ones come in pieces."""

_WEIGHTS = np.concatenate([np.zeros(1, np.float32), rise(FADE_SAMPLES - 1), np.ones(1, np.float32)])


class Player:
    """Renders (outputs, channels, n) float32 of one run's results, the residual last.

    `inputs` is the ring of (1 + known, channels) input, whose row 0 is the mix. Positions before
    `reset_position` are silent: nothing was there, or a reset has cut it off.
    """

    def __init__(self, inputs: Ring, run: EngineRun) -> None:
        self.run = run
        self._inputs, self._results = inputs, run.results
        rows, channels = len(run.layout.names), run.settings.channels
        self._mix = np.zeros((channels, PIECE_SAMPLES), np.float32)
        self._last = np.zeros((rows, channels, 1), np.float32)
        self._tail = np.zeros((rows, channels, 1), np.float32)
        self._tail_left = 0
        self._weight = FADE_SAMPLES  # of the stems: 0 is none, FADE_SAMPLES is all
        self._sounds = False  # whether results or mix were rendered last, not silence
        self.reset_position = 0
        self.bypass = False

    def render(self, start: int, out: Audio) -> int:
        """Fill `out` with positions [start, start + n), n up to PIECE_SAMPLES.

        Returns how many of them lacked results that were due.
        """
        first, end = self._results.span
        steady = self._weight == FADE_SAMPLES and not self._tail_left and not self.bypass
        there = self.reset_position <= start and first <= start and start + out.shape[-1] <= end
        if steady and there and not self._results.read(start, out):
            self._last[...] = out[..., -1:]
            self._sounds = True
            return 0
        return self._render_parts(start, out, first, end)

    def _render_parts(self, start: int, out: Audio, first: int, end: int) -> int:
        """Silence up to the reset, then results as far as they go, then the mix."""
        count: int = out.shape[-1]
        silent = min(max(self.reset_position - start, 0), count)
        live = min(max(end - start, silent), count) if first <= start + silent else silent
        if silent:
            self._silence(out[..., :silent])
        if live > silent and not self._live(start + silent, out[..., silent:live]):
            live = silent
        if live < count:
            self._dry(start + live, out[..., live:])
        self._last[...] = out[..., -1:]
        return count - live

    def _silence(self, out: Audio) -> None:
        if self._sounds:
            self._hold()
        out.fill(0.0)
        self._add_tail(out)
        self._sounds = False
        self._weight = 0 if self.bypass else FADE_SAMPLES  # after a reset nothing fades in

    def _live(self, start: int, out: Audio) -> bool:
        """Results, with any fade in progress; False if they have been overwritten."""
        if self._results.read(start, out):
            return False
        target = 0 if self.bypass else FADE_SAMPLES
        if self._weight != target or target == 0 or self._tail_left:
            out[:-1] *= self._next_weights(out.shape[-1], target)
            self._add_tail(out[:-1])
            self._complete(start, out)
        self._last[...] = out[..., -1:]
        self._sounds = True
        return True

    def _dry(self, start: int, out: Audio) -> None:
        if self._weight and self._sounds:
            self._hold()
        self._weight = 0
        out[:-1].fill(0.0)
        self._add_tail(out[:-1])
        self._complete(start, out)
        self._sounds = True

    def _hold(self) -> None:
        """Keep the last samples, to fade them out."""
        self._tail[...] = self._last
        self._tail_left = FADE_SAMPLES

    def _add_tail(self, rows: Audio) -> None:
        left, count = self._tail_left, min(self._tail_left, rows.shape[-1])
        if count:
            rows[..., :count] += self._tail[: len(rows)] * _WEIGHTS[left - count : left][::-1]
            self._tail_left -= count

    def _complete(self, start: int, out: Audio) -> None:
        """The residual row becomes the mix less all stems."""
        mix = self._mix[:, : out.shape[-1]]
        self._inputs.read(start, mix, 0)
        np.subtract(mix, out[:-1].sum(axis=0), out=out[-1])

    def _next_weights(self, count: int, target: int) -> Audio:
        counts = np.arange(1, count + 1)
        if target < self._weight:
            index = np.maximum(self._weight - counts, target)
        else:
            index = np.minimum(self._weight + counts, target)
        self._weight = int(index[-1])
        weights: Audio = _WEIGHTS[index]
        return weights
