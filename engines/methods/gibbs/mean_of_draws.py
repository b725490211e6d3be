"""The mean of all the draws of a Gibbs chain, in place of its last ones."""

from __future__ import annotations

import numpy as np

from engines.types import Audio, Flags


class MeanOfDraws:
    """The mean of every draw of each stem, over the part of one window that is needed.

    A chain's last draws are one sample of what the stems may be; their mean estimates the
    expectation, which has the least squared error. Sums are float32, in the order of the draws.
    """

    def __init__(self, stems: int) -> None:
        self._sums: list[Audio | None] = [None] * stems
        self._counts = np.zeros(stems, np.int64)

    def add(self, part: Audio, drawn: Flags) -> None:
        """One step's estimates (S, ...), of which the stems `drawn` (S,) are new."""
        for stem in np.flatnonzero(drawn):
            total = self._sums[stem]
            if total is None:
                self._sums[stem] = part[stem].copy()
            else:
                total += part[stem]
        self._counts += drawn

    def of(self, part: Audio) -> Audio:
        """(S, ...): the means; stems never drawn (known ones) as they are in `part`."""
        found = part.copy()
        for stem, total in enumerate(self._sums):
            if total is not None:
                np.divide(total, np.float32(self._counts[stem]), out=found[stem])
        return found
