"""After a miss nobody asks until the engine is found well. In live streams: test_live.py."""

from __future__ import annotations

import gc
import logging
import threading
import time
from weakref import ref

import numpy as np
import pytest

from daw_bridge.containment import LimitedLog
from daw_bridge.errors import EngineGone, WrongEngine
from daw_bridge.remote import breaker
from daw_bridge.remote.address import Address
from daw_bridge.remote.breaker import MOST_LATE, Breaker
from daw_bridge.remote.counters import Tally


class Engine:
    """An engine that is away, or answers something else, until it is told to be well."""

    def __init__(self) -> None:
        self.address, self.tally = Address("127.0.0.1", 1), Tally()
        self.problem: Exception | None = EngineGone("nobody", "an engine", "Start it.")
        self.asked = self.checks = 0
        self.proved = False
        self.breaker = Breaker(self)

    def wait_until_there(self, seconds: float) -> None:
        self.asked += 1
        if isinstance(self.problem, EngineGone):
            raise self.problem

    def is_proved(self, seconds: float) -> bool:
        self.wait_until_there(seconds)
        return self.proved

    def check(self) -> None:
        self.checks += 1
        if self.problem is not None:
            raise self.problem


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PROBE_S", 0.01)
    lines = LimitedLog(logging.getLogger(breaker.__name__), pause_s=5.0)
    monkeypatch.setattr(breaker, "_lines", lines)  # that nobody has used yet


def until(holds: object) -> None:
    give_up = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def test_it_closes_when_the_engine_is_well(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    engine = Engine()
    assert not engine.breaker.is_open
    engine.breaker.trip("a miss")
    assert engine.breaker.is_open and engine.breaker.reason
    engine.breaker.trip("another miss")
    until(lambda: "nobody" in engine.breaker.reason and engine.asked > 1)
    engine.problem = WrongEngine("something else", "the same", "Check it.")
    until(lambda: "something else" in engine.breaker.reason)
    assert engine.breaker.is_open
    engine.problem = None
    until(lambda: not engine.breaker.is_open)
    assert engine.breaker.reason == ""
    counts = engine.tally.read(True, "")
    assert counts.openings == 1
    assert "is not used: a miss" in caplog.text and "is used again after" in caplog.text


def test_it_opens_again() -> None:
    engine = Engine()
    engine.problem = None
    for _ in range(2):
        engine.breaker.trip("a miss")
        until(lambda: not engine.breaker.is_open)
    assert engine.tally.read(True, "").openings == 2


def test_one_that_was_late_is_asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And has to answer its checks where it is late too often, in doubt, or another one."""
    monkeypatch.setattr(breaker, "PROBE_S", 100.0)
    engine = Engine()
    engine.problem, engine.proved = None, True
    for doubtful, answered, checks in (
        (False, False, 0), (False, False, 0), (False, False, 1),
        (False, False, 1), (False, True, 1), (False, False, 1), (False, False, 1),
        (False, False, 2), (True, False, 3),
    ):  # fmt: skip
        engine.breaker.trip("late", doubtful=doubtful)
        until(lambda: not engine.breaker.is_open)
        assert engine.checks == checks
        if answered:
            engine.breaker.answered()
    engine.proved = False
    engine.breaker.trip("late", doubtful=False)
    until(lambda: not engine.breaker.is_open)
    assert engine.checks == 4 and MOST_LATE == 3


def test_it_looks_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PROBE_S", 0.2)
    engine, pauses = Engine(), []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        engine.problem = None if len(pauses) == 7 else engine.problem

    monkeypatch.setattr(breaker.time, "sleep", sleep)
    engine.breaker.trip("away", doubtful=False)
    closed = threading.Event()
    while engine.breaker.is_open:
        closed.wait(0.005)
    np.testing.assert_allclose(pauses, [0.02, 0.04, 0.08, 0.16, 0.2, 0.2, 0.2])


def test_nobody_looks_for_an_engine_that_nobody_needs() -> None:
    engine = Engine()
    engine.breaker.trip("a miss")
    gone = ref(engine)
    del engine
    gc.collect()
    until(lambda: gone() is None)
    until(lambda: not any("probe" in one.name for one in threading.enumerate()))
