"""cli.ping.measure: the delay between what was sent and what came back, and how well they null."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.cli.ping.measure import PingResult, burst, compare, delay_of, null_db
from daw_bridge.errors import NoAnswer
from tests.rigs.live import delayed


@given(st.integers(0, 5000))
def test_a_delay_is_found_to_the_sample(delay: int) -> None:
    sent = burst(4096, 2)
    received = np.pad(delayed(np.pad(sent, ((0, 0), (0, 6000))), delay), ((0, 0), (0, 10)))
    found = compare(sent, received, 48000, delay)
    assert found == PingResult(48000, delay, delay, found.null_db)
    assert found.holds
    assert not compare(sent, received, 48000, delay + 1).holds


def test_a_poor_null_and_silence_are_told() -> None:
    sent = burst(4096, 1)
    assert null_db(sent, sent * np.float32(0.5), 0) > -20
    assert not compare(sent, sent * np.float32(0.9), 48000, 0).holds
    with pytest.raises(NoAnswer):
        delay_of(sent, np.zeros_like(sent))
