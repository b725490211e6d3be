"""sockets.timed: messages wait for their bundle's time, in order and within bounds."""

from __future__ import annotations

import threading

import pytest

from daw_bridge.errors import BadValue, Busy
from daw_bridge.server.sockets import timed
from daw_bridge.server.sockets.timed import MAX_AHEAD_S, MAX_ALL, MAX_EACH, Timed
from daw_bridge.wire import Peer
from daw_bridge.wire.osc_packets import AT_ONCE, OscCall
from tests.rigs.osc_time import time_tag

ONE, OTHER = Peer("osc", ("127.0.0.1", 1)), Peer("osc", ("127.0.0.1", 2))
NOW_S = 1.8e9


class Clock:
    """The time since the test began, by both clocks."""

    def __init__(self) -> None:
        self.s = 0.0

    def wall(self) -> float:
        return NOW_S + self.s

    def __call__(self) -> float:
        return self.s


class Rig:
    def __init__(self) -> None:
        self.clock, self.done, self.more = Clock(), [], threading.Semaphore(0)
        self.timed = Timed(self.act, self.clock.wall, self.clock)

    def act(self, peer: Peer, call: OscCall, size_bytes: int) -> None:
        self.done.append(call.address)
        self.more.release()

    def put(self, ahead_s: float, address: str = "/a", peer: Peer = ONE) -> bool:
        return self.timed.put(peer, OscCall(address, (), time_tag(NOW_S + ahead_s)), 20)

    def at(self, now_s: float, how_many: int) -> list[str]:
        """What is done when it is `now_s`."""
        with self.timed._more:
            self.clock.s = now_s
            self.timed._more.notify()
        for _ in range(how_many):
            assert self.more.acquire(timeout=10)
        return self.done


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.fixture(autouse=True)
def ended(rig: Rig) -> object:
    yield
    rig.timed.end()


def test_at_once_and_late_ones_do_not_wait(rig: Rig) -> None:
    assert not rig.timed.put(ONE, OscCall("/a", (), AT_ONCE), 20)
    assert rig.timed.late == 0
    assert not rig.put(-0.5) and not rig.put(0.0)
    assert rig.timed.late == 2 and not len(rig.timed)


def test_each_is_done_at_its_time_and_in_order(rig: Rig) -> None:
    for ahead_s, address in ((3.0, "/last"), (1.0, "/first"), (2.0, "/a"), (2.0, "/b")):
        assert rig.put(ahead_s, address)
    assert len(rig.timed) == 4
    assert rig.at(1.0, 1) == ["/first"]
    assert rig.at(2.5, 2) == ["/first", "/a", "/b"]
    assert rig.at(3.0, 1)[-1] == "/last"
    assert not len(rig.timed) and not rig.timed._bytes and not rig.timed._each


def test_a_clock_that_is_set_does_not_move_what_waits(rig: Rig) -> None:
    rig.put(2.0)
    rig.clock.wall = lambda: 0.0  # type: ignore[method-assign]
    assert rig.at(2.0, 1) == ["/a"]


def test_what_waits_is_bounded(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(MAX_EACH):
        rig.put(30.0)
    with pytest.raises(Busy, match="waiting"):
        rig.put(30.0)
    assert rig.put(30.0, peer=OTHER)
    for number in range(MAX_ALL - MAX_EACH - 1):
        rig.put(30.0, peer=Peer("osc", ("127.0.0.1", 10 + number % 100)))
    with pytest.raises(Busy):
        rig.put(30.0, peer=OTHER)
    rig.timed.end()
    assert not len(rig.timed)
    fresh = Rig()
    monkeypatch.setattr(timed, "MAX_BYTES", 300)
    assert fresh.put(30.0)
    with pytest.raises(Busy):
        fresh.put(30.0)
    fresh.timed.end()


def test_a_time_far_ahead_is_refused(rig: Rig) -> None:
    with pytest.raises(BadValue, match="ahead"):
        rig.put(MAX_AHEAD_S + 1.0)
