"""The callback half of a live stream: everything that may run in the audio callback.

What it calls is here and in `player`, `swap_fade`, `ring` (read and write), `faders` (apply) and
`counters` (CallbackTimer). It copies, counts and returns: no inference, no logging, no blocking
lock. Any other thread goes through `control`.
"""

from __future__ import annotations

import time

import numpy as np

from daw_bridge.live.counters import CallbackTimer
from daw_bridge.live.engine_run import Clock
from daw_bridge.live.faders import Faders
from daw_bridge.live.player import PIECE_SAMPLES, Player
from daw_bridge.live.port_status import PortStatus
from daw_bridge.live.ring import Ring
from daw_bridge.live.swap_fade import SwapFade
from daw_bridge.live.worker import Worker
from engines.types import Audio

LOUDEST = 1e12
"""Input beyond this, like infinity and NaN, is no audio and taken as zero."""

FREEWHEEL_WAIT_S = 8.0
"""Longest wait for the model with one block of a freewheeling host; JACK's patience is 10 s."""


class BlockProcessor:
    """Called by the port with every block. One thread at a time.

    `player` plays the model that is heard. The control half sets `reset_wanted` and reads the
    counts; it writes nothing else here.
    """

    def __init__(
        self,
        inputs: Ring,
        player: Player,
        worker: Worker,
        faders: Faders,
        port_status: PortStatus,
        clock: Clock,
    ) -> None:
        self.player = player
        self.reset_wanted = False
        self.late_blocks = self.late_samples = self.nonfinite_samples = 0
        self.timer = CallbackTimer()
        self._inputs, self._worker, self._faders = inputs, worker, faders
        self._port_status, self._clock = port_status, clock
        self._joined = np.zeros((*inputs.rows, PIECE_SAMPLES), np.float32)
        self._fade = SwapFade(*player.run.results.rows)

    def __call__(
        self, mix: Audio, out: Audio, known: Audio | None = None, dry: Audio | None = None
    ) -> None:
        """One block: mix (channels, n) in, `out` (outputs, channels, n) filled, both float32.

        `known` (known, channels, n), in the order of `routed`, where the stream has any.
        `dry` (channels, n): filled with the delay-matched mix, the sum of the outputs before
        gain, mute and solo.
        """
        began = time.perf_counter_ns()
        late = 0
        for first in range(0, mix.shape[-1], PIECE_SAMPLES):
            piece = slice(first, first + PIECE_SAMPLES)
            stems = out[..., piece]
            late += self._process(mix[:, piece], stems, known, piece)
            if dry is not None:
                stems.sum(axis=0, out=dry[:, piece])
            self._faders.apply(stems)
        if late:
            self.late_blocks += 1
            self.late_samples += late
        if self._inputs.span[1] >= self._worker.due:
            self._worker.wake()
        self.timer.add(time.perf_counter_ns() - began)

    def _process(self, mix: Audio, out: Audio, known: Audio | None, piece: slice) -> int:
        """One piece; returns how many of its samples lacked results that were due."""
        start = self._inputs.span[1]
        if self.reset_wanted:
            self.reset_wanted = False
            self._reset_at(start)
        block = mix[None]
        if known is not None:
            block = self._joined[..., : mix.shape[-1]]
            block[0], block[1:] = mix, known[..., piece]
        if not (block.max() < LOUDEST and block.min() > -LOUDEST):  # a NaN fails either
            block = self._sanitised(block)
        self._worker.block_time = self._clock()
        self._inputs.write(block)
        if self._port_status.freewheel:
            self._worker.catch_up(FREEWHEEL_WAIT_S)
        return self._render(start, out)

    def _sanitised(self, block: Audio) -> Audio:
        bad = ~(np.abs(block) < LOUDEST)
        self.nonfinite_samples += int(np.count_nonzero(bad))
        clean: Audio = np.where(bad, np.float32(0), block)
        return clean

    def _reset_at(self, position: int) -> None:
        """What came before `position` is not heard any more."""
        self._worker.reset_position = position
        self.player.reset_position = position
        if self._fade.old is not None:
            self._fade.old.reset_position = position

    def _render(self, start: int, out: Audio) -> int:
        ready, fade = self._worker.ready, self._fade
        switch_at = ready[0].run.switch_at if ready and fade.old is None else None
        if switch_at is not None and start >= switch_at:
            fade.begin(self.player)
            self.player = ready.popleft()
            self.player.reset_position = self._worker.reset_position
        player = self.player
        player.bypass = self._faders.bypass
        late = player.render(start - player.run.latency_samples, out)
        if fade.old is not None:
            self._fade_from(fade.old, start, out)
        return late

    def _fade_from(self, old: Player, start: int, out: Audio) -> None:
        old.bypass = self._faders.bypass
        if self._fade.apply(old, start, out):
            self._worker.retired = old
