"""The numbers of every step, as the graphs take them: float64 until here, then float32."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.methods.diffusion.gamma import Gamma
from engines.methods.diffusion.steps import Step
from engines.types import Audio

EULER = ("lift", "sigma", "move")
ADPM2 = ("lift", "sigma", "half", "middle", "move")
"""Columns: noise that is added; its level then; the way to the middle, its level; the whole way."""
TIES = ("parts", "mix")
"""Columns of tied rows, for each level at which the field is evaluated: weight / sigma."""


def table(steps: Sequence[Step], gammas: tuple[Gamma, Gamma] | None = None) -> Audio:
    """(steps, columns) float32: those of the solver, then those of the ties where there are any."""
    return np.array([_row(step, gammas) for step in steps], np.float32)


def _row(step: Step, gammas: tuple[Gamma, Gamma] | None) -> list[float]:
    levels = [step.sigma] if step.middle is None else [step.sigma, step.middle]
    row = [step.lift, step.sigma]
    if step.middle is not None:
        row += [step.middle - step.sigma, step.middle]
    row.append(step.move)
    for level in levels:
        row += [gamma.weight(level) / level for gamma in gammas or ()]
    return row
