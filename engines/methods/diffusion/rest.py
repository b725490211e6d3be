"""One row is what the mix has beside the others: the constraint of Separator and Extractor.

GMSDI (Postolache et al. 2024, arXiv 2403.11706), eq. 13 and 14, after MSDM's Dirac likelihood
(Mariani et al. 2023, arXiv 2302.02257): with x_K = y - sum of x_l over l < K, the score of a row k
is S(x_k, z_k) - S(x_K, z_K). With slopes d = -sigma S that is d_k - d_K. The state is in the time
domain, so that the sum is linear and holds exactly.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from engines.methods.diffusion.prior import Prior
from engines.types import Audio

TOLD = ("sigma", "own")


class Rest:
    """Rows of which `constrained` is the rest of the mix (B, C, T).

    The rest has the noise of all the others: sqrt(R - 1) sigma. With `told` "sigma", as published,
    the network is told sigma of it as of the others; with "own" it is told the level that the row
    has, by which its slope is divided, too. Fewer steps are then enough.
    """

    def __init__(self, prior: Prior, mix: Audio, rows: int, constrained: int, told: str) -> None:
        self._prior, self._mix, self._rest = prior, mix, constrained
        self._others = [row for row in range(rows) if row != constrained]
        self.shape = (len(mix), rows, *mix.shape[1:])
        self._told = told
        self._levels = np.ones(rows, np.float32)
        if told == "own":
            self._levels[constrained] = sqrt(rows - 1)

    @property
    def network_calls(self) -> int:
        """Made so far."""
        return self._prior.calls

    def stiffness(self, sigma: float) -> float:
        """The same at every level: see `stiffness`."""
        return stiffness(self.shape[1], self._told)

    def hold(self, state: Audio, sigma: float, noise: Audio) -> Audio:
        """The state with its rest in place, whose own noise is not heard."""
        return self.close(state)

    def slope(self, state: Audio, sigma: float) -> tuple[Audio, Audio]:
        """The rows' own slopes less that of the rest, whose is 0."""
        levels = np.float32(sigma) * self._levels
        clean = self._prior.clean(state, levels)
        slope: Audio = (state - clean) / levels[:, None, None]
        slope -= slope[:, self._rest, None].copy()
        return slope, clean

    def close(self, rows: Audio) -> Audio:
        """The rest is the mix less the sum of the others, added in their order."""
        first, *more = self._others
        total = rows[:, first].copy()
        for row in more:
            total += rows[:, row]
        rows[:, self._rest] = self._mix - total
        return rows


def stiffness(rows: int, told: str) -> float:
    """Of rows one of which is the rest: what is wrong in their sum comes back to each of them.

    That of R - 1 of them, divided by the noise that the rest is told to have, and once by their own
    priors: R, or 1 + sqrt(R - 1).
    """
    return 1 + (rows - 1 if told == "sigma" else sqrt(rows - 1))
