"""daw_bridge/live/stream.py with an engine that is late, stuck, failing, or has a deadline to meet.

Time is the input's: "the engine takes 5 blocks" means that the audio callback is served 5 times
while it runs. Nothing here sleeps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.errors import Internal
from daw_bridge.live.stream import LiveStream
from engines.errors import InferenceError
from engines.load import Model
from engines.types import Audio
from engines.window import Control, Estimate, State, Window
from tests.rigs.live import (
    CHANNELS,
    GAINS,
    RATE,
    delayed,
    level_db,
    noise,
    ready,
    replay,
    run,
    settings_of,
    tiny,
)

BLOCK = 64
HOP = 128


class Hooked:
    """A method that calls `before(window, control)` and then the real one."""

    def __init__(self, model: Model, before: Callable[[Window, Control], None]) -> None:
        self._real, self._before = model.method, before

    def new_state(self) -> State | None:
        return self._real.new_state()

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        for window in windows:
            self._before(window, control)
        return self._real.run(windows, control)


class SlowRig:
    """A live stream whose engine takes `cost()` blocks a window; the callback goes on meanwhile."""

    def __init__(self, mix: Audio, cost: Callable[[int], int], **changes: Any) -> None:
        model = tiny(**changes)
        self.mix, self.cost, self.at, self.backlog = mix, cost, 0, 0
        slow: Any = Hooked(model, self._busy)
        self.live = LiveStream(replace(model, method=slow), settings_of(model), BLOCK)
        self.out = np.full((len(self.live.outputs), *mix.shape), np.nan, np.float32)

    def _busy(self, window: Window, control: Control) -> None:
        for _ in range(self.cost(window.index)):
            self.serve()

    def serve(self) -> None:
        """One block for the audio callback, unless the input has ended."""
        part = slice(self.at, self.at + BLOCK)
        if self.at < self.mix.shape[-1]:
            self.live.process(self.mix[:, part], self.out[..., part])
            self.at += BLOCK

    def play(self) -> None:
        """All of the mix, with the worker going as fast as its engine lets it."""
        while self.at < self.mix.shape[-1]:
            self.serve()
            while self.live.control.step():
                behind = self.live.process._inputs.end - self.live.process._worker.due
                self.backlog = max(self.backlog, behind)

    @property
    def there(self) -> Audio:
        """The input as it should be heard."""
        return delayed(self.mix, self.live.latency_samples)


def sine(samples: int) -> Audio:
    """A loud 55 Hz tone, on which a click stands out."""
    wave = 0.9 * np.sin(2 * np.pi * 55 * np.arange(samples) / RATE)
    return np.broadcast_to(wave.astype(np.float32), (CHANNELS, samples)).copy()


def steepest(signal: Audio) -> float:
    """Largest step between neighbouring samples."""
    return float(np.abs(np.diff(signal)).max())


def test_with_no_engine_at_all_the_delayed_mix_is_on_the_residual() -> None:
    model = tiny()
    live, mix = LiveStream(model, settings_of(model), BLOCK), noise(8192)
    out = run(live, mix, BLOCK, lambda stream, index: None)
    assert not out[:-1].any()
    assert np.array_equal(out[-1], delayed(mix, live.latency_samples))
    blocks = 8192 // BLOCK - live.latency_samples // BLOCK
    assert abs(live.control.counters.late_blocks - blocks) <= 1
    assert live.control.counters.late_samples == 8192 - live.latency_samples


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 200), st.integers(20, 200))
def test_a_stuck_worker_is_no_hole_no_click_and_no_shift(first: int, stuck: int) -> None:
    model = tiny()
    live, mix = LiveStream(model, settings_of(model), BLOCK), sine(BLOCK * 480)

    def work(stream: LiveStream, index: int) -> None:
        if not first <= index < first + stuck:
            ready(stream, index)

    out = run(live, mix, BLOCK, work)
    there = delayed(mix, live.latency_samples)
    assert level_db(out.sum(0) - there) < -120
    assert live.control.counters.late_blocks > 0
    assert live.control.counters.skipped_windows > 0
    assert live.control.counters.discarded_samples == 0  # what is skipped was never computed
    # The quickest fade is the model's crossfade: it adds this much to the residual's steps.
    quickest = model.spec.live.crossfade_samples - 1
    assert steepest(out) < steepest(there) + 0.9 * sum(GAINS) * np.pi / 2 / quickest
    for row, gain in enumerate(GAINS):
        assert level_db((out[row] - np.float32(gain) * there)[:, -4096:]) < -120


@pytest.mark.parametrize("cost", [1, 2, 3, 5, 9])
def test_a_slow_engine_never_grows_a_queue_and_recovers(cost: int) -> None:
    mix = sine(BLOCK * 900)
    rig = SlowRig(mix, lambda index: cost if 50 <= index < 300 else 0)
    rig.play()
    assert level_db(rig.out.sum(0) - rig.there) < -120
    # Behind by what arrived during one window and no more, however long it goes on.
    assert rig.backlog <= rig.live.latency_samples + (cost + 2) * BLOCK + HOP
    for row, gain in enumerate(GAINS):
        assert level_db((rig.out[row] - np.float32(gain) * rig.there)[:, -4096:]) < -120
    counters = rig.live.control.counters
    in_time = cost * BLOCK < rig.live.control.timing.budget_samples
    assert (counters.late_blocks == 0) == in_time
    assert (counters.skipped_windows == 0) == (cost * BLOCK <= HOP)


def test_steps_of_a_window_that_nobody_will_hear_are_not_done() -> None:
    model = tiny(domain="stft", conditional=True)
    chosen = settings_of(model, steps=500)
    mix = noise(BLOCK * 300)
    out = np.empty((5, *mix.shape), np.float32)
    at, done = 0, []

    def serve() -> None:
        nonlocal at
        if at < mix.shape[-1]:
            live.process(mix[:, at : at + BLOCK], out[..., at : at + BLOCK])
            at += BLOCK

    class Slow(Hooked):
        def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
            def proceed(step: int, steps: int) -> bool:
                serve()  # every step takes a block
                if at < mix.shape[-1]:
                    done.append(step)
                return at < mix.shape[-1] and control.proceed(step, steps)

            return self._real.run(windows, replace(control, proceed=proceed))

    slow: Any = Slow(model, lambda window, control: None)
    live = LiveStream(replace(model, method=slow), chosen, BLOCK)
    while at < mix.shape[-1]:
        serve()
        while live.control.step():
            pass
    # One hop and one crossfade after its deadline a window is given up, not 500 blocks later.
    most = (live.control.timing.budget_samples + HOP + 32 + HOP) // BLOCK + 2
    assert 2 < max(done) <= most
    assert level_db(out.sum(0) - delayed(mix, live.latency_samples)) < -120


def test_stopping_does_not_wait_for_the_steps_that_remain() -> None:
    model = tiny(domain="stft", conditional=True)
    begun, steps_done = threading.Event(), []

    class Endless(Hooked):
        def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
            step = 0
            while control.steps > 1 and control.proceed(step := step + 1, control.steps):
                begun.set()
            steps_done.append(step)
            return self._real.run(windows, replace(control, steps=1))

    endless: Any = Endless(model, lambda window, control: None)
    live = LiveStream(replace(model, method=endless), settings_of(model), BLOCK)
    live.control.start()
    live.control.update(steps=10_000)
    live.process(noise(2048), np.empty((5, CHANNELS, 2048), np.float32))
    assert begun.wait(60)
    live.control.stop()
    assert steps_done[-1] > 0


def test_one_late_window_is_discarded_where_it_was_due_and_counted() -> None:
    mix = noise(BLOCK * 200)
    rig = SlowRig(mix, lambda index: 4 if index == 30 else 0)
    rig.play()
    counters = rig.live.control.counters
    assert counters.discarded_samples > 0
    assert counters.late_samples >= counters.discarded_samples
    assert counters.late_blocks <= 4
    assert level_db(rig.out.sum(0) - rig.there) < -120
    wrong = np.abs(rig.out[0] - np.float32(GAINS[0]) * rig.there).max(0) > 1e-5
    where = np.flatnonzero(wrong)
    assert 0 < where[-1] - where[0] < 4 * BLOCK + HOP + 128


def test_a_stop_longer_than_the_input_ring_is_counted_and_survived() -> None:
    model = tiny()
    live = LiveStream(model, settings_of(model), 4096)
    ring = live.process._inputs.capacity_samples
    stuck = range(4, 4 + ring // 4096 + 20)
    mix = noise(4096 * (stuck.stop + 8))

    def work(stream: LiveStream, index: int) -> None:
        if index not in stuck:
            ready(stream, index)

    out = run(live, mix, 4096, work)
    there = delayed(mix, live.latency_samples)
    assert live.control.counters.lost_samples > 4096
    assert level_db(out.sum(0) - there) < -120
    assert level_db((out[0] - np.float32(GAINS[0]) * there)[:, -4096:]) < -120


def test_an_engine_that_fails_is_contained_counted_and_tried_again() -> None:
    model, mix = tiny(), noise(BLOCK * 400)

    runs = iter(range(10_000))

    def fail(window: Window, control: Control) -> None:
        if 30 <= next(runs) < 40:
            raise InferenceError("out of memory", "a result", "use a smaller window")

    failing: Any = Hooked(model, fail)
    live = LiveStream(replace(model, method=failing), settings_of(model), BLOCK)
    out = run(live, mix, BLOCK)
    there = delayed(mix, live.latency_samples)
    assert live.control.counters.failures == 10
    assert isinstance(live.control.fault, InferenceError)
    assert level_db(out.sum(0) - there) < -120
    assert level_db((out[0] - np.float32(GAINS[0]) * there)[:, -4096:]) < -120


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_in_the_worker_is_visible_and_the_mix_plays_on() -> None:
    model, mix = tiny(), noise(BLOCK * 60)
    broken = False

    def break_down(window: Window, control: Control) -> None:
        if broken:
            raise ZeroDivisionError

    hooked: Any = Hooked(model, break_down)
    live = LiveStream(replace(model, method=hooked), settings_of(model), BLOCK)
    live.control.start()
    thread = live.control._worker._thread
    assert thread is not None
    broken = True
    out = run(live, mix, BLOCK, lambda stream, index: None)
    thread.join(10)
    live.control.stop()
    assert isinstance(live.control.fault, Internal)
    assert "ZeroDivisionError" in str(live.control.fault)
    assert np.array_equal(out[-1], delayed(mix, live.latency_samples))


class Meterclock:
    """A clock that only the engine moves: `step_s` for every Gibbs step."""

    def __init__(self) -> None:
        self.now, self.step_s = 0.0, 0.0001

    def __call__(self) -> float:
        return self.now

    def pay(self, window: Window, control: Control) -> None:
        self.now += self.step_s * control.steps


def delayed_replay(live: LiveStream, model: Model, mix: Audio) -> Audio:
    """What the live stream's log says it played, (outputs, channels, n)."""
    again = replay(model, live.control.settings, mix, live.control.steps_log)
    silence = np.zeros((*again.shape[:-1], live.latency_samples), np.float32)
    return np.concatenate([silence, again], -1)[..., : mix.shape[-1]]


