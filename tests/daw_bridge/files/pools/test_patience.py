"""How long a worker is waited for: told once, then given up, sooner where it is to stop."""

from __future__ import annotations

from daw_bridge.files.pools.patience import CANCEL_S, QUIET_S, Patience


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_it_is_told_once_for_each_silence_and_then_over() -> None:
    clock = Clock()
    patience = Patience(900.0, clock)
    assert not list(patience.notice(1, "it")) and not patience.over
    clock.now_s += QUIET_S
    [told] = patience.notice(1, "process 7")
    assert told.req == 1 and told.code == "quiet"
    assert "process 7 has made no progress for 60 s; after 900 s" in told.message
    assert not list(patience.notice(1, "it"))
    patience.heard()
    clock.now_s += QUIET_S
    assert list(patience.notice(1, "it")) and not patience.over
    clock.now_s += 900.0
    assert patience.over == "no progress for 960 s, so it was ended (--hung-after)"


def test_for_ever() -> None:
    clock = Clock()
    patience = Patience(0.0, clock)
    clock.now_s += 1e6
    [told] = patience.notice(1, "it")
    assert "end it (kill), and the song is tried once more" in told.message
    assert not patience.over


def test_one_that_was_told_to_stop_has_less_time_and_is_no_news() -> None:
    clock = Clock()
    patience = Patience(0.0, clock)
    clock.now_s += QUIET_S
    patience.hurry()
    clock.now_s += CANCEL_S - 1.0
    patience.hurry()
    assert not patience.over and not list(patience.notice(1, "it"))
    clock.now_s += 1.0
    assert patience.over == "no progress for 20 s, after it was told to stop"
