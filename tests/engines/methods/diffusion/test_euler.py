"""engines.methods.diffusion.euler: churn, resamples and the step."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.levels import Levels
from tests.rigs.diffusion import Shrinking


def test_churn_raises_each_level_by_its_share() -> None:
    levels = Levels(100)
    steps = Euler(20.0).plan(levels)
    values = levels.values
    np.testing.assert_allclose([step.sigma for step in steps], 1.2 * values[:-1])
    np.testing.assert_allclose([step.sigma + step.move for step in steps], values[1:], atol=1e-12)


def test_churn_is_at_most_the_root_of_two() -> None:
    assert Euler(20.0).plan(Levels(20))[0].sigma == pytest.approx(sqrt(2))


@pytest.mark.parametrize("resamples", [1, 2, 3])
def test_noise_brings_the_state_to_every_level(resamples: int) -> None:
    """Its variance after each lift is that of the level, whatever was taken away before."""
    steps = Euler(20.0, resamples).plan(Levels(10))
    assert len(steps) == 9 * resamples + 1
    at = 0.0
    for step in steps:
        assert step.lift**2 + at**2 == pytest.approx(step.sigma**2)
        at = step.sigma + step.move


def test_a_step_is_the_published_one() -> None:
    """x_hat = x + sqrt(s_hat^2 - s^2) e; x = x_hat + (s_next - s_hat) (x_hat - D) / s_hat."""
    step = Euler(20.0).plan(Levels(30))[4]
    rng = np.random.default_rng(1)
    state, noise = rng.standard_normal((2, 1, 1, 1, 50)).astype(np.float32)
    found, clean = Euler().advance(Shrinking(0.3), state, step, noise)
    raised = state.astype(np.float64) + step.lift * noise
    denoised = 0.3 * raised
    expected = raised + (raised - denoised) / step.sigma * step.move
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(clean, denoised, atol=1e-6)


@pytest.mark.parametrize("solver", [{"churn": -1.0}, {"churn": float("nan")}, {"resamples": 0}])
def test_solvers_that_cannot_be_are_refused(solver: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        Euler(**solver)  # type: ignore[arg-type]
