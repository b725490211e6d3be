"""One chain: a solver's steps along a field, from noise to one sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engines.methods.diffusion.field import Field
from engines.methods.diffusion.steps import Solver, Step
from engines.types import Audio

Draw = Callable[[int, tuple[int, int, int, int]], Audio]
"""A step's number and the state's shape -> noise of that shape, of standard deviation 1."""
GoOn = Callable[[], bool]
"""Asked after every step; False stops there."""


@dataclass(frozen=True)
class Chain:
    """Rows (B, R, C, T) without noise, the steps that were done, and whether these were all."""

    rows: Audio
    steps: int
    whole: bool


def run_chain(
    field: Field, solver: Solver, steps: tuple[Step, ...], draw: Draw, go_on: GoOn
) -> Chain:
    """The sample that the steps lead to.

    Where it is stopped before, what the network last heard below the noise: the mean of the samples
    that might have come out, which is smooth and never noise.
    """
    state, clean, done = np.zeros(field.shape, np.float32), None, 0
    for number, step in enumerate(steps):
        state, clean = solver.advance(field, state, step, draw(number, field.shape))
        done += 1
        if not go_on() and done < len(steps):
            return Chain(field.close(clean), done, whole=False)
    return Chain(field.close(state), done, whole=True)
