"""Whether a sampler's steps are small enough for what ties its rows together.

The rows of a state are tied: in the Separator one row is the mix less the K - 1 others. What is
wrong in their sum comes back to all of them, so that the slope follows it K times over, and a step
that takes away the share r = 1 - s_next / s_hat of the noise (churn counted) leaves 1 - K r of the
error. That becomes smaller where r < 2 / K. A step of second order with its slope in the middle of
its two levels has the same limit. Whatever ties the rows says by how much: `Field.stiffness`. The
step to 0 has r = 1, but is done once: it is no part of the first rule.

The first rule is not enough. Where nobody plays, a prior expects silence, and the sum of the rows
begins as noise of the highest level; unless the steps take that away faster than they are few, it
is heard. How much is left of it follows from the steps alone: `left`. At K = 4, geometric levels
from 1 to 0.001 and churn 20, thirty steps leave 0.013 (an oracle then separates by 8.5 dB), 24
leave 0.6, and twenty, whose r is 0.51, leave ten times full scale. More than MOST_LEFT is refused.

Guidance makes the prior itself stiffer, at worst by its scale, where the prompt expects silence and
the null prompt expects music: an oracle diverges at scale 1.5 with 30 levels and not with 60, at 3
with 120 and not with 180. Networks are seldom that certain, so this is a note, not an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf, sqrt

from engines.errors import SettingsError
from engines.methods.diffusion.levels import SPACINGS, Levels
from engines.methods.diffusion.steps import Solver, Step

Stiffness = Callable[[float], float]
"""Of a noise level."""

MOST_LEFT = 0.03
"""Noise, RMS re full scale, that may be left where nobody plays."""
_MOST_COUNT = 2000
"""Levels beyond which no schedule is recommended."""


def worst(steps: tuple[Step, ...], stiffness: Stiffness) -> tuple[float, float]:
    """r and 2 / stiffness of the step that is the largest beside its limit; not the step to 0."""
    pairs = [
        (step.ratio, 2 / stiffness(step.sigma)) for step in steps if step.sigma + step.move > 0
    ]
    return max(pairs, key=lambda pair: pair[0] / pair[1], default=(0.0, inf))


def left(steps: tuple[Step, ...], stiffness: Stiffness) -> float:
    """RMS of the noise after all steps in what is tied the most, where the prior is silence."""
    variance = 0.0
    for step in steps:
        variance = step.kept(stiffness(step.sigma)) ** 2 * (variance + step.lift**2)
    return sqrt(variance)


def is_stable(levels: Levels, solver: Solver, stiffness: Stiffness) -> bool:
    """Whether the steps are below their limits, and leave no more noise than is allowed."""
    steps = solver.plan(levels)
    ratio, limit = worst(steps, stiffness)
    return ratio < limit and left(steps, stiffness) <= MOST_LEFT


def least_count(levels: Levels, solver: Solver, stiffness: Stiffness) -> int | None:
    """The fewest levels of this kind that are stable; None where 2000 are too few."""
    low, high = 1, 2
    while not is_stable(replace(levels, count=high), solver, stiffness):
        low, high = high, 2 * high
        if high > _MOST_COUNT:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        stable = is_stable(replace(levels, count=middle), solver, stiffness)
        low, high = (low, middle) if stable else (middle, high)
    return high


def require_stable(levels: Levels, solver: Solver, stiffness: Stiffness, what: str) -> None:
    """Raises SettingsError, which says what would do, where the steps are too large."""
    steps = solver.plan(levels)
    (ratio, limit), remains = worst(steps, stiffness), left(steps, stiffness)
    if ratio < limit and remains <= MOST_LEFT:
        return
    seen = (
        f"{levels.count} steps of {levels.spacing} noise levels from {levels.highest:g} to "
        f"{levels.lowest:g} by {solver.name}, which take away up to {ratio:.2f} of the noise at "
        f"once and leave {remains:.2g} of it"
    )
    expected = f"less than {limit:.2f} at once, and at most {MOST_LEFT:g} left, for {what}"
    raise SettingsError(seen, expected, _advice(levels, solver, stiffness))


def _advice(levels: Levels, solver: Solver, stiffness: Stiffness) -> str:
    found = []
    for spacing in sorted(SPACINGS, key=lambda one: one != levels.spacing):
        count = least_count(replace(levels, spacing=spacing), solver, stiffness)
        if count is not None:
            found.append(f"at least {count} steps of {spacing} levels")
    if not found:
        return "tie the rows less, as with a gamma in proportion to the noise"
    return "take " + ", or ".join(found)
