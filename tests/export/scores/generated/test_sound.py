"""export.scores.generated.sound: beats have onsets, tones are harmonic, noise is neither."""

from __future__ import annotations

import numpy as np
import pytest

from export.scores.generated.sound import chroma, flux, harmonicity, onset_envelope

RATE_HZ = 16000
TIME_S = np.arange(2 * RATE_HZ) / RATE_HZ


def noise() -> np.ndarray:
    return np.random.default_rng(0).standard_normal(len(TIME_S))


def beats() -> np.ndarray:
    return noise() * np.exp(-30 * (TIME_S % 0.25))


def tone(hertz: float) -> np.ndarray:
    return sum(np.sin(2 * np.pi * hertz * k * TIME_S) / k for k in range(1, 6))


def low_noise() -> np.ndarray:
    spectrum = np.fft.rfft(noise())
    spectrum[np.fft.rfftfreq(len(TIME_S), 1 / RATE_HZ) > 150] = 0
    return np.fft.irfft(spectrum)


def test_beats_have_more_flux_than_what_goes_on() -> None:
    assert flux(beats(), RATE_HZ) > 2 * flux(noise(), RATE_HZ) > 4 * flux(tone(110), RATE_HZ)
    assert flux(beats(), RATE_HZ) == pytest.approx(flux(0.01 * beats(), RATE_HZ))


def test_onsets_are_where_beats_are() -> None:
    found = onset_envelope(beats(), RATE_HZ)
    loud = np.flatnonzero(found > 0.5 * found.max())
    away_s = (loud * 0.01 + 0.036 + 0.125) % 0.25 - 0.125  # the middle of what is compared
    assert len(loud) >= 6 and np.abs(away_s).max() < 0.03


@pytest.mark.parametrize("hertz", [41.2, 98.0, 220.0])
def test_a_tone_is_harmonic_and_noise_is_not_even_where_it_is_low(hertz: float) -> None:
    assert harmonicity(tone(hertz), RATE_HZ) > 0.95
    assert harmonicity(noise(), RATE_HZ) < 0.3
    assert harmonicity(low_noise(), RATE_HZ) < 0.75


def test_chroma_says_the_note() -> None:
    found = chroma(np.sin(2 * np.pi * 440 * TIME_S), RATE_HZ)
    assert found.shape == (8, 12) and (found.argmax(axis=1) == 9).all()


def test_silence_and_next_to_nothing_have_figures() -> None:
    for audio in (np.zeros(RATE_HZ), np.zeros(3)):
        assert flux(audio, RATE_HZ) == 0 and harmonicity(audio, RATE_HZ) == 0
        assert not chroma(audio, RATE_HZ).any()
