"""A live stream: audio blocks in, stems out at one declared delay, whatever the model is doing.

Two threads. The audio callback calls `process`: it copies the block into the input ring, copies
what is due out of the results, and counts. The worker runs the engine. They share two rings and a
lock that the callback only ever releases.

Gain, mute, solo and bypass act at play time, so that a fader is heard with the next block and not
a latency later; a block at unity gain passes untouched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from daw_bridge.errors import BadValue, BridgeError, Busy
from daw_bridge.live.admission import Admit, everybody
from daw_bridge.live.counters import CallbackTimer, Counters, StreamMeters
from daw_bridge.live.engine_run import Clock, EngineRun, Refine, WorkerCounters
from daw_bridge.live.faders import Faders
from daw_bridge.live.latency import Timing, timing
from daw_bridge.live.player import PIECE_SAMPLES, Player
from daw_bridge.live.port_status import PortStatus
from daw_bridge.live.ring import Ring
from daw_bridge.live.worker import Worker
from engines.crossfade import rise
from engines.errors import EngineError
from engines.gains import Meter
from engines.load import Model
from engines.stream import StreamSettings
from engines.types import Audio

SWAP_FADE_SAMPLES = 1024
"""Crossfade from the old model's outputs to the new one's."""

LARGEST_VARYING_SAMPLES = 1024
"""Blocks that vary are at most this long, unless said otherwise: each adds to the latency."""

LOUDEST = 1e12
"""Input beyond this, like infinity and NaN, is no audio and taken as zero."""

FREEWHEEL_WAIT_S = 8.0
"""Longest wait for the model with one block of a freewheeling host; JACK's patience is 10 s."""

_INPUT_SECONDS = 8


@dataclass(frozen=True)
class SwapReport:
    """What a model change brings: the new latency in samples; stems of the new model that have no
    output and go to the residual (`folded`); outputs that it has no stem for (`silent`).
    """

    latency_samples: int
    folded: tuple[str, ...]
    silent: tuple[str, ...]


