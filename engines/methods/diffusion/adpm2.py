"""ADPM2: an ancestral step of second order, whose slope is taken at a level in the middle.

From a level s to the next, t: up = t sqrt(s^2 - t^2) / s, down = sqrt(t^2 - up^2) = t^2 / s, and
the middle is ((s^(1/rho) + down^(1/rho)) / 2)^rho, with rho = 1 their arithmetic mean, as GMSDI
generates (Postolache et al. 2024, arXiv 2403.11706, section 4) with audio-diffusion-pytorch 0.0.43.
k-diffusion's sampler of the same kind has the geometric mean, which is the limit of a large rho.
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


@dataclass(frozen=True)
class Adpm2:
    """A step to `down` along the slope at the middle, then noise `up`, but for the last step.

    Raises SettingsError.
    """

    name: ClassVar[str] = "adpm2"
    calls: ClassVar[int] = 2
    rho: float = 1.0

    def __post_init__(self) -> None:
        holds = isfinite(self.rho) and self.rho > 0
        require(holds, f"rho {self.rho:g} of ADPM2", "above 0 (published: 1)")

    def plan(self, levels: Levels) -> tuple[Step, ...]:
        """All steps, from a state of zeros to one at the last level."""
        values = levels.values
        steps, lift = [], float(values[0])
        for level, following in pairwise(map(float, values)):
            up = following * sqrt(level**2 - following**2) / level
            down = following**2 / level
            middle = ((level ** (1 / self.rho) + down ** (1 / self.rho)) / 2) ** self.rho
            steps.append(Step(lift, level, down - level, middle))
            lift = up
        return tuple(steps)

    def advance(self, field: Field, state: Audio, step: Step, noise: Audio) -> tuple[Audio, Audio]:
        """x + lift e, held; its slope leads to the middle, and the slope there to the end."""
        assert step.middle is not None
        state = state + np.float32(step.lift) * noise
        state = field.hold(state, step.sigma, noise)
        slope, _ = field.slope(state, step.sigma)
        half = state + np.float32(step.middle - step.sigma) * slope
        half = field.hold(half, step.middle, noise)
        slope, clean = field.slope(half, step.middle)
        return state + np.float32(step.move) * slope, clean
