"""Work at intervals."""

from __future__ import annotations

import threading

from daw_bridge.server.every import Every, until


def test_each_comes_in_its_turn_and_a_defect_stops_neither() -> None:
    ended, done = threading.Event(), [0, 0]

    def one() -> None:
        done[0] += 1
        raise ValueError("on purpose")

    def other() -> None:
        done[1] += 1
        if done[1] == 3:
            ended.set()

    until(ended, Every(0.001, one), Every(0.02, other))
    assert done[1] == 3 and done[0] > 3


def test_nothing_is_done_before_it_is_due() -> None:
    done: list[int] = []
    every = Every(60.0, lambda: done.append(1))
    every.do()
    assert not done


def test_what_has_ended_does_nothing() -> None:
    ended = threading.Event()
    ended.set()
    until(ended, Every(60.0, lambda: None))
