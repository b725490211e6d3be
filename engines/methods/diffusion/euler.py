"""Stochastic Euler: Karras et al. 2022 (arXiv 2206.00364), algorithm 2 without its second order.

This is the sampler that the authors' code of MSDM separates with (Mariani et al. 2023, arXiv
2302.02257), and what "AEuler with s_churn" in GMSDI (Postolache et al. 2024, arXiv 2403.11706,
section 4) must mean, as the ancestral Euler sampler knows no churn.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, sqrt
from typing import ClassVar

import numpy as np

from engines.methods.diffusion.field import Field
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.refusal import require
from engines.methods.diffusion.steps import Step
from engines.types import Audio

MOST_CHURN = sqrt(2) - 1


@dataclass(frozen=True)
class Euler:
    """Each of n steps first raises the noise by a share of min(churn / n, sqrt(2) - 1), then moves
    to the next level; all `resamples` times, but the step to 0 once.

    Between two of them the noise that a step took away is given back. Published: churn 20, two
    resamples. What is given back and what is raised is drawn at once, which has the same
    distribution. Raises SettingsError.
    """

    name: ClassVar[str] = "euler"
    calls: ClassVar[int] = 1
    churn: float = 20.0
    resamples: int = 1

    def __post_init__(self) -> None:
        holds = isfinite(self.churn) and self.churn >= 0
        require(holds, f"churn {self.churn:g}", "0 for none, or more (published: 20)")
        require(self.resamples >= 1, f"{self.resamples} resamples", "at least 1 (published: 2)")

    def plan(self, levels: Levels) -> tuple[Step, ...]:
        """All steps, from a state of zeros to one at the last level."""
        raised = 1 + min(self.churn / levels.count, MOST_CHURN)
        steps, at = [], 0.0
        for level, following in pairwise(levels.values):
            top = raised * float(level)
            for _ in range(self.resamples if following > 0 else 1):
                steps.append(Step(sqrt(top**2 - at**2), top, float(following) - top))
                at = float(following)
        return tuple(steps)

    def advance(self, field: Field, state: Audio, step: Step, noise: Audio) -> tuple[Audio, Audio]:
        """x + lift e, held; then x + move d."""
        state = state + np.float32(step.lift) * noise
        state = field.hold(state, step.sigma, noise)
        slope, clean = field.slope(state, step.sigma)
        return state + np.float32(step.move) * slope, clean
