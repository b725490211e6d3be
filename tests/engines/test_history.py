"""engines.history: what is kept of a signal, read by position."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.history import History


@given(st.integers(0, 50), st.integers(1, 20), st.lists(st.integers(0, 60)))
def test_history_keeps_what_it_says(kept: int, most: int, sizes: list[int]) -> None:
    history = History((2,), kept, most)
    total = np.zeros((2, kept), np.float32)
    for size in sizes:
        new = np.random.default_rng(size).random((2, size), np.float32)
        history.append(new)
        total = np.concatenate([total, new], axis=1)
        assert history.end == total.shape[1] - kept
        back = history.read(history.end - kept, history.end)
        assert np.array_equal(back, total[:, total.shape[1] - kept :])
    history.append_zeros(33)
    assert not history.read(max(history.end - kept, history.end - 33), history.end).any()
    history.clear()
    assert history.end == 0 and not history.read(-kept, 0).any()


def test_what_is_gone_or_has_not_come_cannot_be_read() -> None:
    history = History((1,), 10, 4)
    history.append(np.ones((1, 25), np.float32))
    for start, stop in ((14, 20), (20, 26), (22, 21)):
        with pytest.raises(AssertionError):
            history.read(start, stop)
