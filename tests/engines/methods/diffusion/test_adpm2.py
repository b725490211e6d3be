"""engines.methods.diffusion.adpm2: the ancestral step of second order."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.levels import Levels
from tests.rigs.diffusion import Shrinking


def test_a_step_is_the_published_one() -> None:
    steps = Adpm2().plan(Levels(12))
    level, following = Levels(12).values[3:5]
    up = sqrt(following**2 * (level**2 - following**2) / level**2)
    down = sqrt(following**2 - up**2)
    middle = (level + down) / 2
    rng = np.random.default_rng(1)
    state, noise = rng.standard_normal((2, 1, 1, 1, 50)).astype(np.float32)
    found, _ = Adpm2().advance(Shrinking(0.3), state, steps[3], 0 * noise)
    x = state.astype(np.float64)
    half = x + (x - 0.3 * x) / level * (middle - level)
    expected = x + (half - 0.3 * half) / middle * (down - level)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert steps[4].lift == pytest.approx(up)
    assert steps[4].lift ** 2 + (steps[3].sigma + steps[3].move) ** 2 == pytest.approx(following**2)


def test_the_middle_of_a_large_rho_is_geometric() -> None:
    """As in k-diffusion."""
    step = Adpm2(rho=1e6).plan(Levels(12))[3]
    assert step.middle == pytest.approx(sqrt(step.sigma * (step.sigma + step.move)), rel=1e-4)


def test_second_order_follows_a_slope_better_than_first() -> None:
    """Of a Gaussian the way from a level to another is known: x scales by sqrt(1 + s^2)."""
    (step, *_) = Adpm2().plan(Levels(8, 1.0, 0.1))
    state = np.ones((1, 1, 1, 1), np.float32)
    to = step.sigma + step.move
    exact = sqrt((1 + to**2) / (1 + step.sigma**2))
    found, _ = Adpm2().advance(Gaussian(), state, step, 0 * state)
    slope, _ = Gaussian().slope(state, step.sigma)
    first = float((state + step.move * slope).item())
    assert abs(found.item() - exact) < 0.1 * abs(first - exact)


class Gaussian(Shrinking):
    """The prior of standard deviation 1."""

    def slope(self, state, sigma):  # type: ignore[no-untyped-def]
        clean = state / np.float32(1 + sigma**2)
        return (state - clean) / np.float32(sigma), clean


@pytest.mark.parametrize("rho", [0.0, -1.0, float("inf")])
def test_solvers_that_cannot_be_are_refused(rho: float) -> None:
    with pytest.raises(SettingsError):
        Adpm2(rho)
