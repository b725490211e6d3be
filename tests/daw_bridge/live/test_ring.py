"""daw_bridge/live/ring.py"""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.live.ring import Ring


def counting(start: int, stop: int) -> np.ndarray:
    """(1, n) of the numbers start, start + 1, ..."""
    return np.arange(start, stop, dtype=np.float32)[None]


@given(st.lists(st.integers(0, 40), max_size=40), st.integers(1, 32))
def test_positions_are_absolute_whatever_the_blocks(blocks: list[int], capacity: int) -> None:
    ring = Ring((1,), capacity)
    for block in blocks:
        ring.write(counting(ring.end, ring.end + block))
    assert ring.span == (0, sum(blocks))
    kept = min(ring.end, capacity)
    out = np.empty((1, kept), np.float32)
    assert ring.read(ring.end - kept, out) == 0
    assert np.array_equal(out, counting(ring.end - kept, ring.end))


def test_a_reader_learns_what_it_has_lost() -> None:
    ring = Ring((1,), 16)
    ring.write(counting(0, 20))
    out = np.empty((1, 10), np.float32)
    assert ring.read(0, out) == 4
    assert np.array_equal(out[:, 4:], counting(4, 10))
    ring.write(counting(20, 60))
    assert ring.read(4, out) == 10


def test_restart_makes_what_was_written_invalid() -> None:
    ring = Ring((2, 1), 8)
    ring.write(np.ones((2, 1, 5), np.float32))
    ring.restart(100)
    assert ring.span == (100, 100)
    ring.write(np.full((2, 1, 3), 2, np.float32))
    out = np.empty((1, 3), np.float32)
    assert ring.read(100, out, 1) == 0
    assert (out == 2).all()


def test_one_writer_and_one_reader_never_tear() -> None:
    ring, total, block = Ring((1,), 256), 60_000, 24
    seen = lost = 0

    def write() -> None:
        for start in range(0, total, block):
            ring.write(counting(start, start + block))

    thread = threading.Thread(target=write)
    thread.start()
    position = 0
    while position < total:
        count = min(ring.end - position, 200)
        if count == 0:
            continue
        out = np.empty((1, count), np.float32)
        gone = ring.read(position, out)
        assert np.array_equal(out[:, gone:], counting(position + gone, position + count))
        seen, lost, position = seen + count - gone, lost + gone, position + count
    thread.join()
    assert seen + lost == total
    assert seen > 0
