"""engines.grid: which samples a window needs, owns and emits."""

from __future__ import annotations

from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.grid import Grid


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    hop, ahead = draw(st.integers(1, 50)), draw(st.integers(0, 50))
    fade = draw(st.integers(0, hop))
    window = hop + max(ahead, fade) + draw(st.integers(0, 50))
    return Grid(window, hop, ahead, fade, draw(st.integers(1, 3)))


@given(grids(), st.integers(0, 20))
def test_windows_own_every_sample_once_and_share_their_crossfades(grid: Grid, index: int) -> None:
    assert grid.problem() is None
    begin = grid.origin(index) + grid.start
    assert begin == index * grid.hop_samples
    assert grid.stop - grid.start == grid.hop_samples + grid.crossfade_samples
    assert grid.origin(index + 1) + grid.start == begin + grid.hop_samples
    assert 0 <= grid.start < grid.stop <= grid.window_samples
    assert grid.input_end(index) == grid.origin(index) + grid.window_samples


@given(grids(), st.integers(1, 200))
def test_delays_are_the_longest_wait_for_a_window(grid: Grid, block: int) -> None:
    """Until the pattern of blocks and batches of windows repeats."""
    hops = grid.hop_samples * grid.batch
    longest = out = 0
    for pushed in range(block, lcm(block, hops) + 2 * grid.latency_samples + block, block):
        while pushed >= out + hops + grid.ahead_samples:
            out += hops
        longest = max(longest, pushed - out)
    assert longest == grid.delay_for_block(block) <= grid.latency_samples
    assert grid.delay_for_block(1) == grid.latency_samples


@pytest.mark.parametrize(
    ("grid", "word"),
    [
        (Grid(10, 0, 0, 0), "hop_samples 0"),
        (Grid(10, 4, -1, 0), "negative"),
        (Grid(10, 4, 0, -1), "negative"),
        (Grid(20, 4, 9, 5), "crossfade_samples 5"),
        (Grid(10, 8, 3, 0), "hop + lookahead = 11"),
        (Grid(10, 4, 0, 0, 0), "batch 0"),
    ],
)
def test_what_makes_a_grid_unusable_is_said(grid: Grid, word: str) -> None:
    assert word in str(grid.problem())
