"""engines.methods.diffusion.rest: one row is what the mix has beside the others."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engines.methods.diffusion.prior import Prior
from engines.methods.diffusion.rest import Rest, stiffness
from engines.types import Audio

RNG = np.random.default_rng(4)
STATE = RNG.standard_normal((2, 4, 1, 60)).astype(np.float32)
MIX = RNG.standard_normal((2, 1, 60)).astype(np.float32)
LABELS = np.tile(np.eye(4, dtype=np.float32), (2, 1, 1))


def scaled(noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
    """0.1, 0.2, 0.3, 0.4 of what is heard, by label, less a tenth of the level."""
    factor = labels @ np.array([0.1, 0.2, 0.3, 0.4], np.float32)
    return noisy * factor[:, None, None] - 0.1 * sigma[:, None, None]


def made(constrained: int = 1, told: str = "sigma") -> Rest:
    return Rest(Prior(scaled, LABELS), MIX, 4, constrained, told)


@pytest.mark.parametrize("constrained", [0, 1, 3])
def test_held_rows_sum_to_the_mix(constrained: int) -> None:
    held = made(constrained).hold(STATE.copy(), 0.3, STATE)
    np.testing.assert_allclose(held.sum(axis=1), MIX, atol=1e-5)
    others = [row for row in range(4) if row != constrained]
    assert np.array_equal(held[:, others], STATE[:, others])


def test_slopes_are_equation_13() -> None:
    """-sigma (S(x_k, z_k) - S(x_K, z_K)), S = (D - x) / sigma^2."""
    field = made(1)
    held = field.hold(STATE.copy(), 0.3, STATE)
    slope, clean = field.slope(held, 0.3)
    x = held.astype(np.float64)
    denoised = x * np.array([0.1, 0.2, 0.3, 0.4])[:, None, None] - 0.03
    score = (denoised - x) / 0.3**2
    np.testing.assert_allclose(slope, -0.3 * (score - score[:, 1:2]), atol=1e-4)
    np.testing.assert_allclose(clean, denoised, atol=1e-5)
    assert not slope[:, 1].any()


def test_the_rest_may_be_told_the_level_that_it_has() -> None:
    field = made(1, "own")
    _, clean = field.slope(STATE.copy(), 0.3)
    np.testing.assert_allclose(clean[:, 1], 0.2 * STATE[:, 1] - 0.03 * sqrt(3), atol=1e-5)
    np.testing.assert_allclose(clean[:, 2], 0.3 * STATE[:, 2] - 0.03, atol=1e-5)


@pytest.mark.parametrize("told", ["sigma", "own"])
@pytest.mark.parametrize("rows", [2, 4])
def test_stiffness_is_what_the_slope_follows_of_the_sum(told: str, rows: int) -> None:
    """With a prior of silence: the same change to all rows but the rest."""
    nothing = Prior(lambda noisy, sigma, labels: 0 * noisy, LABELS[:1, :rows])
    field = Rest(nothing, MIX[:1], rows, 0, told)
    slopes = []
    for change in (0.0, 1.0):
        state = STATE[:1, :rows].copy()
        state[:, 1:] += np.float32(change)
        slopes.append(field.slope(field.hold(state, 0.5, state), 0.5)[0])
    followed = 0.5 * (slopes[1] - slopes[0])[:, 1:]
    np.testing.assert_allclose(followed, stiffness(rows, told), atol=1e-4)
