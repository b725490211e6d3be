"""What a solver does step by step, as numbers that are known before the first step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from engines.methods.diffusion.field import Field
from engines.methods.diffusion.levels import Levels
from engines.types import Audio


@dataclass(frozen=True)
class Step:
    """Noise of standard deviation `lift` brings the state to level `sigma`; then it moves by `move`
    (at most 0) along its slope, to level sigma + move. `middle` is the level at which a solver of
    second order takes that slope, None at `sigma` itself.
    """

    lift: float
    sigma: float
    move: float
    middle: float | None = None

    @property
    def ratio(self) -> float:
        """The share of the noise that the step takes away: r of the stability rule."""
        return -self.move / self.sigma

    def kept(self, stiffness: float) -> float:
        """What the step leaves of a state whose slope is its stiffness times itself / sigma."""
        if self.middle is None:
            return 1 - stiffness * self.ratio
        half = 1 - stiffness * (self.sigma - self.middle) / self.sigma
        return 1 + stiffness * self.move / self.middle * half


class Solver(Protocol):
    """Goes from noise to samples. Stateless: streams may share one."""

    name: ClassVar[str]
    calls: ClassVar[int]
    """Evaluations of the field in one step."""

    def plan(self, levels: Levels) -> tuple[Step, ...]:
        """All steps, from a state of zeros to one at the last level."""
        ...

    def advance(self, field: Field, state: Audio, step: Step, noise: Audio) -> tuple[Audio, Audio]:
        """The state after a step, and what is heard without its noise; all (B, R, C, T).

        `noise` is of standard deviation 1.
        """
        ...