class LiveStream:
    """Serves blocks of (channels, n) with (outputs, channels, n) at `latency_samples`.

    `block_samples` is the size of every block, or 0 where it varies up to `largest_block_samples`
    (other sizes are served as well, but their results may be late). `load_target`: the share of
    a hop's time that computing may take; it sets the latency's compute budget. `anytime`: Gibbs
    steps by the deadline, window by window, instead of settings.steps. Without `start()`, `step()`
    is the worker, for tests and for hosts with threads of their own. Raises SettingsError.

    `routed`: the known stems whose audio comes in, those of the first settings; a `swap` may use
    fewer. `admit`: see Admit. `port_status`: of the port that feeds it. `faders`: gain, mute,
    solo and bypass, for any thread. `freewheel`: set while the host renders in its own time;
    then, and only then, `process` waits for the worker (FREEWHEEL_WAIT_S a block).
    """

    def __init__(
        self,
        model: Model,
        settings: StreamSettings,
        block_samples: int = 0,
        load_target: float = 0.7,
        *,
        anytime: bool = False,
        largest_block_samples: int = LARGEST_VARYING_SAMPLES,
        clock: Clock = time.perf_counter,
        admit: Admit = everybody,
    ) -> None:
        self._timing_of: Callable[..., Timing] = partial(
            timing,
            block_samples=block_samples,
            largest_block_samples=largest_block_samples,
            load_target=load_target,
        )
        self.port_status = PortStatus()
        self.freewheel = False
        self._share, self._clock, self._admit = load_target, clock, admit
        self._worker_counters, self._timer = WorkerCounters(), CallbackTimer()
        self._late_blocks = self._late_samples = self._nonfinite = self._xruns = 0
        self.routed = settings.known
        run = self._make_run(model, settings, anytime, ())
        self.outputs: tuple[str, ...] = run.layout.names
        shape = (1 + len(settings.known), settings.channels)
        self._inputs = Ring(shape, _input_capacity(run))
        self._joined = np.zeros((*shape, PIECE_SAMPLES), np.float32)
        self._player = Player(self._inputs, run)
        self._target = run
        self._worker = Worker(self._inputs, self._player, clock)
        self._old: Player | None = None
        self._old_out = np.zeros((len(self.outputs), settings.channels, PIECE_SAMPLES), np.float32)
        self._faded = 0
        self.faders = Faders(self.outputs, settings.rate_hz)
        self._meters = StreamMeters(self.outputs)
        self._reset_wanted = False

    def _make_run(
        self, model: Model, settings: StreamSettings, anytime: bool, layout: tuple[str, ...]
    ) -> EngineRun:
        refine = Refine(0 if anytime else settings.steps, settings.seed)
        return EngineRun(
            model, settings, refine, self._timing_of, self._worker_counters, layout, self.routed,
            self._share, self._clock,
        )  # fmt: skip

    # What the audio callback calls.

    def process(
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
            late += self._process(mix[:, piece], out[..., piece], known, piece)
            if dry is not None:
                out[..., piece].sum(axis=0, out=dry[:, piece])
            self.faders.apply(out[..., piece])
        if late:
            self._late_blocks += 1
            self._late_samples += late
        if self._inputs.end >= self._worker.due:
            self._worker.nudge()
        self._timer.add(time.perf_counter_ns() - began)

    def _process(self, mix: Audio, out: Audio, known: Audio | None, piece: slice) -> int:
        start = self._inputs.end
        if self._reset_wanted:
            self._reset_wanted = False
            self._cut_off(start)
        block = mix[None]
        if known is not None:
            block = self._joined[..., : mix.shape[-1]]
            block[0], block[1:] = mix, known[..., piece]
        if not (block.max() < LOUDEST and block.min() > -LOUDEST):  # a NaN fails either
            block = self._contained(block)
        self._worker.stamp = self._clock()
        self._inputs.write(block)
        if self.freewheel:
            self._worker.catch_up(FREEWHEEL_WAIT_S)
        return self._render(start, out)

    def _contained(self, block: Audio) -> Audio:
        bad = ~(np.abs(block) < LOUDEST)
        self._nonfinite += int(np.count_nonzero(bad))
        clean: Audio = np.where(bad, np.float32(0), block)
        return clean

    def _cut_off(self, position: int) -> None:
        """What came before `position` is not heard any more."""
        self._worker.floor = position
        self._player.floor = position
        if self._old is not None:
            self._old.floor = position

    def _render(self, start: int, out: Audio) -> int:
        ready = self._worker.ready
        if ready and self._old is None and start >= (ready[0].run.switch_at or 0):
            self._old, self._player, self._faded = self._player, ready.popleft(), 0
            self._player.floor = self._worker.floor
        player = self._player
        player.bypass = self.faders.bypass
        late = player.render(start - player.run.latency_samples, out)
        if self._old is not None:
            self._fade_from(self._old, start, out)
        # While a new model waits to be heard, the old one runs dry on purpose.
        return 0 if ready else late

    def _fade_from(self, old: Player, start: int, out: Audio) -> None:
        done = self._faded
        count = min(out.shape[-1], SWAP_FADE_SAMPLES - done)
        before = self._old_out[..., :count]
        old.bypass = self.faders.bypass
        old.render(start - old.run.latency_samples, before)
        after = out[..., :count]
        after -= before
        after *= _SWAP_WEIGHTS[done : done + count]
        after += before
        self._faded += count
        if self._faded == SWAP_FADE_SAMPLES:
            self._worker.retired, self._old = old, None

    def count_xrun(self) -> None:
        """The device reported that it lost or repeated samples."""
        self._xruns += 1

    # What any other thread calls.

    def start(self) -> None:
        """Warm the model up and start the worker thread. Raises EngineError, and as `admit`."""
        self._target.warm_up()
        self._admit(*self.need)
        self._worker.start()

    def stop(self) -> None:
        """Stop the worker thread; blocks still served have the mix on the residual."""
        self._worker.stop()

    def step(self) -> bool:
        """Do one piece of the worker's work; False if there is none. Only while not started."""
        return self._worker.step()

    def reset(self) -> None:
        """At the next block: what came before it is forgotten and fades out at once."""
        self._reset_wanted = True

    @property
    def latency_samples(self) -> int:
        """The declared delay of what is heard now."""
        return self._player.run.latency_samples

    @property
    def timing(self) -> Timing:
        """The parts of the declared latency."""
        return self._player.run.timing

    @property
    def settings(self) -> StreamSettings:
        """Settings of the newest model; steps and seed as they are now (steps 0: by deadline)."""
        run = self._target
        return replace(run.settings, seed=run.refine.seed)

    @property
    def steps(self) -> int:
        """Gibbs steps of the windows to come; 0: as many as the deadline allows."""
        return self._target.refine.steps

    @property
    def need(self) -> tuple[float, bool]:
        """What `admit` is told, as it is now."""
        return self._target.need, self._target.refine.steps == 0

    @property
    def fault(self) -> EngineError | BridgeError | None:
        """The last error of the worker or the device, if there was any."""
        return self._worker.fault

    def report(self, error: BridgeError | EngineError) -> None:
        """A transport tells what has gone wrong with what it carries."""
        self._worker.fault = error

    @property
    def steps_log(self) -> tuple[tuple[int, int], ...]:
        """(window, steps) of the newest windows since the last reset; 0 steps: skipped.

        Replaying it offline gives the same samples.
        """
        return tuple(self._target.steps_log.copy())

    def limit_share(self, share: float) -> None:
        """Steps by the deadline take at most this share of a hop's time, from the next window on.

        Any thread may call it, also beside `update`.
        """
        self._share = self._target.share = share

    def update(self, steps: int | None = None, seed: int | None = None) -> None:
        """Steps and seed from the next window on; steps 0: as many as the deadline allows.

        Raises BadValue.
        """
        if steps is not None and steps < 0:
            raise BadValue(f"{steps} steps", "0 or more", "0 is as many as the deadline allows.")
        now = self._target.refine
        self._target.refine = Refine(
            now.steps if steps is None else steps, now.seed if seed is None else seed
        )

    @property
    def form(self) -> tuple[int, int]:
        """Rate in Hz and block size in samples (0: they vary) that the newest model runs for."""
        return self._target.settings.rate_hz, self._target.timing.block_samples

    def swap(
        self,
        model: Model,
        settings: StreamSettings,
        *,
        anytime: bool = False,
        block_samples: int | None = None,
    ) -> SwapReport:
        """Go over to another model, grid, rate or block size, or to others of the known stems that
        are routed in, crossfaded at a block boundary.

        Warms the model up in the calling thread. `outputs` stay as they are; block_samples None:
        as now. Raises BadValue, Busy, EngineError.
        """
        self._check_swap(settings)
        before = self._timing_of
        if block_samples is not None:
            self._timing_of = partial(before, block_samples=block_samples)
        try:
            report = self._swap(model, settings, anytime)
        except (BridgeError, EngineError):
            self._timing_of = before
            raise
        return report

    def _swap(self, model: Model, settings: StreamSettings, anytime: bool) -> SwapReport:
        run = self._make_run(model, settings, anytime, self.outputs)
        if run.latency_samples + 2 * PIECE_SAMPLES > self._inputs.capacity_samples // 2:
            raise BadValue(
                f"a latency of {run.latency_samples} samples",
                f"less than half of the {self._inputs.capacity_samples} samples kept",
                "Open a new stream with this model.",
            )
        run.warm_up()
        self._admit(run.need, run.refine.steps == 0)
        try:
            self._worker.swap(Player(self._inputs, run))
        except Busy:
            self._admit(*self.need)  # what runs goes on
            raise
        self._target = run
        return SwapReport(run.latency_samples, run.layout.folded, run.layout.silent)

    def _check_swap(self, settings: StreamSettings) -> None:
        wanted = (settings.channels, {*settings.known} - {*self.routed})
        if wanted != (self._target.settings.channels, set()):
            raise BadValue(
                f"{settings.channels} channels, known {settings.known}",
                f"{self._target.settings.channels} channels, known stems of {self.routed}",
                "Open a new stream for that.",
            )

    @property
    def counters(self) -> Counters:
        """A snapshot of what has been counted."""
        worker, timer = self._worker_counters, self._timer
        return Counters(
            blocks=timer.blocks,
            late_blocks=self._late_blocks,
            late_samples=self._late_samples,
            windows=worker.windows,
            skipped_windows=worker.skipped_windows,
            discarded_samples=worker.discarded_samples,
            lost_samples=worker.lost_samples,
            xruns=self._xruns,
            nonfinite_samples=self._nonfinite,
            nonfinite_windows=worker.nonfinite_windows,
            failures=self._worker.failures,
            load=min(1.0, worker.load),
            callback_max_us=timer.longest_ns / 1000.0,
            callback_p999_us=timer.p999_us(),
        )

    def meters(self) -> dict[str, Meter]:
        """Levels of each output since the last call, as heard (with its gain)."""
        return self._meters.read(self._target.meters, self.faders.goal)


_SWAP_WEIGHTS = rise(SWAP_FADE_SAMPLES)


def _input_capacity(run: EngineRun) -> int:
    """Input kept: for the delayed mix, for a worker that falls behind, and for model changes."""
    least = run.latency_samples + run.history_samples + 2 * PIECE_SAMPLES
    return max(_INPUT_SECONDS * run.settings.rate_hz, 4 * least)
