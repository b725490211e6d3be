"""ports.reastream.clock: the sender's clock, and the packets that make up what is missing."""

from __future__ import annotations

import pytest

from daw_bridge.ports.reastream.clock import PacketSizes, SenderClock
from daw_bridge.ports.reastream.loss import LEARN_S, WINDOW_S

RATE = 48000


def test_sizes() -> None:
    sizes = PacketSizes(19.2)
    assert sizes.nearest(1000) == 0
    for one in (150, 62):
        sizes.add(one)
    found = [sizes.nearest(one) for one in (10, -19, 55, 70, 149, -155, 205, 310, 1502, -124)]
    assert found == [0, 0, 62, 62, 150, -150, 212, 300, 1500, -124]
    for one in range(100):
        sizes.add(one)
    assert sizes.nearest(1003.4) == 1003


def test_the_clock_follows_and_stays_within_reason() -> None:
    clock = SenderClock(RATE)
    clock.begin(10.0, 0.0)
    assert clock.expected(11.0) == RATE and clock.time_of(RATE) == 11.0
    for second in range(11, 2000):
        clock.steer(1000.0, float(second), 1.0)
    slowest = clock.expected(3000.0) - clock.expected(2999.0)
    assert slowest == pytest.approx(RATE * 0.999)
    assert LEARN_S > WINDOW_S
