"""engines.spec.hops: how graphs with a state go through a signal, and on which grids."""

from __future__ import annotations

import pytest

from engines.grid import Grid
from engines.spec import HybridDomain, StftDomain, WaveformDomain
from engines.spec.hops import Hops, hops_of


def test_an_stft_goes_frame_by_frame_and_samples_base_by_base() -> None:
    frames = StftDomain(512, 256, "sqrt_hann_periodic", centred=False, values="complex")
    assert hops_of(frames, None) == Hops(512, 512, 256, late=0)
    assert hops_of(frames, 2) == Hops(512, 512, 256, late=2)
    assert hops_of(WaveformDomain(512, 0), None) == Hops(512, 512, 512, late=None)
    assert hops_of(WaveformDomain(512, 0), 1) == Hops(512, 512, 512, late=1)
    assert hops_of(StftDomain(512, 128), None) is None  # centred: several frames
    assert hops_of(HybridDomain(StftDomain(512, 128, values="complex")), None) is None


@pytest.mark.parametrize(
    ("hops", "grid"),
    [
        (Hops(512, 512, 256, late=0), Grid(512, 256, 256, 0)),
        (Hops(512, 512, 128, late=0), Grid(512 + 384, 512, 384, 0)),
        (Hops(64, 64, 64, late=None), Grid(64, 64, 0, 0)),
        (Hops(64, 64, 64, late=None), Grid(320, 128, 192, 0)),
        (Hops(64, 64, 64, late=2), Grid(256, 128, 128, 0)),
        (Hops(512, 512, 256, late=1), Grid(768, 256, 512, 0)),
        (Hops(512, 128, 64, late=1), Grid(384 + 192, 64, 128, 0)),
    ],
)
def test_grids_that_suit(hops: Hops, grid: Grid) -> None:
    assert hops.problem(grid) is None and grid.problem() is None


@pytest.mark.parametrize(
    ("hops", "grid", "words"),
    [
        (Hops(512, 512, 256, late=0), Grid(512, 256, 256, 8), "crossfade"),
        (Hops(512, 512, 256, late=0), Grid(512, 200, 256, 0), "multiple of 256"),
        (Hops(512, 512, 256, late=0), Grid(1024, 256, 512, 0), "lookahead"),
        (Hops(64, 64, 64, late=None), Grid(128, 64, 32, 0), "multiple of 64"),
        (Hops(64, 64, 64, late=2), Grid(128, 64, 64, 0), "128"),
        (Hops(512, 512, 256, late=1), Grid(512, 256, 256, 0), "512"),
        (Hops(512, 128, 64, late=0), Grid(128, 64, 64, 0), "what is read before = 512"),
        (Hops(64, 64, 64, late=None), Grid(256, 64, 64, 0), "hop \\+ lookahead"),
    ],
)
def test_grids_that_do_not(hops: Hops, grid: Grid, words: str) -> None:
    problem = hops.problem(grid)
    assert problem is not None and words.replace("\\", "") in ", ".join(problem)
