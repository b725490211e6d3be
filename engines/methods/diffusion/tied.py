"""Rows that are new, given ones, and the mix of all, each with a prior, tied by their sum.

GMSDI (Postolache et al. 2024, arXiv 2403.11706). Rows x_j are new, x_i given, the last row y is
the mix, with the label of all of them; x_i(t) = x_i + sigma e, drawn anew in every step;
R = alpha sum x_i(t) + beta sum x_j(t). The scores are

    x_j: S(x_j, z_j) + gamma_x^-2 (y - R)       y: S(y, all z) + gamma_y^-2 (R - y)

which is eq. 12, and eq. 10 where nothing is given and beta is 1. Where a new row's label is that of
several instruments, it is their sum: eq. 11. Slopes are -sigma times these.
"""

from __future__ import annotations

import numpy as np

from engines.methods.diffusion.gamma import Gamma
from engines.methods.diffusion.prior import Prior
from engines.types import Audio


class Tied:
    """The field of such rows: `new` ones, then the given (B, I, C, T), then the mix.

    The prior has labels for the new rows and the mix; given rows are asked of nobody.
    """

    def __init__(
        self, prior: Prior, new: int, given: Audio, gammas: tuple[Gamma, Gamma],
        mixing: tuple[float, float] = (1.0, 1.0),
    ) -> None:  # fmt: skip
        """gammas of the new rows and of the mix; mixing: alpha and beta."""
        self._prior, self._new, self._given = prior, new, given
        self._gammas, self._mixing = gammas, mixing
        problems, count, *rest = given.shape
        self._asked = [*range(new), new + count]
        self.shape = (problems, new + count + 1, rest[0], rest[1])

    @property
    def network_calls(self) -> int:
        """Made so far."""
        return self._prior.calls

    def stiffness(self, sigma: float) -> float:
        """At most 1 by the priors, and what y - R follows of the rows."""
        return stiffness(sigma, self._new, self._gammas, self._mixing[1])

    def hold(self, state: Audio, sigma: float, noise: Audio) -> Audio:
        """The state with the given rows at this level."""
        given = slice(self._new, -1)
        state[:, given] = self._given + np.float32(sigma) * noise[:, given]
        return state

    def slope(self, state: Audio, sigma: float) -> tuple[Audio, Audio]:
        """Given rows have none, and are as they are given without noise."""
        level = np.full(len(self._asked), sigma, np.float32)
        rows = state[:, self._asked]
        found = self._prior.clean(rows, level)
        own = (rows - found) / np.float32(sigma)
        off = state[:, -1] - self.sum(state)
        parts, mix = (np.float32(gamma.weight(sigma) / sigma) for gamma in self._gammas)
        own[:, :-1] -= parts * off[:, None]
        own[:, -1] += mix * off
        slope, clean = np.zeros_like(state), np.empty_like(state)
        slope[:, self._asked], clean[:, self._asked] = own, found
        clean[:, self._new : -1] = self._given
        return slope, clean

    def sum(self, rows: Audio) -> Audio:
        """alpha times the given rows and beta times the new ones, (B, C, T), in their order."""
        alpha, beta = map(np.float32, self._mixing)
        total = np.zeros((len(rows), *rows.shape[2:]), np.float32)
        for row in range(rows.shape[1] - 1):
            total += (beta if row < self._new else alpha) * rows[:, row]
        return total

    def close(self, rows: Audio) -> Audio:
        """The given rows as they were given."""
        rows[:, self._new : -1] = self._given
        return rows


def stiffness(sigma: float, new: int, gammas: tuple[Gamma, Gamma], beta: float) -> float:
    """Of that many new rows: 1 + sigma^2 (beta new / gamma_x^2 + 1 / gamma_y^2)."""
    parts, mix = (gamma.weight(sigma) for gamma in gammas)
    return 1 + beta * new * parts + mix
