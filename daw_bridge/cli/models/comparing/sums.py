"""Sums of products of signals over a whole song, in bounded memory, and the figures made of them.

Each signal is a row. Energies are sums of squares over all channels and samples; a figure about a
sum of rows follows from the products of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.types import Audio

SILENT_DBFS = -60.0
"""A signal whose RMS is below this is called silent: nothing is measured against it."""
MOST_DB = 120.0
"""The best ratio that is told: above it lies the rounding of the samples."""


class Row(NamedTuple):
    """A signal: whose it is (`mix`, `true`, `a`, `b`), and which stem."""

    whose: str
    stem: str


Rows = Sequence[Row]
"""Signals that are added up."""


class Sums:
    """The products of every two rows, added up block by block."""

    def __init__(self, rows: Rows) -> None:
        self.rows = tuple(rows)
        self._products: NDArray[np.float64] = np.zeros((len(rows), len(rows)))
        self._count = 0

    def add(self, audio: Audio) -> None:
        """The next `(rows, channels, n)` samples."""
        flat = audio.reshape(len(self.rows), -1).astype(np.float64)
        self._products += flat @ flat.T
        self._count += flat.shape[1]

    def product(self, first: Rows, second: Rows) -> float:
        """The sum of the products of two signals, each a sum of rows."""
        return float(self._weights(first) @ self._products @ self._weights(second))

    def energy(self, rows: Rows) -> float:
        """The sum of the squares of a signal."""
        return max(0.0, self.product(rows, rows))

    def error(self, truth: Rows, estimate: Rows) -> float:
        """The sum of the squares of a difference."""
        weights = self._weights(truth) - self._weights(estimate)
        return max(0.0, float(weights @ self._products @ weights))

    def silent(self, rows: Rows) -> bool:
        """Whether a signal's RMS lies below SILENT_DBFS."""
        least: float = 10.0 ** (SILENT_DBFS / 10.0) * max(1, self._count)
        return self.energy(rows) <= least

    def _weights(self, rows: Rows) -> NDArray[np.float64]:
        found = np.zeros(len(self.rows))
        for row in rows:
            found[self.rows.index(row)] += 1.0
        return found

    def sdr_db(self, truth: Rows, estimate: Rows) -> float | None:
        """10 log10 of the truth's energy over the error's, MOST_DB at most; None: silent truth."""
        if self.silent(truth):
            return None
        whole, error = self.energy(truth), self.error(truth, estimate)
        least = whole * 10.0 ** (-MOST_DB / 10.0)
        return 10.0 * log10(whole / max(error, least))

    def share(self, part: Rows, whole: Rows) -> float | None:
        """The energy of one signal over that of another; None where that is silent."""
        return None if self.silent(whole) else self.energy(part) / self.energy(whole)

    def leakage(self, stem: Rows, own: Rows, other: Rows) -> float | None:
        """The share of a stem's energy that is a copy of `other`, and not of `own`.

        The interference of BSS Eval (Vincent, Gribonval and Fevotte 2006) with gains for its
        filters and one source that interferes: the energy that `own` and `other`, each times the
        best gain, explain together, less that which `own` explains alone. None where one is silent.
        """
        if any(self.silent(one) for one in (stem, own, other)):
            return None
        own_energy = self.energy(own)
        along = self.product(own, other) / own_energy
        # What of `other` is no copy of `own`, and how much of it the stem holds.
        rest = self.energy(other) - along * self.product(own, other)
        if rest <= self.energy(other) * 10.0 ** (-MOST_DB / 10.0):
            return None
        held = self.product(stem, other) - along * self.product(stem, own)
        return held * held / rest / self.energy(stem)
