"""live.swap_fade: from one player's outputs to another's, whatever the blocks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from daw_bridge.live.swap_fade import SWAP_FADE_SAMPLES, SwapFade
from engines.types import Audio


class Old:
    """A player of ones, LATENCY later than its input."""

    LATENCY = 100
    run = SimpleNamespace(latency_samples=LATENCY)

    def __init__(self) -> None:
        self.starts: list[int] = []

    def render(self, start: int, out: Audio) -> int:
        self.starts.append(start)
        out.fill(1.0)
        return 0


@pytest.mark.parametrize("block", [1, 64, 1000, 1024, 4096])
def test_it_falls_from_the_old_to_the_new_in_its_length(block: int) -> None:
    old, fade = Old(), SwapFade(2, 1)
    fade.begin(old)  # type: ignore[arg-type]
    out, position = [], 5000
    while fade.old is not None:
        piece = np.zeros((2, 1, block), np.float32)
        done = fade.apply(fade.old, position, piece)
        assert done == (fade.old is None)
        out.append(piece)
        position += block
    heard = np.concatenate(out, axis=-1)
    assert old.starts == [5000 - Old.LATENCY + k * block for k in range(len(out))]
    assert (np.diff(heard[0, 0]) <= 0).all() and 0.99 < heard[0, 0, 0] <= 1.0
    assert heard[0, 0, SWAP_FADE_SAMPLES // 2] == pytest.approx(0.5, abs=0.01)
    assert (heard[..., SWAP_FADE_SAMPLES:] == 0).all()
    assert np.array_equal(heard[0], heard[1])


def test_what_both_have_in_common_is_not_touched() -> None:
    old, fade = Old(), SwapFade(1, 1)
    fade.begin(old)  # type: ignore[arg-type]
    piece = np.ones((1, 1, SWAP_FADE_SAMPLES), np.float32)
    assert fade.apply(old, 0, piece)  # type: ignore[arg-type]
    assert (piece == 1.0).all()
