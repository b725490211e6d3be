"""live.faders: gains that ramp, whatever the blocks, and touch nothing at unity."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.live.faders import RAMP_MS, Faders
from engines.types import Audio

NAMES = ("drums", "bass", "residual")
RATE_HZ = 48000
RAMP_SAMPLES = RATE_HZ * RAMP_MS // 1000
ONES = np.ones((3, 2, 1000), np.float32)


def applied(faders: Faders, block: Audio) -> Audio:
    out = block.copy()
    faders.apply(out)
    return out


def test_unity_passes_the_very_samples() -> None:
    faders = Faders(NAMES, RATE_HZ)
    noise = np.random.default_rng(0).random((3, 2, 1000), np.float32)
    assert np.array_equal(applied(faders, noise), noise)
    faders.set_gain("bass", -6)
    assert not np.array_equal(applied(faders, noise), noise)
    faders.set_gain("bass", 0)
    applied(faders, noise)
    assert np.array_equal(applied(faders, noise), noise)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=10))
def test_ramps_do_not_depend_on_the_blocks(sizes: list[int]) -> None:
    whole, parts = Faders(NAMES, RATE_HZ), Faders(NAMES, RATE_HZ)
    signal = np.random.default_rng(0).random((3, 2, sum(sizes)), np.float32)
    for faders in (whole, parts):
        faders.set_gain("drums", -12)
        faders.set_mute("bass", True)
    blocks = np.split(signal, np.cumsum(sizes)[:-1], axis=-1)
    joined = np.concatenate([applied(parts, block) for block in blocks], axis=-1)
    assert np.array_equal(joined, applied(whole, signal))


def test_changes_do_not_click() -> None:
    faders = Faders(NAMES, RATE_HZ)
    faders.set_mute("drums", True)
    first = applied(faders, ONES[..., :100])
    faders.set_mute("drums", False)
    second = applied(faders, ONES)
    faders.set_gain("drums", -200)
    third = applied(faders, ONES)
    joined = np.concatenate([first, second, third], axis=-1)[0, 0]
    assert np.abs(np.diff(joined)).max() < 1.5 / RAMP_SAMPLES
    assert second[0, 0, -1] == 1 and third[0, 0, -1] == 0


def test_a_ramp_is_straight_and_bypass_is_unity() -> None:
    faders, ones = Faders(("a", "b"), 1000), np.ones((2, 1, 6), np.float32)
    out = ones.copy()
    faders.apply(out)
    assert np.array_equal(out, ones)
    faders.set_gain("b", -120.0)
    for _ in range(2):
        out = ones.copy()
        faders.apply(out)
    assert np.array_equal(out[0], ones[0])
    assert np.allclose(out[1], [[0.3, 0.2, 0.1, 0, 0, 0]])
    out = ones.copy()
    faders.apply(out)
    assert not out[1].any()
    faders.set_bypass(True)
    assert (faders.target == 1).all()
