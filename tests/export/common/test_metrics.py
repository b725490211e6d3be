"""Metrics: what they are of known signals, and that giving a stem up does not pay."""

from __future__ import annotations

import numpy as np
import pytest

from export.common.metrics import SILENCE_DB, sdr, si_sdr
from export.common.songs import Clip
from export.scores.evaluation.clip_scores import score

RNG = np.random.default_rng(0)
TRUTH = RNG.standard_normal((2, 20_000)).astype(np.float32)
NOISE = RNG.standard_normal((2, 20_000)).astype(np.float32)


def test_of_a_tenth_of_noise() -> None:
    estimate = TRUTH + 0.1 * NOISE
    assert sdr(estimate, TRUTH) == pytest.approx(20, abs=0.2)
    assert si_sdr(estimate, TRUTH) == pytest.approx(20, abs=0.2)


@pytest.mark.parametrize("level", [1e3, 1.0, 1e-3, 1e-9, 1e-18])
def test_si_sdr_does_not_depend_on_the_estimates_level(level: float) -> None:
    for estimate in (TRUTH + 0.3 * NOISE, NOISE):
        scaled = (level * estimate.astype(np.float64)).astype(np.float32)
        assert si_sdr(scaled, TRUTH) == pytest.approx(float(si_sdr(estimate, TRUTH)), abs=0.1)


def test_silence_is_as_bad_as_can_be() -> None:
    assert si_sdr(np.zeros_like(TRUTH), TRUTH) == SILENCE_DB
    pair = si_sdr(np.stack([np.zeros_like(TRUTH), TRUTH]), np.stack([TRUTH, TRUTH]))
    assert pair[0] == SILENCE_DB and pair[1] > 100


def test_a_quiet_stem_given_up_gains_nothing() -> None:
    quiet, rest = 0.01 * TRUTH, 0.1 * NOISE
    stems, mix = np.stack([quiet, rest]), quiet + rest
    hiss = 1e-9 * RNG.standard_normal(quiet.shape).astype(np.float32)
    given_up = score(np.stack([hiss, mix]), stems, mix, 44100)[0]["si_sdri"]
    decent = score(np.stack([quiet + 0.3 * rest, mix]), stems, mix, 44100)[0]["si_sdri"]
    assert given_up is not None and decent is not None
    assert given_up < 0 < decent
    assert Clip("x", stems).mix.shape == mix.shape
