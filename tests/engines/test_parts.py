"""The small parts of a stream: history, crossfade, resampling, channels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import channels
from engines.crossfade import Seam, rise
from engines.history import History
from engines.resample import Resampler, worst_lag


@given(st.integers(0, 50), st.integers(1, 20), st.lists(st.integers(0, 60)))
def test_history_keeps_what_it_says(kept: int, most: int, sizes: list[int]) -> None:
    history = History((2,), kept, most)
    total = np.zeros((2, kept), np.float32)
    for size in sizes:
        new = np.random.default_rng(size).random((2, size), np.float32)
        history.append(new)
        total = np.concatenate([total, new], axis=1)
        assert history.end == total.shape[1] - kept
        back = history.read(history.end - kept, history.end)
        assert np.array_equal(back, total[:, total.shape[1] - kept :])
    history.append_zeros(33)
    assert not history.read(max(history.end - kept, history.end - 33), history.end).any()
    history.clear()
    assert history.end == 0 and not history.read(-kept, 0).any()


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


def test_channels_fit_there_and_back() -> None:
    audio = np.random.default_rng(0).random((4, 2, 10), np.float32)
    assert channels.to_model(audio, 2) == [audio]
    parts = channels.to_model(audio, 1)
    assert [part.shape for part in parts] == [(4, 1, 10)] * 2
    assert np.array_equal(channels.from_model(parts, 2), audio)
    mono = audio[:, :1]
    (double,) = channels.to_model(mono, 2)
    assert np.array_equal(double[:, 0], double[:, 1])
    assert np.array_equal(channels.from_model([double], 1), mono)