def test_steps_by_deadline_fit_it_and_can_be_replayed() -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    clock = Meterclock()
    paid: Any = Hooked(model, clock.pay)
    chosen = settings_of(model, seed=5)
    live = LiveStream(replace(model, method=paid), chosen, BLOCK, anytime=True, clock=clock)
    mix = noise(BLOCK * 400)

    def work(stream: LiveStream, index: int) -> None:
        clock.step_s = 0.0001 if index < 150 or index > 250 else 0.0005
        ready(stream, index)

    out = run(live, mix, BLOCK, work)
    log = live.control.steps_log
    counts = [steps for _, steps in log]
    budget_s = 0.7 * HOP / RATE
    assert counts[0] == 1  # nothing is known yet
    assert max(counts[5:60]) * 0.0001 <= budget_s
    assert max(counts[5:60]) > 15
    assert max(counts[90:120]) * 0.0005 <= budget_s
    assert max(counts[90:120]) >= 2
    assert counts[-1] > 10  # and again more, bit by bit
    again = delayed_replay(live, model, mix)
    assert np.array_equal(out, again)


def test_a_stream_that_skipped_windows_can_be_replayed() -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    chosen = settings_of(model, steps=3)
    live, mix = LiveStream(model, chosen, BLOCK), noise(BLOCK * 300)

    def work(stream: LiveStream, index: int) -> None:
        if not 100 <= index < 120:
            ready(stream, index)

    out = run(live, mix, BLOCK, work)
    same = (out == delayed_replay(live, model, mix)).all(axis=(0, 1))
    assert same[: 100 * BLOCK].all()
    assert same[160 * BLOCK :].all()
    assert 0 in dict(live.control.steps_log).values()
