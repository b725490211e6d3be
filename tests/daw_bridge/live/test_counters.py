"""live.counters: the callback's times, and meters between two readings."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from daw_bridge.live.counters import CallbackTimer, StreamMeters
from engines.gains import Meter


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
