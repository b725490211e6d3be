"""Loops that turn, and those that do not."""

from __future__ import annotations

from daw_bridge.server.loops import STALLED_S, Loops


def test_a_loop_that_has_not_turned_is_named_with_its_time() -> None:
    now_s = 100.0
    loops = Loops(lambda: now_s)
    loops.turned("session")
    assert loops.stalled({"osc": 100.0}) == []
    now_s = 100.0 + STALLED_S
    assert loops.stalled({"osc": 100.0}) == []
    now_s += 1.0
    loops.turned("meters")
    assert loops.stalled({"osc": 100.0}) == [
        "session has not turned for 16 s", "osc has not turned for 16 s",
    ]  # fmt: skip
    loops.turned("session")
    assert loops.stalled({"osc": 116.5}) == []


def test_nothing_that_never_turned_has_stalled() -> None:
    assert Loops().stalled({}) == []
