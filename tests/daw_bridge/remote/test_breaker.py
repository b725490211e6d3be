"""After a miss nobody asks until the engine is found well. In live streams: test_live.py."""

from __future__ import annotations

import gc
import logging
import threading
import time
from weakref import ref

import pytest

from daw_bridge.errors import EngineGone, WrongEngine
from daw_bridge.remote import breaker
from daw_bridge.remote.address import Address
from daw_bridge.remote.breaker import Breaker
from daw_bridge.remote.counters import Tally


class Engine:
    """An engine that is away, or answers something else, until it is told to be well."""

    def __init__(self) -> None:
        self.address, self.tally = Address("127.0.0.1", 1), Tally()
        self.problem: Exception | None = EngineGone("nobody", "an engine", "Start it.")
        self.asked = 0
        self.breaker = Breaker(self)

    def wait_until_there(self, seconds: float) -> None:
        self.asked += 1
        if isinstance(self.problem, EngineGone):
            raise self.problem

    def check(self) -> None:
        if self.problem is not None:
            raise self.problem


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PROBE_S", 0.01)


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
    assert engine.breaker.is_open and engine.breaker.reason == "a miss"
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


def test_nobody_looks_for_an_engine_that_nobody_needs() -> None:
    engine = Engine()
    engine.breaker.trip("a miss")
    gone = ref(engine)
    del engine
    gc.collect()
    until(lambda: gone() is None)
    until(lambda: not any("probe" in one.name for one in threading.enumerate()))
