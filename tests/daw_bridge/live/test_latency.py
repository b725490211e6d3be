"""daw_bridge/live/latency.py"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.live.latency import budget_samples, grid_latency, timing
from engines.stream import Stream
from tests.rigs.live import settings_of, tiny


def test_budget_is_the_share_of_a_hop_in_whole_blocks() -> None:
    assert budget_samples(1000, 100, 0.7) == 700
    assert budget_samples(1000, 512, 0.7) == 1024
    assert budget_samples(128, 512, 0.7) == 512  # four hops arrive with each block
    assert budget_samples(1000, 1024, 0.7) == 2048  # sometimes two do


@given(st.integers(1, 3000), st.integers(1, 3000), st.floats(0.05, 1.0))
def test_budget_covers_every_burst(hop: int, block: int, share: float) -> None:
    bursts = np.diff(np.arange(0, 40 * max(hop, block), block) // hop).max()
    budget = budget_samples(hop, block, share)
    assert budget % block == 0
    assert budget >= share * hop * bursts - 1e-6
    assert budget >= 1


@pytest.mark.parametrize("block", [0, 1, 64, 65, 512, 8193])
@pytest.mark.parametrize("rate_hz", [44100, 48000, 16000])
def test_latency_is_the_sum_of_its_parts(block: int, rate_hz: int) -> None:
    model = tiny()
    stream = Stream(model, settings_of(model, rate_hz))
    parts = timing(stream, block, 1024, 0.7)
    assert parts.latency_samples == parts.stream_samples + parts.budget_samples
    expected = stream.delay_for_block(block) if block else stream.latency_samples
    assert parts.stream_samples == expected
    if block:
        assert parts.budget_samples % block == 0
    converts = rate_hz == 16000
    assert parts.hop_samples == (128 * 16000 / 44100 if converts else 128)


@pytest.mark.parametrize("block", [64, 512, 8192])
@pytest.mark.parametrize("batch", [1, 4])
def test_a_grid_has_the_latency_of_its_stream(block: int, batch: int) -> None:
    model = tiny()
    stream = Stream(model, replace(settings_of(model), batch=batch))
    declared = timing(stream, block, 1024, 0.7).latency_samples
    assert grid_latency(stream.settings.grid, block, 0.7) == declared


@pytest.mark.parametrize("block", [64, 512, 8192])
def test_time_left_is_never_below_the_budget(block: int) -> None:
    model = tiny()
    parts = timing(Stream(model, settings_of(model)), block, 1024, 0.7)
    left = []
    for window in range(200):
        due = (window + 1) * 128 + 96
        arrives = -(-due // block) * block
        left.append(parts.left_samples(window * 128, arrives))
    assert min(left) == parts.budget_samples
