"""engines.methods.diffusion.remask: estimates as parts of the mix."""

from __future__ import annotations

import numpy as np

from engines.methods.diffusion.remask import remasked
from tests.rigs.oracle import make_song


def test_parts_sum_to_the_mix_whatever_the_estimates_are() -> None:
    rng = np.random.default_rng(2)
    stems = rng.standard_normal((3, 2, 5000)).astype(np.float32)
    mix = rng.standard_normal((2, 5000)).astype(np.float32)
    for estimates in (stems, 0 * stems):
        found = remasked(estimates, mix, 512)
        assert found.shape == stems.shape and found.dtype == np.float32
        np.testing.assert_allclose(found.sum(axis=0), mix, atol=1e-4)


def test_true_stems_come_back_nearly_as_they_were() -> None:
    song = make_song(0, 16384)
    found = remasked(song.stems, song.mix, 512)
    error = np.square(found - song.stems).sum() / np.square(song.stems).sum()
    assert error < 0.15
