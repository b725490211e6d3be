"""How much of what is given is in what is new: a part that was made to drums should have none."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np

from engines.methods.diffusion.labels import Names
from engines.types import Audio

SILENT_DB = -120.0
"""A leak of nothing at all, and the least that is told."""


@dataclass(frozen=True)
class Leak:
    """`share` of the given row that is in the new one: its projection, <new, given> / |given|^2.

    1: all of it; below 0: it is taken out of what is not there. 0 where the given row is silent.
    """

    given: Names
    new: Names
    share: float

    @property
    def level_db(self) -> float:
        """How loud the given row is in the new one, in dB re itself."""
        return max(SILENT_DB, 20 * log10(max(abs(self.share), 1e-9)))


class Leaks:
    """Adds up the projections of `new` rows on `given` ones over a whole piece, in float64."""

    def __init__(self, new: tuple[Names, ...], given: tuple[Names, ...]) -> None:
        self._new, self._given = new, given
        self._products = np.zeros((len(given), len(new)))
        self._powers = np.zeros(len(given))

    def add(self, given: Audio, new: Audio) -> None:
        """The same samples of the given rows (I, C, n) and the new ones (P, C, n)."""
        first, second = (
            one.reshape(len(one), one.shape[1] * one.shape[2]).astype(np.float64)
            for one in (given, new)
        )
        self._products += first @ second.T
        self._powers += np.square(first).sum(axis=1)

    @property
    def found(self) -> tuple[Leak, ...]:
        """Of every given row in every new one."""
        return tuple(
            Leak(given, new, float(product / power) if power > 0 else 0.0)
            for given, products, power in zip(
                self._given, self._products, self._powers, strict=True
            )
            for new, product in zip(self._new, products, strict=True)
        )
