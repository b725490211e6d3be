"""Variation of rendered stems: each effect, its chance, and that 0 draws nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.data import vary
from export.data.config import SamplerConfig
from export.data.shape import rms

RATE_HZ = 44100


def config(**chances: float) -> SamplerConfig:
    return SamplerConfig("band", Path("c"), Path("b"), **chances)  # type: ignore[arg-type]


@pytest.fixture
def audio() -> np.ndarray:
    noise = 0.1 * np.random.default_rng(0).standard_normal((2, RATE_HZ))
    return noise.astype(np.float32)


def test_nothing_is_drawn_without_a_chance(audio: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    assert vary.varied(audio, rng, config()) is audio
    assert rng.random() == np.random.default_rng(1).random()


@pytest.mark.parametrize("effect", ["equaliser", "reverb", "drive", "pan", "gain"])
def test_each_effect_has_its_chance(audio: np.ndarray, effect: str) -> None:
    given = config(**{f"vary_{effect}": 0.5})
    made = [vary.varied(audio, np.random.default_rng(seed), given) for seed in range(20)]
    changed = [not np.array_equal(one, audio) for one in made]
    assert 3 < sum(changed) < 17
    for one in made:
        assert one.shape == audio.shape and one.dtype == np.float32
        assert 0.3 < rms(one) / rms(audio) < 3
    np.testing.assert_array_equal(made[4], vary.varied(audio, np.random.default_rng(4), given))


def test_silence_stays_silence_and_mono_is_not_panned(audio: np.ndarray) -> None:
    every = config(**{f"vary_{e}": 1.0 for e in ("equaliser", "reverb", "drive", "pan", "gain")})
    assert not vary.varied(np.zeros((2, 5000), np.float32), np.random.default_rng(0), every).any()
    mono = vary.varied(audio[:1], np.random.default_rng(0), config(vary_pan=1.0))
    np.testing.assert_array_equal(mono, audio[:1])


def test_an_equaliser_follows_its_points_and_wraps_nothing_around() -> None:
    curve = np.array([9.0, 9, 0, 0, -9, -9])
    click = np.zeros((1, RATE_HZ), np.float32)
    click[0, RATE_HZ // 2] = 1
    gains_db = 20 * np.log10(np.abs(np.fft.rfft(vary.coloured(click, RATE_HZ, curve, None)[0])))
    points = np.exp(np.linspace(*np.log(vary.EQUALISER_HZ), 6)).round().astype(int)
    np.testing.assert_allclose(gains_db[points[1:]], curve[1:], atol=0.5)
    late = np.zeros((1, RATE_HZ), np.float32)
    late[0, -1] = 1
    assert np.abs(vary.coloured(late, RATE_HZ, curve, None)[0, : RATE_HZ // 2]).max() < 1e-4


def test_a_room_comes_after_the_sound_and_dies_away() -> None:
    click = np.zeros((2, 2 * RATE_HZ), np.float32)
    click[:, 1000] = 1
    wet = vary.coloured(click, RATE_HZ, None, np.random.default_rng(2))
    assert np.abs(wet[:, :990]).max() < 1e-4 and np.abs(wet[:, 1000] - 1).max() < 0.1
    assert rms(wet[:, 1001:5000]) > 20 * rms(wet[:, 45_000:])
    assert not np.allclose(wet[0], wet[1], atol=1e-4)


def test_drive_bends_peaks_and_keeps_the_level() -> None:
    tone = np.sin(np.linspace(0, 200, RATE_HZ, dtype=np.float32))[None]
    bent = vary.driven(tone, 6.0)
    assert rms(bent) == pytest.approx(rms(tone), rel=1e-4)
    assert np.abs(bent).max() < 0.9 * np.abs(tone).max()
    quiet = vary.driven(0.01 * tone, 6.0)
    np.testing.assert_allclose(quiet, 0.01 * bent, atol=1e-5)


def test_pan_is_a_balance_at_equal_energy(audio: np.ndarray) -> None:
    left, right = (rms(c) / rms(a) for c, a in zip(vary.panned(audio, 6.0), audio, strict=True))
    assert 20 * np.log10(left / right) == pytest.approx(6.0, abs=1e-4)
    assert left**2 + right**2 == pytest.approx(2.0, rel=1e-4)
