"""The log kurtosis ratio of noise of which it is known what was left."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import istft, stft

from export.scores.listening.musical_noise import kurtosis, log_kurtosis_ratio

RATE_HZ = 8000
SIZE = 372  # the STFT's window at this rate


def noise(seed: int = 0, seconds: float = 8.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal((2, round(seconds * RATE_HZ)))


def test_the_kurtosis_of_powers_is_known_for_gaussian_noise_and_constants() -> None:
    powers = np.random.default_rng(0).exponential(size=1_000_000)
    assert kurtosis(powers) == pytest.approx(6, rel=0.05)
    assert kurtosis(np.full(10, 3.0)) == 1
    assert np.isnan(kurtosis(np.zeros(4)))


def test_noise_that_is_turned_down_has_none() -> None:
    assert log_kurtosis_ratio(0.01 * noise(), noise(), RATE_HZ) == pytest.approx(0, abs=1e-9)
    assert log_kurtosis_ratio(np.zeros((2, 8 * RATE_HZ)), noise(), RATE_HZ) is None


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_noise_of_which_a_share_is_left_has_its_logarithm(share: float) -> None:
    """Whole stretches of it, long beside the STFT's window, so that edges hardly count."""
    left = np.arange(8 * RATE_HZ) % RATE_HZ < share * RATE_HZ
    found = log_kurtosis_ratio(noise() * left, noise(), RATE_HZ)
    assert found == pytest.approx(np.log(1 / share), abs=0.12)


def test_isolated_peaks_are_more_musical_than_a_smooth_mask() -> None:
    spectrum = stft(noise(), nperseg=SIZE, noverlap=3 * SIZE // 4)[2]
    rng = np.random.default_rng(1)
    ratios = []
    for mask in (rng.random(spectrum.shape[1:]) < 0.05, np.full(spectrum.shape[1:], 0.05)):
        after = istft(spectrum * mask, nperseg=SIZE, noverlap=3 * SIZE // 4)[1]
        found = log_kurtosis_ratio(after[:, : 8 * RATE_HZ], noise(), RATE_HZ)
        assert found is not None
        ratios.append(found)
    assert ratios[0] > 0.5
    assert ratios[1] == pytest.approx(0, abs=0.01)
