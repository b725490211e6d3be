"""engines.resample: the same bits however the input is cut, and never later than declared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.resample import Passthrough, Resampler, worst_lag


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([(48000, 44100), (8000, 44100), (96000, 44100), (44100, 96000)]),
    st.lists(st.integers(0, 700), max_size=8),
)
def test_resampled_bits_do_not_depend_on_the_blocks(
    rates: tuple[int, int], sizes: list[int]
) -> None:
    total = sum(sizes)
    audio = np.random.default_rng(1).random((2, 3, total), np.float32)
    results = []
    for blocks in (np.split(audio, np.cumsum(sizes), axis=-1), [audio]):
        resampler = Resampler((2, 3), *rates, 64, "HQ")
        parts = [resampler.process(block) for block in blocks]
        results.append(np.concatenate([*parts, resampler.finish()], axis=-1))
    assert np.array_equal(*results)
    assert abs(results[0].shape[-1] - total * rates[1] / rates[0]) <= 1


@pytest.mark.parametrize("rates", [(48000, 44100), (44100, 48000), (22050, 44100), (44100, 8000)])
def test_lag_never_exceeds_the_declared_worst(rates: tuple[int, int]) -> None:
    worst = worst_lag(*rates, "HQ")
    rng = np.random.default_rng(4)
    for quantum in (64, 1000, 4096):
        resampler = Resampler((1,), *rates, quantum, "HQ")
        fed = made = 0
        while fed < 6 * rates[0]:
            size = int(rng.integers(1, 3)) * quantum
            made += resampler.process(np.zeros((1, size), np.float32)).shape[-1]
            fed += size
            assert fed - made * rates[0] / rates[1] <= worst


def test_passthrough_is_no_conversion() -> None:
    audio = np.random.default_rng(0).random((2, 3, 10), np.float32)
    assert Passthrough().process(audio) is audio
    assert Passthrough().finish().shape[-1] == 0
