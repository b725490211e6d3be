"""The small parts of a live stream: deadline.py, faders.py, counters.py, worker.py, probe.py."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.cli.probe import Finding, burst, compare, delay_of, null_db
from daw_bridge.errors import BadValue, NoAnswer
from daw_bridge.live.counters import CallbackTimer, StreamMeters
from daw_bridge.live.deadline import MAX_STEPS, OF_TIME_LEFT, Deadline
from daw_bridge.live.faders import Faders
from daw_bridge.live.replay import replay
from engines.gains import Meter
from tests.rigs.live import delayed, noise, settings_of, tiny


@given(st.floats(0.001, 1.0), st.floats(1e-5, 2.0), st.floats(0.05, 1.0), st.floats(-1.0, 2.0))
def test_chosen_steps_fit_or_are_one(hop: float, call: float, share: float, left: float) -> None:
    deadline = Deadline(hop, refines=True)
    deadline.expect(call, 1)
    steps = deadline.steps(share, left)
    assert 1 <= steps <= MAX_STEPS
    assert steps == 1 or steps * call <= min(share * hop, OF_TIME_LEFT * left) * (1 + 1e-9)


def test_a_model_that_cannot_refine_takes_one_step() -> None:
    deadline = Deadline(1.0, refines=False)
    deadline.expect(0.001, 1)
    assert deadline.steps(0.7, 1.0) == 1


def test_slow_runs_count_at_once_and_fast_ones_gradually() -> None:
    deadline = Deadline(1.0, refines=True)
    deadline.measured(0.1, 1)
    assert deadline.steps(0.75, 1.1) == 7
    deadline.measured(0.35, 1)
    assert deadline.steps(0.75, 1.1) == 2
    for _ in range(60):
        deadline.measured(0.1, 1)
    assert deadline.steps(0.75, 1.1) == 7
    deadline.measured(0.0, 0)  # silence tells nothing
    assert deadline.steps(0.75, 1.1) == 7


def test_faders_touch_nothing_at_unity_and_ramp_when_moved() -> None:
    faders, ones = Faders(("a", "b"), 1000), np.ones((2, 1, 6), np.float32)
    out = ones.copy()
    faders.apply(out)
    assert np.array_equal(out, ones)
    faders.set_gain("b", -120.0)
    for _ in range(2):
        out = ones.copy()
        faders.apply(out)
    assert np.array_equal(out[0], ones[0])
    assert np.allclose(out[1], [[0.3, 0.2, 0.1, 0, 0, 0]])
    out = ones.copy()
    faders.apply(out)
    assert not out[1].any()
    faders.set_bypass(True)
    assert (faders.goal == 1).all()


def test_the_timer_keeps_the_last_blocks_and_the_longest() -> None:
    timer = CallbackTimer()
    assert timer.p999_us() == 0.0
    for taken in range(70_000):
        timer.add(1000 if taken else 9_000_000)
    assert (timer.blocks, timer.longest_ns) == (70_000, 9_000_000)
    assert timer.p999_us() == pytest.approx(1.0)  # the long one is forgotten there


def test_meters_are_summed_up_between_two_readings() -> None:
    windows = deque([(Meter(-6.0, -20.0),), (Meter(-3.0, -23.0103),), (Meter(-9.0, -120.0),)])
    meters = StreamMeters(("a",))
    found = meters.read(windows, np.ones(1, np.float32))["a"]
    assert found.peak_db == -3.0
    assert found.rms_db == pytest.approx(10 * np.log10((0.01 + 0.005) / 3), abs=1e-3)
    assert not windows
    assert meters.read(windows, np.zeros(1, np.float32))["a"].peak_db == -120.0


@given(st.integers(0, 5000))
def test_a_delay_is_found_to_the_sample(delay: int) -> None:
    sent = burst(4096, 2)
    received = np.pad(delayed(np.pad(sent, ((0, 0), (0, 6000))), delay), ((0, 0), (0, 10)))
    found = compare(sent, received, 48000, delay)
    assert found == Finding(48000, delay, delay, found.null_db)
    assert found.holds
    assert not compare(sent, received, 48000, delay + 1).holds


def test_a_poor_null_and_silence_are_told() -> None:
    sent = burst(4096, 1)
    assert null_db(sent, sent * np.float32(0.5), 0) > -20
    assert not compare(sent, sent * np.float32(0.9), 48000, 0).holds
    with pytest.raises(NoAnswer):
        delay_of(sent, np.zeros_like(sent))


def test_a_log_without_its_beginning_cannot_be_replayed() -> None:
    model = tiny()
    with pytest.raises(BadValue):
        replay(model, settings_of(model), noise(1000), [(5, 1), (6, 1)])
