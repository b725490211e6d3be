"""Work in turn."""

from __future__ import annotations

import threading
import time

import pytest

from daw_bridge.errors import Busy, Internal, Stopped
from daw_bridge.server.turns import Turns


def nothing(error: Internal) -> None:
    raise AssertionError(error)


def test_work_is_done_in_order_and_a_defect_is_told() -> None:
    turns, done, errors = Turns("daw-bridge test", 10), list[int](), list[Internal]()
    ended = threading.Event()
    turns.put(lambda: done.append(1), nothing)
    turns.put(lambda: done.append(1 // 0), errors.append)
    turns.put(lambda: done.append(2), nothing)
    turns.put(ended.set, nothing)
    assert ended.wait(10.0)
    assert turns.close(10.0)
    assert done == [1, 2] and "ZeroDivisionError" in str(errors[0])


def test_it_is_bounded_and_the_end_does_not_wait_for_what_hangs() -> None:
    turns, go, begun = Turns("daw-bridge test", 1), threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        go.wait(20.0)

    turns.put(hang, nothing)
    assert begun.wait(10.0)
    turns.put(lambda: nothing(Internal("never", "done", "")), nothing)
    with pytest.raises(Busy):
        turns.put(go.set, nothing)
    began_s = time.monotonic()
    assert not turns.close(0.05)
    assert time.monotonic() - began_s < 10.0
    with pytest.raises(Stopped):
        turns.put(go.set, nothing)
    go.set()


def test_one_that_was_never_used_ends_at_once() -> None:
    Turns("daw-bridge test", 1).close(10.0)
