"""engines.methods.diffusion.stability: too large steps are refused, with what would do."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.levels import PUBLISHED, Levels
from engines.methods.diffusion.stability import (
    MOST_LEFT,
    is_stable,
    least_count,
    left,
    require_stable,
    worst,
)
from engines.methods.diffusion.steps import Solver

SOLVERS: list[Solver] = [Euler(), Euler(0.0), Adpm2()]


def four(sigma: float) -> float:
    """The Separator's with four stems."""
    return 4.0


@pytest.mark.parametrize(
    ("levels", "ratio"),
    [
        (Levels(30), 0.44),
        (Levels(20), 0.51),
        (Levels(30, spacing="karras"), 0.52),
        (Levels(30, 3.0, spacing="karras"), 0.57),
    ],
)
def test_the_largest_steps_of_some_schedules(levels: Levels, ratio: float) -> None:
    """As computed when they were tried; from 0.5 on four stems diverge."""
    found, limit = worst(Euler(20.0).plan(levels), four)
    assert found == pytest.approx(ratio, abs=0.006) and limit == 0.5


def test_what_was_published_is_stable() -> None:
    assert is_stable(PUBLISHED, Euler(20.0, 2), four)


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda one: f"{one.name}")
def test_a_state_above_the_limit_grows_and_below_it_shrinks(solver: Solver) -> None:
    for count in range(4, 60):
        step = solver.plan(Levels(count, to_zero=False))[0]
        grows = abs(step.kept(4.0)) > 1
        assert grows == (step.ratio > 0.5)


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda one: f"{one.name}")
def test_what_is_left_is_what_a_run_leaves(solver: Solver) -> None:
    """Run on white noise, with a prior of silence tied fourfold."""
    steps = solver.plan(Levels(24))
    rng = np.random.default_rng(0)
    state = np.zeros(20000)
    for step in steps:
        state = state + step.lift * rng.standard_normal(len(state))
        at, half = step.sigma, state
        if step.middle is not None:
            half = state + 4.0 * state / at * (step.middle - at)
            at = step.middle
        state = state + 4.0 * half / at * step.move
    assert np.sqrt(np.mean(state**2)) == pytest.approx(left(steps, four), rel=0.03)


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda one: f"{one.name}")
@pytest.mark.parametrize("spacing", ["geometric", "karras"])
def test_the_least_count_is_stable_and_one_fewer_is_not(solver: Solver, spacing: str) -> None:
    count = least_count(Levels(5, spacing=spacing), solver, four)
    assert count is not None
    assert is_stable(Levels(count, spacing=spacing), solver, four)
    assert not is_stable(Levels(count - 1, spacing=spacing), solver, four)


def test_the_error_says_which_levels_would_do() -> None:
    with pytest.raises(SettingsError) as caught:
        require_stable(Levels(20), Euler(), four, "4 stems")
    text = str(caught.value)
    assert "0.51" in text and "0.50" in text and caught.value.code == "settings"
    counts = re.findall(r"at least (\d+) steps of (\w+) levels", text)
    assert [spacing for _, spacing in counts] == ["geometric", "karras"]
    for count, spacing in counts:
        require_stable(Levels(int(count), spacing=spacing), Euler(), four, "4 stems")


def test_a_step_below_the_limit_that_leaves_noise_is_refused_too() -> None:
    steps = Euler().plan(Levels(24))
    ratio, limit = worst(steps, four)
    assert ratio < limit and left(steps, four) > MOST_LEFT
    with pytest.raises(SettingsError, match=r"leave 0\.6"):
        require_stable(Levels(24), Euler(), four, "4 stems")


def test_what_no_number_of_steps_can_do_is_said() -> None:
    with pytest.raises(SettingsError, match="tie the rows less"):
        require_stable(Levels(20), Euler(), lambda _: 1e6, "rows")
