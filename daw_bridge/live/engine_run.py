"""One model at work in a live stream: reads input as windows fall due, writes results to a ring.

Runs in the worker thread; the audio callback reads only `due`, `results`, `latency_samples` and
`switch_at`. Its clock is the input itself: a window whose first sample has been played before it
would be run is skipped, so a worker that is late catches up by itself. A model with a state has to
hear every hop: such windows are run late, while that soon brings it back (`_hears`).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from weakref import WeakMethod

import numpy as np

from daw_bridge.live.deadline import Deadline
from daw_bridge.live.latency import Timing, hop_at_device, memory_at_device, timing
from daw_bridge.live.layout import Layout
from daw_bridge.live.ring import Ring
from engines.composite import AnyStream, followers_of, streams_of
from engines.gains import Meter, meters
from engines.load import Model
from engines.making import make_stream
from engines.stream import Stats, StreamSettings
from engines.types import Audio

LOG_WINDOWS = 65536
"""Windows in `steps_log`; the oldest are forgotten."""

_METERS = 256
_TIMED_RUNS = 3
_TIMED_STEPS = 4
# In a model's memories: how long a run that begins in mid-stream may take to hear the past, and how
# long one that did not catch up leaves late windows out before it tries to hear them again.
_PATIENCE = 4
Clock = Callable[[], float]


@dataclass(frozen=True)
class Refine:
    """Steps and seed of the windows to come. steps 0: as many as the deadline allows."""

    steps: int
    seed: int


class WorkerCounters:
    """What the worker counts over a live stream's life. Written by the worker thread only."""

    def __init__(self) -> None:
        self.windows = 0
        self.skipped_windows = 0
        self.discarded_samples = 0
        self.lost_samples = 0
        self.nonfinite_windows = 0
        self.load = 0.0


@dataclass(frozen=True)
class RunContext:
    """What all runs of a live stream share, whatever their models.

    Blocks and load target as in latency.timing. `routed`: the known stems in the input. `outputs`:
    the names of the results' rows, where they are not the model's own (see Layout).
    """

    block_samples: int
    largest_block_samples: int
    load_target: float
    routed: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    counters: WorkerCounters = field(default_factory=WorkerCounters)
    clock: Clock = time.perf_counter

    def timing(self, stream: AnyStream) -> Timing:
        """The declared latency of this stream, in parts."""
        return timing(stream, self.block_samples, self.largest_block_samples, self.load_target)


