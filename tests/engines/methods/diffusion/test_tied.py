"""engines.methods.diffusion.tied: new rows, given ones and the mix of all."""

from __future__ import annotations

import numpy as np
import pytest

from engines.methods.diffusion.gamma import INFINITE, Gamma
from engines.methods.diffusion.prior import Prior
from engines.methods.diffusion.tied import Tied, stiffness
from engines.types import Audio

RNG = np.random.default_rng(4)
GIVEN = RNG.standard_normal((1, 2, 1, 40)).astype(np.float32)
STATE = RNG.standard_normal((1, 5, 1, 40)).astype(np.float32)
NOISE = RNG.standard_normal((1, 5, 1, 40)).astype(np.float32)
LABELS = np.eye(3, dtype=np.float32)[None]
SIGMA = 0.4


def scaled(noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
    """0.1, 0.2, 0.3 of what is heard, by label."""
    return noisy * (labels @ np.array([0.1, 0.2, 0.3], np.float32))[:, None, None]


def test_given_rows_are_heard_at_the_level_and_come_back_untouched() -> None:
    field = Tied(Prior(scaled, LABELS), 2, GIVEN, (Gamma(), INFINITE))
    assert field.shape == STATE.shape
    held = field.hold(STATE.copy(), SIGMA, NOISE)
    np.testing.assert_allclose(held[:, 2:4], GIVEN + SIGMA * NOISE[:, 2:4], atol=1e-6)
    assert np.array_equal(field.close(held)[:, 2:4], GIVEN)


def test_slopes_are_equation_12() -> None:
    gammas, (alpha, beta) = (Gamma(value=0.75), Gamma("constant", 0.5)), (0.8, 1.5)
    field = Tied(Prior(scaled, LABELS), 2, GIVEN, gammas, (alpha, beta))
    held = field.hold(STATE.copy(), SIGMA, NOISE)
    slope, clean = field.slope(held, SIGMA)
    x = held[0].astype(np.float64)
    total = alpha * (x[2] + x[3]) + beta * (x[0] + x[1])
    new, mix = (0.75 * SIGMA) ** -2, 0.5**-2
    scores = [
        (0.1 * x[0] - x[0]) / SIGMA**2 + new * (x[4] - total),
        (0.2 * x[1] - x[1]) / SIGMA**2 + new * (x[4] - total),
        0 * x[2],
        0 * x[3],
        (0.3 * x[4] - x[4]) / SIGMA**2 + mix * (total - x[4]),
    ]
    np.testing.assert_allclose(slope[0], -SIGMA * np.array(scores), atol=1e-4)
    assert np.array_equal(clean[:, 2:4], GIVEN)
    np.testing.assert_allclose(clean[0, 4], 0.3 * x[4], atol=1e-5)


@pytest.mark.parametrize("gammas", [(Gamma(), Gamma(value=0.5)), (Gamma("constant"), INFINITE)])
def test_stiffness_is_the_most_that_the_slope_follows(gammas: tuple[Gamma, Gamma]) -> None:
    """With a prior of silence: the largest eigenvalue of sigma times the slope."""
    nothing = Prior(lambda noisy, sigma, labels: 0 * noisy, LABELS)
    given, beta = np.zeros((1, 0, 1, 1), np.float32), 1.5
    field = Tied(nothing, 2, given, gammas, (1.0, beta))
    columns = [
        field.slope(np.eye(3, dtype=np.float32)[row].reshape(1, 3, 1, 1), SIGMA)[0].ravel()
        for row in range(3)
    ]
    largest = np.abs(np.linalg.eigvals(SIGMA * np.stack(columns, axis=1))).max()
    assert largest == pytest.approx(stiffness(SIGMA, 2, gammas, beta), rel=1e-5)
    assert field.stiffness(SIGMA) == stiffness(SIGMA, 2, gammas, beta)
