"""Adam on one latent, whose gradient a graph gives.

Kingma and Ba 2015 (arXiv 1412.6980), with PyTorch's defaults. All numbers are float32, in the order
in which the `Loop` graph of `export` has them: the two agree in every bit.
"""

from __future__ import annotations

import numpy as np

from engines.types import Audio

FIRST, SECOND, TINY = np.float32(0.9), np.float32(0.999), np.float32(1e-8)
ONE = np.float32(1)


class Adam:
    """Moves a latent (1, numbers, places) against, or with `rate` below 0 along, its gradients."""

    def __init__(self, rate: float) -> None:
        self._rate = np.float32(rate)
        self._first_power, self._second_power = ONE, ONE
        self._mean: Audio | np.float32 = np.float32(0)
        self._square: Audio | np.float32 = np.float32(0)

    def moved(self, latent: Audio, gradient: Audio) -> Audio:
        """The latent after one more step."""
        self._first_power = self._first_power * FIRST
        self._second_power = self._second_power * SECOND
        self._mean = self._mean * FIRST + gradient * (ONE - FIRST)
        self._square = self._square * SECOND + gradient * gradient * (ONE - SECOND)
        mean = self._mean / (ONE - self._first_power)
        square = self._square / (ONE - self._second_power)
        found: Audio = latent - self._rate * (mean / (np.sqrt(square) + TINY))
        return found
