"""ports.reastream.sender_lock: the first of two senders wins, until it falls silent."""

from __future__ import annotations

from daw_bridge.ports.reastream.inputs import STOP_S
from daw_bridge.ports.reastream.sender_lock import SenderLock

A, B = ("127.0.0.1", 1111), ("127.0.0.1", 2222)


def test_the_first_keeps_the_row_while_it_sends() -> None:
    lock = SenderLock()
    assert lock.admits(0, A, 0.0)
    assert not lock.admits(0, B, 0.1) and lock.admits(1, B, 0.1)  # another row is free
    assert lock.admits(0, A, 0.2)
    assert not lock.admits(0, B, 0.2 + STOP_S)
    problem = lock.problem("song", 0, B)
    assert "'song'" in problem.seen and "1111" in problem.seen and "2222" in problem.seen


def test_after_a_silence_the_row_is_free() -> None:
    lock = SenderLock()
    assert lock.admits(0, A, 0.0)
    assert lock.admits(0, B, STOP_S + 0.01)
    assert not lock.admits(0, A, STOP_S + 0.02)
