"""The slope along which a state moves: what a prior says of each row, tied by what is known."""

from __future__ import annotations

from typing import Protocol

from engines.types import Audio


class Field(Protocol):
    """States are (B, R, C, T) float32: problems, rows of each, channels, samples."""

    shape: tuple[int, int, int, int]
    """Of a state."""

    @property
    def network_calls(self) -> int:
        """Made so far."""
        ...

    def stiffness(self, sigma: float) -> float:
        """The largest factor by which the slope at this level may follow the state, times sigma.

        Where it is k, steps that take away a share of more than 2 / k of the noise diverge.
        """
        ...

    def hold(self, state: Audio, sigma: float, noise: Audio) -> Audio:
        """The state with the rows that are known, or follow from the others, put in place.

        Known ones get the step's `noise` (B, R, C, T) at level sigma. May change `state` in place.
        """
        ...

    def slope(self, state: Audio, sigma: float) -> tuple[Audio, Audio]:
        """-sigma times the score of a held state, and the rows without their noise: two arrays."""
        ...

    def close(self, rows: Audio) -> Audio:
        """Rows without noise, once more with those that follow from the others."""
        ...
