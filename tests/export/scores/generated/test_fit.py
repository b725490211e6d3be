"""export.scores.generated.fit: what goes together agrees, what does not does less."""

from __future__ import annotations

import numpy as np

from export.scores.generated.fit import beats_agree, keys_agree, onsets_agree

RATE_HZ = 16000
TIME_S = np.arange(4 * RATE_HZ) / RATE_HZ


def beats(gap_s: float, late_s: float = 0.0, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(len(TIME_S))
    return noise * np.exp(-40 * ((TIME_S - late_s) % gap_s))


def tone(hertz: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * TIME_S)


def test_onsets_at_the_same_time_agree() -> None:
    together = onsets_agree(beats(0.5), beats(0.5, 0.02, 1), RATE_HZ)
    apart = onsets_agree(beats(0.5), beats(0.5, 0.25, 1), RATE_HZ)
    assert together > 0.7 > 0.1 > apart


def test_the_same_beat_agrees_wherever_it_begins() -> None:
    same = beats_agree(beats(0.5), beats(0.5, 0.2, 1), RATE_HZ)
    other = beats_agree(beats(0.5), beats(0.37, 0.2, 1), RATE_HZ)
    assert same > 0.8 > 0.4 > other


def test_notes_of_one_chord_agree_over_octaves() -> None:
    assert keys_agree(tone(220), tone(880), RATE_HZ) > 0.95
    assert keys_agree(tone(220), tone(311.1), RATE_HZ) < 0.1


def test_what_does_not_change_agrees_with_nothing() -> None:
    silence = np.zeros(len(TIME_S))
    for agree in (onsets_agree, beats_agree, keys_agree):
        assert agree(silence, beats(0.5), RATE_HZ) == 0
    assert onsets_agree(silence[:5], silence[:5], RATE_HZ) == 0
