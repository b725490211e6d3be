"""Leakage of stems of which it is known what leaks, and where."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from export.scores.listening.leakage import FLOOR_DB, leakage

RATE_HZ = 4000


def noise(seed: int, seconds: float = 4.0, level: float = 0.1) -> NDArray[np.float32]:
    shape = (2, round(seconds * RATE_HZ))
    return (level * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def second_half(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    found = audio.copy()
    found[:, : audio.shape[-1] // 2] = 0
    return found


@pytest.mark.parametrize("gain_db", [-10.0, -30.0])
def test_what_leaks_into_silence_is_measured_and_what_sounds_is_not(gain_db: float) -> None:
    truth, rest = second_half(noise(0)), noise(1)
    estimate = 3 * truth + np.float32(10 ** (gain_db / 20)) * rest
    leak = leakage(estimate, truth, truth + rest, RATE_HZ)
    assert leak is not None
    assert leak.db == pytest.approx(gain_db, abs=0.01)
    # Two seconds, less the frames next to where it sounds.
    assert leak.seconds == pytest.approx(1.9, abs=0.001)


def test_silence_leaks_nothing_and_a_stem_that_always_sounds_has_no_figure() -> None:
    truth, rest = second_half(noise(0)), noise(1)
    leak = leakage(truth, truth, truth + rest, RATE_HZ)
    assert leak is not None and leak.db == FLOOR_DB
    assert leakage(rest, rest, truth + rest, RATE_HZ) is None


def test_where_the_mix_is_silent_nothing_is_measured() -> None:
    truth = second_half(noise(0))
    assert leakage(truth + noise(1, level=1e-3), truth, truth, RATE_HZ) is None
