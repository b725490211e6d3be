"""What is counted of calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daw_bridge.remote.counters import BOUNDS_S, Tally, counted, quantile_s, tallies


def test_all_is_counted() -> None:
    tally = Tally()
    for seconds in (0.001, 0.004, 0.09, 60.0):
        tally.answered(seconds)
    for name in ("UNAVAILABLE", "UNAVAILABLE", "INTERNAL"):
        tally.failed(name)
    tally.missed(2)
    tally.missed(1)
    tally.opened()
    found = tally.read(False, "why")
    assert (found.up, found.reason, found.calls, found.missed_windows) == (False, "why", 4, 3)
    assert found.openings == 1 and found.round_trip_s == 60.0
    assert found.failures == (("INTERNAL", 1), ("UNAVAILABLE", 2)) and found.failed == 3
    assert found.times[0] == 2 and found.times[-1] == 1 and sum(found.times) == 4
    assert found.seconds == pytest.approx(60.095)
    assert tally.read(True, "").up
    tally.waits(1)
    waiting = tally.read(True, "")
    assert not waiting.up and "wait" in waiting.reason
    tally.waits(-1)
    assert tally.read(True, "") == replace(found, up=True, reason="")


def test_quantiles_are_the_bounds_of_classes() -> None:
    times = [0] * (len(BOUNDS_S) + 1)
    assert quantile_s(times, 0.5) == 0
    times[2], times[-1] = 3, 1
    assert quantile_s(times, 0.5) == BOUNDS_S[2]
    assert quantile_s(times, 0.99) == 2 * BOUNDS_S[-1]


def test_a_call_is_counted_with_its_caller() -> None:
    engine, stream = Tally(), Tally()
    assert tallies(engine) == (engine,)
    with counted(stream):
        assert tallies(engine) == (engine, stream)
        with counted(None):  # a check, say
            assert tallies(engine) == (engine,)
        assert tallies(engine) == (engine, stream)
    assert tallies(engine) == (engine,)
