"""live.priority: the worker's thread has it, no other; what is not permitted is an error."""

from __future__ import annotations

import os
import threading

import pytest

from daw_bridge.errors import NotAllowed
from daw_bridge.live.priority import take_priority
from daw_bridge.live.stream import LiveStream
from tests.rigs.live import settings_of, tiny

LINUX = pytest.mark.skipif(not hasattr(os, "SCHED_RR"), reason="Linux's scheduler")


@LINUX
def test_the_worker_has_it_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int, int, int]] = []

    def note(who: int, policy: int, wanted: os.sched_param) -> None:
        asked.append((threading.current_thread().name, who, policy, wanted.sched_priority))

    monkeypatch.setattr(os, "sched_setscheduler", note)
    live = LiveStream(tiny(), settings_of(tiny()), 64)
    live.control.start()
    live.control.stop()
    assert not asked
    live.control.start(7)
    live.control.stop()
    assert asked == [("daw-bridge worker", 0, os.SCHED_RR, 7)]


@LINUX
def test_what_is_not_permitted_is_said_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    live = LiveStream(tiny(), settings_of(tiny()), 64)
    with pytest.raises(NotAllowed, match=r"--priority 5 \(Operation not permitted\)"):
        live.control.start(5)
    assert live.control._worker._thread is None


@LINUX
def test_what_nobody_foresaw_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object) -> None:
        raise ValueError("on purpose")

    monkeypatch.setattr(os, "sched_setscheduler", fails)
    live = LiveStream(tiny(), settings_of(tiny()), 64)
    live.control.start(5)
    live.control.stop()
    assert live.control.fault is not None and "on purpose" in live.control.fault.seen


def test_a_system_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_setscheduler", raising=False)
    with pytest.raises(NotAllowed, match="no such priorities"):
        take_priority(5)
    take_priority(0)