class EngineRun:
    """One model with its stream, its results and its declared latency.

    Of the known stems that are routed in, those of settings.known are used. Steps by the deadline
    take at most `load_share` of a hop's time. Raises SettingsError.
    """

    def __init__(
        self,
        model: Model,
        settings: StreamSettings,
        refine: Refine,
        context: RunContext,
        load_share: float,
    ) -> None:
        self.stream, self.settings = make_stream(model, settings), settings
        self.timing = context.timing(self.stream)
        self.latency_samples = self.timing.latency_samples
        self.layout = Layout(context.outputs or self.stream.outputs, self.stream.outputs)
        self.refine, self.load_share = refine, load_share
        streams = streams_of(self.stream)
        refined = [one for one in followers_of(self.stream) if one.model.spec.refines]
        hops = [hop_at_device(one.model, one.settings) for one in streams]
        self._hop_samples, self._refined = hops[-1], len(refined)
        self._fixed = [hop for hop, one in zip(hops, streams, strict=True) if one not in refined]
        self._by_step = [hop for hop, one in zip(hops, streams, strict=True) if one in refined]
        hop_s, turn_s = hops[-1] / settings.rate_hz, max(hops) / settings.rate_hz
        self.deadline = Deadline(hop_s, bool(refined), turn_s)
        self.steps_log: deque[tuple[int, int]] = deque(maxlen=LOG_WINDOWS)
        self.meters: deque[tuple[Meter, ...]] = deque(maxlen=_METERS)
        kept = 2 * (self.latency_samples + ceil(self.timing.hop_samples) + 8192)
        self.results = Ring((len(self.layout.names), settings.channels), kept)
        self.switch_at: int | None = None
        self._memory = max(memory_at_device(one.model, one.settings) for one in streams)
        self._warm_by: int | None = None
        self.closing = False
        self._context, self._clock = context, context.clock
        self._inputs: Ring | None = None
        # Weakly: in a reference cycle, old runs would stay until the garbage collector comes.
        may_go_on = WeakMethod(self._may_go_on)
        self.stream.on_step = lambda *step: (ask := may_go_on()) is None or ask(*step)
        self.restart(0)

    @property
    def memory_samples(self) -> int:
        """Input after which its state is as good as one that heard all; 0: there is no state."""
        return self._memory

    @property
    def history_samples(self) -> int:
        """Context that a run started in mid-stream reads from before its start."""
        windows = [
            ceil(one.settings.window_samples / one.settings.hop_samples)
            * hop_at_device(one.model, one.settings)
            for one in streams_of(self.stream)
        ]
        return self._first_due + ceil(sum(windows)) + self._memory

    @property
    def _first_due(self) -> int:
        return self.stream.latency_samples + 1

    @property
    def _position(self) -> int:
        """Absolute position of the next result."""
        return self._base + self._emitted

    def warm_up(self) -> None:
        """Run windows of noise and time them, so that the first real one is not the slowest.

        A few steps do, however many there will be.
        """
        steps = min(self.settings.steps, _TIMED_STEPS)
        self.stream.update(steps=steps)
        self.stream.warm_up()
        taken = []
        for _ in range(_TIMED_RUNS):  # the fastest counts: other load only adds
            started = self._clock()
            self.stream.warm_up()
            taken.append(self._clock() - started)
        self.deadline.expect(min(taken), self._calls(steps))
        self.stream.update(steps=self.settings.steps)

    @property
    def need(self) -> float:
        """Cores for the least work asked for: one step per window, or the steps that are set."""
        steps = self.refine.steps or 1
        per_sample = sum(steps / hop_samples for hop_samples in self._by_step)
        per_sample += sum(1 / hop_samples for hop_samples in self._fixed)
        return self._by_call(per_sample) * self.deadline.call_s * self.settings.rate_hz

    def _calls(self, steps: int) -> float:
        """Most network calls that so many steps take, if every model runs one window."""
        return self._by_call(steps * len(self._by_step) + len(self._fixed))

    def _by_call(self, calls: float) -> float:
        """Calls as the deadline counts them: a step of all models that refine is one."""
        return calls / max(1, self._refined)

    def restart(self, position: int) -> None:
        """Start over: the input begins at this absolute position."""
        self.stream.reset()
        self.results.restart(position)
        self.steps_log.clear()
        self._base = position
        self._emitted = self._taken = 0
        self._late_since: int | None = None
        self._gave_up_until = position
        self.due = position + self._first_due
        if self._warm_by is not None:
            self._warm_by, self.switch_at = None, position

    def prime(self, inputs: Ring, reset_position: int) -> None:
        """Start in mid-stream, with the input since `reset_position` as context.

        A window is due at once, or with several models, or less history, within a hop. A model with
        a state first hears its memory's length of the past: then `run_window` goes through it, and
        `give_up` ends that where it does not get through.

        Sets `switch_at`, the input position at which its first results are to be played; None until
        the past has been heard.
        """
        now = inputs.end
        context = min(inputs.capacity_samples // 2, self.history_samples)
        start = max(reset_position, now - context, 0)
        self.switch_at = None
        self.restart(start)
        if self._memory and now >= self.due:
            self._warm_by = now + _PATIENCE * self._memory
        else:
            self._begin_at(inputs, now)

    def _begin_at(self, inputs: Ring, now: int) -> None:
        """What lies before the next window is not played; what was not heard of it is left out."""
        self._warm_by = None
        if now - 1 > self._base + self._taken:
            self._push(self._take(inputs, now - 1)[0], in_time=False)
        self.results.restart(self._position)
        self.steps_log.clear()
        self.switch_at = self._position + self.latency_samples

    def give_up(self, inputs: Ring) -> bool:
        """Begin without all of the past, if it has taken too long to hear it; returns whether so.

        To be asked before any other run's windows, which may leave it no time. Raises EngineError.
        """
        end = inputs.end
        if self._warm_by is None or end <= self._warm_by:
            return False
        self._inputs = inputs
        self._begin_at(inputs, end)
        return True

    def run_window(self, inputs: Ring, block_time: float) -> bool:
        """Run the next window if it is due; returns whether one was.

        `block_time` is the clock's time when the input's end was written. Raises EngineError.
        """
        self._inputs, end = inputs, inputs.end
        if end < self.due:
            return False
        position, before = self._position, self.stream.stats
        chunk, lost = self._take(inputs, self.due)
        late = position < end - self.latency_samples
        in_time = not lost and (self._warm_by is not None or self._hears(late, end))
        started = self._clock()
        left_s = self.timing.left_samples(position, end) / self.settings.rate_hz
        self._choose_steps(left_s - max(0.0, started - block_time))
        results = self._push(chunk, in_time)
        calls = self.stream.stats.network_calls - before.network_calls
        if not self._refined:  # a window is one call, however it is made
            calls = min(calls, self.stream.stats.windows - before.windows)
        input_s = chunk.shape[-1] / self.settings.rate_hz
        self.deadline.measured(self._clock() - started, self._by_call(calls), input_s)
        played = inputs.end - self.latency_samples - position
        self._count(before, in_time, lost, results, 0 if self._warm_by is not None else played)
        if self._warm_by is not None and inputs.end < self.due:
            self._begin_at(inputs, self._base + self._taken)
        return True

    def _hears(self, late: bool, end: int) -> bool:
        """Whether a window that may be too late to be heard is run.

        Only for the sake of a state, which is then as if nothing had been late, and for no longer
        than the state's memory: a worker that has not caught up by then leaves late windows out,
        and goes on with the state as it is.
        """
        if not late:
            self._late_since = None
            return True
        if not self._memory or end < self._gave_up_until:
            return False
        if self._late_since is None:
            self._late_since = end
        if end - self._late_since <= self._memory:
            return True
        self._late_since, self._gave_up_until = None, end + _PATIENCE * self._memory
        return False

    def _may_go_on(self, window: int, done: int, steps: int) -> bool:
        """After every step: refine on, unless closing or the window cannot be heard any more."""
        if self.closing or self._inputs is None:
            return not self.closing
        crossfade = self.settings.crossfade_samples / self.settings.hop_samples
        until = self._position + (1 + crossfade) * self._hop_samples
        return self._inputs.end - self.latency_samples < until

    def _choose_steps(self, left_s: float) -> None:
        refine = self.refine
        steps = refine.steps or self.deadline.steps(self.load_share, left_s)
        self.stream.update(steps=steps, seed=refine.seed)

    def _take(self, inputs: Ring, stop: int) -> tuple[Audio, int]:
        """Input from the end of the last take to `stop`, and how many samples of it were lost."""
        start = self._base + self._taken
        shape = (1 + len(self._context.routed), self.settings.channels, stop - start)
        chunk: Audio = np.empty(shape, np.float32)
        lost = 0
        for part in range(0, stop - start, inputs.capacity_samples):
            piece = chunk[..., part : part + inputs.capacity_samples]
            gone = inputs.read(start + part, piece)
            piece[..., :gone] = 0.0
            lost += gone
        self._taken += stop - start
        return chunk, lost

    def _push(self, chunk: Audio, in_time: bool) -> Audio:
        came = dict(zip(self._context.routed, chunk[1:], strict=True))
        known = {name: came[name] for name in self.settings.known}
        results = self.layout.arrange(self.stream.push(chunk[0], known, in_time))
        self.results.write(results)
        self._emitted += results.shape[-1]
        self.due = self._position + self._first_due
        return results

    def _count(self, before: Stats, in_time: bool, lost: int, results: Audio, played: int) -> None:
        count, stats = self._context.counters, self.stream.stats
        steps = self.stream.settings.steps if in_time else 0
        self.steps_log.extend((index, steps) for index in range(before.windows, stats.windows))
        count.windows += stats.windows - before.windows
        count.skipped_windows += stats.skipped - before.skipped
        count.nonfinite_windows += stats.nonfinite_out - before.nonfinite_out
        count.lost_samples += lost
        count.load = self.deadline.load
        if in_time:
            count.discarded_samples += min(max(played, 0), results.shape[-1])
        self.meters.append(meters(results))
