"""engines.crossfade: neighbouring windows meet without a seam."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engines.crossfade import Seam, rise


@given(st.integers(0, 1000))
def test_crossfade_weights_are_complementary(samples: int) -> None:
    up = rise(samples)
    np.testing.assert_allclose(up + up[::-1], 1, atol=1e-6)
    assert (np.diff(up) >= 0).all()


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 6))
def test_equal_estimates_join_without_a_seam(hop: int, fade: int, count: int) -> None:
    fade = min(fade, hop)
    seam = Seam(hop, fade)
    signal = np.random.default_rng(0).random((3, count * hop + fade), np.float32)
    pieces = [seam.join(signal[:, k * hop : (k + 1) * hop + fade]) for k in range(count)]
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), signal[:, : count * hop], atol=1e-6)


def test_the_first_window_begins_at_full_weight_and_so_does_one_after_clear() -> None:
    seam, ones = Seam(4, 2), np.ones((1, 6), np.float32)
    first = seam.join(ones)
    assert np.array_equal(seam.join(np.zeros_like(ones))[0, :2], 1 - rise(2))
    seam.clear()
    assert np.array_equal(seam.join(ones), first) and (first == 1).all()
