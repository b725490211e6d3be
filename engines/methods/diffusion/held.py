"""A field whose rows begin with what is known already: the past of a piece that goes on."""

from __future__ import annotations

import numpy as np

from engines.methods.diffusion.field import Field
from engines.types import Audio


class Held:
    """Another field, whose rows are `past` (B, R, C, O) in their first O samples.

    These are heard at each step's level with its noise, have no slope, and come out as they were
    given; so every step of the others knows what came before. As rows are tied and networks hear
    around a sample, what follows goes on from there.
    """

    def __init__(self, field: Field, past: Audio) -> None:
        self._field, self._past = field, past
        self.shape = field.shape

    @property
    def network_calls(self) -> int:
        """Made so far."""
        return self._field.network_calls

    def stiffness(self, sigma: float) -> float:
        """That of the field: what is held follows nothing."""
        return self._field.stiffness(sigma)

    def hold(self, state: Audio, sigma: float, noise: Audio) -> Audio:
        """The state with the past at this level."""
        state = self._field.hold(state, sigma, noise)
        length = self._past.shape[-1]
        state[..., :length] = self._past + np.float32(sigma) * noise[..., :length]
        return state

    def slope(self, state: Audio, sigma: float) -> tuple[Audio, Audio]:
        """The field's, 0 in the past."""
        slope, clean = self._field.slope(state, sigma)
        length = self._past.shape[-1]
        slope[..., :length], clean[..., :length] = 0, self._past
        return slope, clean

    def close(self, rows: Audio) -> Audio:
        """The rows with the past as it was given."""
        rows = self._field.close(rows)
        rows[..., : self._past.shape[-1]] = self._past
        return rows
