"""Scores of a clip against museval's own code and against known answers."""

from __future__ import annotations

import numpy as np
import pytest

from export.scores.errors import ScoreError
from export.scores.evaluation import clip_scores
from export.scores.evaluation.clip_scores import (
    check_museval,
    frame_sdr,
    museval_sdr,
    score,
    trivial,
)

RATE_HZ = 700


@pytest.fixture
def stems() -> np.ndarray:
    rng = np.random.default_rng(0)
    return (0.1 * rng.standard_normal((2, 2, 3 * RATE_HZ + 100))).astype(np.float32)


def noisy(stems: np.ndarray, level: float = 0.05) -> np.ndarray:
    noise = np.random.default_rng(1).standard_normal(stems.shape)
    return (0.8 * stems + level * noise).astype(np.float32)


def test_frames_equal_museval(stems: np.ndarray) -> None:
    stems[1, :, RATE_HZ : 2 * RATE_HZ] = 0
    estimates = noisy(stems)
    ours = frame_sdr(estimates, stems, RATE_HZ)
    theirs = museval_sdr(estimates, stems, RATE_HZ)
    assert ours.shape == (2, 3)
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.isnan(ours[:, 1]).all() and not np.isnan(ours[:, [0, 2]]).any()
    assert np.nanmax(np.abs(ours - theirs)) < 1e-9


def test_a_clip_shorter_than_a_frame_is_one_frame(stems: np.ndarray) -> None:
    short = stems[..., :300]
    ours = frame_sdr(noisy(short), short, RATE_HZ)
    assert ours.shape == (2, 1)
    assert np.abs(ours - museval_sdr(noisy(short), short, RATE_HZ)).max() < 1e-9


def test_check_against_museval_can_fail(stems: np.ndarray, monkeypatch) -> None:
    check_museval(noisy(stems), stems, RATE_HZ)
    monkeypatch.setattr(clip_scores, "museval_sdr", lambda e, s, r: frame_sdr(e, s, r) + 1e-3)
    with pytest.raises(ScoreError, match="museval differs"):
        check_museval(noisy(stems), stems, RATE_HZ)


def test_known_answers(stems: np.ndarray) -> None:
    mix = stems.sum(axis=0)
    half = score(stems / 2, stems, mix, RATE_HZ)
    for row in half:
        assert row["sdr"] == pytest.approx(20 * np.log10(2), abs=1e-4)
        assert row["museval"] == pytest.approx(20 * np.log10(2), abs=1e-4)
        assert row["si_sdri"] > 60, "a scaled truth is perfect"
    silence = score(np.zeros_like(stems), stems, mix, RATE_HZ)
    for row in silence:
        assert row["sdr"] == pytest.approx(0, abs=1e-6)
        assert row["museval"] == pytest.approx(0, abs=1e-6)
        assert row["si_sdri"] is None


def test_silent_stems_are_not_scored(stems: np.ndarray) -> None:
    stems[0] *= 1e-4
    first, second = score(noisy(stems), stems, stems.sum(axis=0), RATE_HZ)
    assert first == {"museval": None, "sdr": None, "si_sdri": None}
    assert second["sdr"] is not None


def test_trivial_answers(stems: np.ndarray) -> None:
    mix = stems.sum(axis=0)
    found = trivial(mix, stems)
    assert list(found) == ["mix", "mix/2", "silence"]
    assert np.array_equal(found["mix"][1], mix)
    assert np.allclose(found["mix/2"].sum(axis=0), mix, atol=1e-6)
    assert score(found["mix"], stems, mix, RATE_HZ)[0]["si_sdri"] == pytest.approx(0, abs=1e-9)
